import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { FOLDER_DEPTH_MAX, scanFolder } from '../agents/documents/scan.ts';
import { TemporaryFolder } from './temporary-folder.ts';

const EXTENSIONS = new Set(['.md']);
const AS_NOBODY = fileURLToPath(new URL('./scan-as-nobody.ts', import.meta.url));
/** The user that may do nothing; when the tests do not run as root they are somebody like that already. */
const NOBODY = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};

const signal = new AbortController().signal;

describe('looking at a folder', () => {
  it('finds files by their ends, in order, and passes over what is hidden', async () => {
    using folder = new TemporaryFolder();
    for (const name of ['b.md', 'a.MD', 'sub/c.md', '.git/d.md', 'node_modules/e.md', 'f.txt', '.g.md'])
      folder.write(name, 'x');
    const scan = await scanFolder(folder.path, EXTENSIONS, signal);
    expect(scan).toMatchObject({ kind: 'scanned', skipped: [] });
    expect(scan.kind === 'scanned' && scan.files.map(({ source }) => source)).toEqual([
      'a.MD',
      'b.md',
      'sub/c.md',
    ]);
  });

  it('goes only so deep, and says so', async () => {
    using folder = new TemporaryFolder();
    const deep = Array.from({ length: FOLDER_DEPTH_MAX + 1 }, () => 'd').join('/');
    folder.write(`${deep}/a.md`, 'x');
    expect(await scanFolder(folder.path, EXTENSIONS, signal)).toMatchObject({
      files: [],
      skipped: [{ source: deep, reason: `it lies more than ${FOLDER_DEPTH_MAX} folders deep` }],
    });
  });

  it('tells which folders it may not read, and goes on', () => {
    using folder = new TemporaryFolder();
    chmodSync(folder.path, 0o755);
    folder.write('a.md', 'x');
    const closed = join(folder.path, 'closed');
    mkdirSync(closed);
    chmodSync(closed, 0o000);
    const look = (path: string) =>
      JSON.parse(execFileSync(process.execPath, [AS_NOBODY, path], { ...NOBODY, encoding: 'utf8' }));
    expect(look(folder.path)).toEqual({
      files: ['a.md'],
      skipped: [{ source: 'closed', reason: 'I may not read it' }],
    });
    expect(look(closed)).toEqual({ kind: 'unreadable', reason: 'I may not read it' });
    chmodSync(closed, 0o700);
  });

  it('stops when it is told to', async () => {
    using folder = new TemporaryFolder();
    await expect(scanFolder(folder.path, EXTENSIONS, AbortSignal.abort())).rejects.toThrow();
  });
});

/** Both places for snapshots against the contract of the port, and what happens to files that are not as they were. */

import { mkdirSync, readFileSync, renameSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { silentLog } from '@kai/runtime/ports';
import { snapshotsContract } from '@kai/testing';
import { describe, expect, it } from 'vitest';
import { openFileSnapshots } from '../src/files/index.ts';
import { openMemorySnapshots } from '../src/memory/index.ts';
import { temporaryFolder } from './temporary-folder.ts';

const AGENT = 'kai://alice.hub.notes';

snapshotsContract('memory', async () => {
  const snapshots = openMemorySnapshots();
  return { open: async () => snapshots, async [Symbol.asyncDispose]() {} };
});

snapshotsContract('files', async () => {
  const folder = temporaryFolder();
  return {
    open: () => openFileSnapshots({ folder: folder.file('snapshots'), log: silentLog }),
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
});

describe('a snapshot file', () => {
  it('stands under the hash of its content, readable by its user only', async () => {
    await using folder = temporaryFolder();
    const { file } = await put(folder.path, 'abc');
    expect(file).toBe(
      join(folder.path, 'ba', 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad.kaisnap'),
    );
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(dirname(file)).mode & 0o777).toBe(0o700);
  });

  it.each<[string, (bytes: Buffer) => void, boolean]>([
    ['in its content', (bytes) => flip(bytes, bytes.length - 1), true],
    ['in its header', (bytes) => flip(bytes, bytes.indexOf('notes')), false],
    ['in its length', (bytes) => flip(bytes, 11), false],
    ['in its mark', (bytes) => flip(bytes, 0), false],
  ])('with a flipped bit %s is named and never served', async (_, damage, listed) => {
    await using folder = temporaryFolder();
    const { id, file } = await put(folder.path, 'abc');
    const bytes = readFileSync(file);
    damage(bytes);
    writeFileSync(file, bytes);
    const { snapshots, warnings } = await reopened(folder.path);
    const list = await snapshots.list();
    if (listed) {
      // The list reads heads alone: damage of the content shows when it is read.
      await expect(snapshots.read(id)).rejects.toMatchObject({
        code: 'CONFLICT',
        message: `${file} is damaged: its content does not have the hash in its name`,
      });
    } else {
      expect(list).toEqual([]);
      expect(warnings).toEqual([file]);
    }
    expect(readFileSync(file)).toEqual(bytes);
  });

  it('that was cut short is named and never served', async () => {
    await using folder = temporaryFolder();
    const { id, file } = await put(folder.path, 'abc');
    truncateSync(file, statSync(file).size - 1);
    const { snapshots, warnings } = await reopened(folder.path);
    expect(await snapshots.list()).toEqual([]);
    expect(warnings).toEqual([file]);
    await expect(snapshots.read(id)).rejects.toMatchObject({ code: 'CONFLICT' });
    truncateSync(file, 0);
    await expect(snapshots.read(id)).rejects.toMatchObject({ code: 'CONFLICT' });
  });

  it('that was renamed is named and never served', async () => {
    await using folder = temporaryFolder();
    const { file } = await put(folder.path, 'abc');
    const digits = '0'.repeat(64);
    const renamed = join(folder.path, '00', `${digits}.kaisnap`);
    mkdirSync(dirname(renamed));
    renameSync(file, renamed);
    const { snapshots, warnings } = await reopened(folder.path);
    expect(await snapshots.list()).toEqual([]);
    expect(warnings).toEqual([renamed]);
    await expect(snapshots.read(`sha256-${digits}`)).rejects.toMatchObject({ code: 'CONFLICT' });
  });

  it('that is damaged is whole again when its content is put again', async () => {
    await using folder = temporaryFolder();
    const { id, file } = await put(folder.path, 'abc');
    writeFileSync(file, 'not a snapshot');
    await put(folder.path, 'abc');
    const { snapshots } = await reopened(folder.path);
    expect(Buffer.from(await snapshots.read(id)).toString()).toBe('abc');
    expect(await snapshots.list()).toHaveLength(1);
  });

  it('that a killed process did not finish is gone', async () => {
    await using folder = temporaryFolder();
    const { file } = await put(folder.path, 'abc');
    writeFileSync(`${file}.part`, 'half');
    const { snapshots, warnings } = await reopened(folder.path);
    expect(await snapshots.list()).toHaveLength(1);
    expect(statSync(`${file}.part`, { throwIfNoEntry: false })).toBeUndefined();
    expect(warnings).toEqual([]);
  });

  it('that cannot be written is refused and leaves nothing behind', async () => {
    await using folder = temporaryFolder();
    const { snapshots } = await reopened(folder.path);
    writeFileSync(folder.file('ba'), 'in the way');
    const putting = snapshots.put(entryAt(1), Buffer.from('abc'));
    await expect(putting).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: expect.stringMatching(/\.kaisnap cannot be read or written \((EEXIST|ENOTDIR)\): make sure/),
    });
    expect(await snapshots.list()).toEqual([]);
  });

  it('stands in a folder that can be made', async () => {
    await using folder = temporaryFolder();
    writeFileSync(folder.file('file'), '');
    const opening = openFileSnapshots({ folder: folder.file('file/snapshots'), log: silentLog });
    await expect(opening).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  });
});

async function put(folder: string, content: string) {
  const snapshots = await openFileSnapshots({ folder, log: silentLog });
  const { id } = await snapshots.put(entryAt(1), Buffer.from(content));
  const digits = id.slice('sha256-'.length);
  return { id, file: join(folder, digits.slice(0, 2), `${digits}.kaisnap`) };
}

async function reopened(folder: string) {
  const warnings: unknown[] = [];
  const log = { ...silentLog, warn: ({ file }: { file?: unknown }) => void warnings.push(file) };
  return { snapshots: await openFileSnapshots({ folder, log }), warnings };
}

function entryAt(at: number) {
  return { agent: AGENT, at, parent: undefined, kind: 'auto', note: '' } as const;
}

function flip(bytes: Buffer, place: number): void {
  bytes.writeUInt8(bytes.readUInt8(place) ^ 0x40, place);
}

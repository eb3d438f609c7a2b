import { execFileSync } from 'node:child_process';
import { rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from 'kai';
import { describe, expect, it } from 'vitest';
import { Extractor } from '../agents/documents/extractor.ts';
import { TemporaryFolder } from './temporary-folder.ts';

const BYTES_MAX = 1_000_000;
const hostile = new URL('./workers/hostile.ts', import.meta.url);

function ask(extractor: Extractor, source: string, path = source) {
  return extractor.extract({ want: 'text', path, source, bytesMax: BYTES_MAX });
}

describe('a file', () => {
  it('is read', async () => {
    using folder = new TemporaryFolder();
    await using extractor = new Extractor({ clock: systemClock });
    const path = folder.write('a.md', '# Boiler\n\nWarm.');
    expect(await ask(extractor, 'a.md', path)).toEqual({
      kind: 'text',
      title: 'Boiler',
      text: '# Boiler\n\nWarm.',
      lines: 3,
    });
    expect(await extractor.extract({ want: 'passages', path, source: 'a.md', bytesMax: BYTES_MAX })).toEqual({
      kind: 'passages',
      passages: [{ source: 'a.md', place: 'line 3', title: 'Boiler', text: 'Warm.' }],
    });
  });

  it('that cannot be read is skipped, whatever it is', async () => {
    using folder = new TemporaryFolder();
    await using extractor = new Extractor({ clock: systemClock });
    const pipe = join(folder.path, 'pipe.md');
    execFileSync('mkfifo', [pipe]);
    const link = join(folder.path, 'link.md');
    symlinkSync('/etc/hostname', link);
    expect(await ask(extractor, 'pipe.md', pipe)).toEqual({
      kind: 'skipped',
      reason: 'it is no ordinary file',
    });
    expect(await ask(extractor, 'folder.md', folder.path)).toEqual({
      kind: 'skipped',
      reason: 'it is no ordinary file',
    });
    expect(await ask(extractor, 'link.md', link)).toEqual({ kind: 'skipped', reason: 'it is a link' });
    expect(await ask(extractor, 'none.md', join(folder.path, 'none.md'))).toEqual({ kind: 'gone' });
    expect(await ask(extractor, 'big.md', folder.write('big.md', 'a'.repeat(BYTES_MAX + 1)))).toEqual({
      kind: 'skipped',
      reason: 'it is too large: 1 MB, where 1 MB are read at most',
    });
  });

  it('that is long is shown as far as a message carries it', async () => {
    using folder = new TemporaryFolder();
    await using extractor = new Extractor({ clock: systemClock });
    const shown = await ask(extractor, 'a.txt', folder.write('a.txt', '€'.repeat(300_000)));
    expect(shown.kind === 'text' ? new TextEncoder().encode(shown.text).length : 0).toBeLessThanOrEqual(
      400_000,
    );
  });

  it('that vanishes between being found and being read is gone', async () => {
    using folder = new TemporaryFolder();
    await using extractor = new Extractor({ clock: systemClock });
    const path = folder.write('a.md', 'text');
    const first = ask(extractor, 'a.md', path);
    await first;
    rmSync(path);
    expect(await ask(extractor, 'a.md', path)).toEqual({ kind: 'gone' });
  });
});

describe('the reader', () => {
  it.each([
    ['hang', 'reading it took longer than 0.5 seconds', 32],
    ['exit', 'it made the reader stop', 32],
    ['throw', 'it made the reader fail', 32],
    ['heap', 'it needs too much memory', 32],
    ['buffers', 'it needs too much memory', 64],
  ])('outlives a file that makes it %s', async (source, reason, memoryMb) => {
    const timeoutMs = source === 'hang' ? 500 : 15_000;
    await using extractor = new Extractor({ clock: systemClock, timeoutMs, memoryMb, worker: hostile });
    const outcomes = await Promise.all(['a', source, 'b'].map((one) => ask(extractor, one)));
    expect(outcomes).toMatchObject([
      { kind: 'text', title: 'a' },
      { kind: 'skipped', reason },
      { kind: 'text', title: 'b' },
    ]);
  });

  it('that cannot start says so instead of skipping every file', async () => {
    const worker = new URL('./workers/stillborn.ts', import.meta.url);
    await using extractor = new Extractor({ clock: systemClock, worker });
    await expect(ask(extractor, 'a')).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  });

  it('that is closed refuses what waits, and does nothing any more', async () => {
    const extractor = new Extractor({ clock: systemClock, worker: hostile });
    const waiting = [ask(extractor, 'hang'), ask(extractor, 'a')];
    const outcomes = Promise.allSettled(waiting);
    await extractor[Symbol.asyncDispose]();
    expect((await outcomes).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    await expect(ask(extractor, 'b')).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  });
});

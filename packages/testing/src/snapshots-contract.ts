/** What every place for snapshots must do. An adapter hands in a medium: what outlives one opening. */

import type { SnapshotEntry, Snapshots } from '@kai/runtime/ports';
import { describe, expect, it } from 'vitest';

/** Something that snapshots are kept on. Disposing of it removes it. */
export interface SnapshotsMedium extends AsyncDisposable {
  open(): Promise<Snapshots>;
}

type NewEntry = Parameters<Snapshots['put']>[0];

const AGENT = 'kai://alice.hub.notes';
/** The SHA-256 of the three bytes `abc` (FIPS 180-4, example). */
const ABC = 'sha256-ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';
const ABSENT = `sha256-${'0'.repeat(64)}`;

/** Runs the contract against the adapter `name`; `create` makes an empty medium. */
export function snapshotsContract(name: string, create: () => Promise<SnapshotsMedium>): void {
  describe(`${name} keeps the contract of snapshots`, () => {
    it('gives content back whole, under its hash, after reopening', async () => {
      await using medium = await create();
      const large = bytes('x'.repeat(300_000));
      const put = await (await medium.open()).put(entry(1), bytes('abc'));
      expect(put).toEqual({ ...entry(1), id: ABC, bytes: 3 });
      const { id } = await (await medium.open()).put(entry(2, { parent: ABC }), large);
      const snapshots = await medium.open();
      expect(text(await snapshots.read(ABC))).toBe('abc');
      expect(await snapshots.read(id)).toHaveLength(300_000);
      expect(await snapshots.list()).toEqual([{ ...entry(2, { parent: ABC }), id, bytes: 300_000 }, put]);
    });

    it('keeps content that is empty, and content as it was when it was put', async () => {
      await using medium = await create();
      const snapshots = await medium.open();
      const empty = await snapshots.put(entry(1), new Uint8Array());
      expect(await snapshots.read(empty.id)).toHaveLength(0);
      const content = bytes('abc');
      const putting = snapshots.put(entry(2), content);
      content.fill(0);
      const { id } = await putting;
      const read = await snapshots.read(id);
      expect(text(read)).toBe('abc');
      read.fill(0);
      expect(text(await snapshots.read(id))).toBe('abc');
    });

    it('changes nothing when the same content is put again', async () => {
      await using medium = await create();
      const snapshots = await medium.open();
      const both = [snapshots.put(entry(1), bytes('abc')), snapshots.put(entry(2), bytes('abc'))];
      const [first, second] = await Promise.all(both);
      expect(second).toEqual(first);
      expect(await snapshots.put(entry(3), bytes('abc'))).toEqual(first);
      expect(await snapshots.list()).toEqual([first]);
    });

    it('lists newest first, of one agent or of all', async () => {
      await using medium = await create();
      const snapshots = await medium.open();
      const other = 'kai://alice.hub.other';
      const given = [entry(2), entry(9, { agent: other }), entry(5, { kind: 'manual', note: '„ü“\n' })];
      await snapshots.list();
      for (const [n, one] of given.entries()) await snapshots.put(one, bytes(`${n}`));
      expect(times(await snapshots.list())).toEqual([9, 5, 2]);
      expect(times(await snapshots.list(AGENT))).toEqual([5, 2]);
      expect((await snapshots.list(AGENT))[0]).toMatchObject({ kind: 'manual', note: '„ü“\n' });
      expect(await snapshots.list('kai://alice.hub.nobody')).toEqual([]);
    });

    it('removes what it is told to, and nothing else', async () => {
      await using medium = await create();
      const snapshots = await medium.open();
      const { id } = await snapshots.put(entry(1), bytes('one'));
      await snapshots.put(entry(2), bytes('abc'));
      await snapshots.remove([id, ABSENT, '../../etc/passwd', '']);
      expect(times(await snapshots.list())).toEqual([2]);
      await expect(snapshots.read(id)).rejects.toMatchObject({ code: 'NO_ROUTE' });
      expect(times(await (await medium.open()).list())).toEqual([2]);
      await snapshots.put(entry(3), bytes('one'));
      expect(times(await snapshots.list())).toEqual([3, 2]);
    });

    it.each([ABSENT, '', 'sha256-', '../../etc/passwd', `sha256-../${'0'.repeat(61)}`, ABC.toUpperCase()])(
      'has no snapshot under %j',
      async (id) => {
        await using medium = await create();
        const snapshots = await medium.open();
        await snapshots.put(entry(1), bytes('abc'));
        await expect(snapshots.read(id)).rejects.toMatchObject({ code: 'NO_ROUTE' });
      },
    );

    it.each<[string, Partial<NewEntry>]>([
      ['without a time', { at: Number.NaN }],
      ['with an endless note', { note: 'x'.repeat(100_000) }],
      ['of an agent whose name is no Unicode text', { agent: 'half \ud800' }],
      ['whose parent is no id', { parent: '../parent' }],
    ])('refuses a snapshot %s', async (_, fields) => {
      await using medium = await create();
      const snapshots = await medium.open();
      const put = snapshots.put(entry(1, fields), bytes('abc'));
      await expect(put).rejects.toMatchObject({ code: 'INVALID_PAYLOAD' });
      expect(await snapshots.list()).toEqual([]);
    });
  });
}

function entry(at: number, fields: Partial<NewEntry> = {}): NewEntry {
  return { agent: AGENT, at, parent: undefined, kind: 'auto', note: '', ...fields };
}

function times(entries: readonly SnapshotEntry[]): number[] {
  return entries.map(({ at }) => at);
}

function bytes(content: string): Uint8Array {
  return new TextEncoder().encode(content);
}

function text(content: Uint8Array): string {
  return new TextDecoder().decode(content);
}

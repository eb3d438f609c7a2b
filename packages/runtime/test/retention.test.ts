import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SnapshotEntry } from '../src/ports/index.ts';
import { retain } from '../src/snapshots/retention.ts';

const KINDS = ['auto', 'manual', 'rollback'] as const;

/** Newest first, of one agent. */
const entries: fc.Arbitrary<readonly SnapshotEntry[]> = fc
  .array(fc.constantFrom(...KINDS), { maxLength: 60 })
  .map((kinds) =>
    kinds.map((kind, index) => ({
      id: `s${kinds.length - index}`,
      agent: 'kai://alice.hub.worker',
      at: kinds.length - index,
      parent: undefined,
      kind,
      note: '',
      bytes: 1,
    })),
  );
const keep = fc.integer({ min: 1, max: 12 });

describe('retention', () => {
  it('keeps or prunes each once, in order', () => {
    fc.assert(
      fc.property(entries, keep, (all, most) => {
        const { kept, pruned } = retain(all, most);
        expect([...kept, ...pruned].sort((one, other) => other.at - one.at)).toEqual(all);
        expect(kept).toEqual(all.filter((entry) => kept.includes(entry)));
      }),
    );
  });

  it('keeps as many of each kind as it may and no more, and those the newest', () => {
    fc.assert(
      fc.property(entries, keep, fc.constantFrom(...KINDS), (all, most, kind) => {
        const { kept } = retain(all, most);
        const of = (list: readonly SnapshotEntry[]) => list.filter((entry) => entry.kind === kind);
        expect(of(kept)).toEqual(of(all).slice(0, most));
      }),
    );
  });

  it('always keeps the newest, and prunes nothing twice', () => {
    fc.assert(
      fc.property(entries, keep, (all, most) => {
        const { kept } = retain(all, most);
        expect(kept[0]).toBe(all[0]);
        expect(retain(kept, most)).toEqual({ kept, pruned: [] });
      }),
    );
  });
});

import { isMessageId } from '@kai/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../testing/src/seeded-random.ts';
import { MessageIds } from '../src/ids/message-ids.ts';
import { VirtualClock } from './node-fixture.ts';

const START = Date.UTC(2026, 0, 5, 8);

function timeOf(id: string): number {
  return Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16);
}

describe('MessageIds', () => {
  it('carries the time of its making', () => {
    const ids = new MessageIds(new VirtualClock(START), seededRandom(1));
    expect(timeOf(ids.next())).toBe(START);
  });

  it('gives valid UUIDv7 that grow strictly, whatever the clock does', () => {
    const jump = fc.oneof(
      fc.constant(0),
      fc.integer({ min: -100_000, max: 100_000 }),
      fc.integer({ min: 1, max: 3000 }).map((part) => part / 1000),
    );
    fc.assert(
      fc.property(fc.array(jump, { maxLength: 100 }), fc.integer(), (jumps, seed) => {
        const clock = new VirtualClock(START);
        const ids = new MessageIds(clock, seededRandom(seed));
        let last = '';
        for (const ms of jumps) {
          clock.setWall(clock.now() + ms);
          const id = ids.next();
          expect(isMessageId(id)).toBe(true);
          expect(id > last).toBe(true);
          last = id;
        }
      }),
    );
  });

  it('borrows from the next millisecond beyond 4,096 in one', () => {
    const ids = new MessageIds(new VirtualClock(START), seededRandom(1));
    const made = Array.from({ length: 10_000 }, () => ids.next());
    expect(new Set(made).size).toBe(10_000);
    expect(made.toSorted()).toEqual(made);
    expect(timeOf(made[4095] ?? '')).toBe(START);
    expect(timeOf(made[4096] ?? '')).toBe(START + 1);
    expect(timeOf(made[9999] ?? '')).toBe(START + 2);
  });

  it('differs between two nodes in the same millisecond', () => {
    const [one, other] = [1, 2].map((seed) => new MessageIds(new VirtualClock(START), seededRandom(seed)));
    expect(one?.next().slice(19)).not.toBe(other?.next().slice(19));
  });
});

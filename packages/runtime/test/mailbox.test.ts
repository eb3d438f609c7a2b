import { PRIORITIES, type Priority } from '@kai/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Mailbox } from '../src/mailbox/mailbox.ts';
import { Queue } from '../src/mailbox/queue.ts';

interface Item {
  readonly name: number;
  readonly message: { readonly priority: Priority };
  settled: boolean;
}

let names = 0;
function item(priority: Priority, settled = false): Item {
  names += 1;
  return { name: names, message: { priority }, settled };
}

/** What the mailbox should do, as a list that is searched. */
class NaiveMailbox {
  items: Item[] = [];
  readonly capacity: number;

  constructor(capacity: number) {
    this.capacity = capacity;
  }

  offer(newcomer: Item): Item | 'kept' | 'refused' {
    if (this.items.length >= this.capacity) this.items = this.items.filter(({ settled }) => !settled);
    if (this.items.length < this.capacity) {
      this.items.push(newcomer);
      return 'kept';
    }
    const rank = PRIORITIES.indexOf(newcomer.message.priority);
    for (const priority of PRIORITIES.slice(0, rank)) {
      const victim = this.items.findLast(({ message }) => message.priority === priority);
      if (victim === undefined) continue;
      this.items = [...this.items.filter((one) => one !== victim), newcomer];
      return victim;
    }
    return 'refused';
  }

  take(): Item | undefined {
    for (const priority of PRIORITIES.toReversed()) {
      while (true) {
        const next = this.items.find(({ message }) => message.priority === priority);
        if (next === undefined) break;
        this.items = this.items.filter((one) => one !== next);
        if (!next.settled) return next;
      }
    }
    return undefined;
  }
}

describe('Mailbox', () => {
  it('serves by priority, and within one in the order of arrival', () => {
    const box = new Mailbox<Item>(10);
    const [low, first, second, urgent, high] = [
      item('low'),
      item('normal'),
      item('normal'),
      item('critical'),
      item('high'),
    ];
    for (const one of [low, first, second, urgent, high]) expect(box.offer(one).kind).toBe('kept');
    expect([1, 2, 3, 4, 5, 6].map(() => box.take())).toEqual([urgent, high, first, second, low, undefined]);
  });

  it.each<[Priority, Priority, boolean]>([
    ['low', 'low', false],
    ['low', 'normal', true],
    ['normal', 'high', true],
    ['high', 'critical', true],
    ['critical', 'critical', false],
    ['critical', 'low', false],
    ['normal', 'low', false],
  ])('when full of %s, a %s newcomer displaces one: %s', (present, coming, displaces) => {
    const box = new Mailbox<Item>(2);
    const [elder, younger] = [item(present), item(present)];
    box.offer(elder);
    box.offer(younger);
    const offered = box.offer(item(coming));
    expect(offered).toEqual(displaces ? { kind: 'evicted', evicted: younger } : { kind: 'refused' });
    expect(box.size).toBe(2);
  });

  it('sheds the lowest priority first', () => {
    const box = new Mailbox<Item>(3);
    const [high, low, normal] = [item('high'), item('low'), item('normal')];
    for (const one of [high, low, normal]) box.offer(one);
    expect(box.offer(item('critical'))).toEqual({ kind: 'evicted', evicted: low });
    expect(box.offer(item('critical'))).toEqual({ kind: 'evicted', evicted: normal });
    expect(box.offer(item('critical'))).toEqual({ kind: 'evicted', evicted: high });
    expect(box.offer(item('critical'))).toEqual({ kind: 'refused' });
  });

  it('gives the place of what nobody waits for to a newcomer', () => {
    const box = new Mailbox<Item>(1);
    const cancelled = item('critical');
    box.offer(cancelled);
    cancelled.settled = true;
    const coming = item('low');
    expect(box.offer(coming).kind).toBe('kept');
    expect(box.take()).toBe(coming);
  });

  it('does what a searched list does', () => {
    const step = fc.oneof(
      {
        weight: 3,
        arbitrary: fc.record({ do: fc.constant('offer' as const), priority: fc.constantFrom(...PRIORITIES) }),
      },
      { weight: 2, arbitrary: fc.record({ do: fc.constant('take' as const) }) },
      { weight: 1, arbitrary: fc.record({ do: fc.constant('settle' as const), which: fc.nat(20) }) },
    );
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 6 }), fc.array(step, { maxLength: 60 }), (capacity, steps) => {
        const box = new Mailbox<Item>(capacity);
        const naive = new NaiveMailbox(capacity);
        for (const one of steps) {
          if (one.do === 'offer') {
            const newcomer = item(one.priority);
            const offered = box.offer(newcomer);
            const expected = naive.offer(newcomer);
            expect(offered.kind === 'evicted' ? offered.evicted : offered.kind).toBe(expected);
          } else if (one.do === 'take') expect(box.take()).toBe(naive.take());
          else {
            const waiting = naive.items[one.which % Math.max(1, naive.items.length)];
            if (waiting !== undefined) waiting.settled = true;
          }
          expect(box.size).toBe(naive.items.length);
          expect(box.size).toBeLessThanOrEqual(capacity);
        }
      }),
    );
  });
});

describe('Queue', () => {
  it('does what an array does, across its compactions', () => {
    const step = fc.constantFrom('push', 'push', 'push', 'shift', 'shift', 'pop', 'retain') as fc.Arbitrary<
      'push' | 'shift' | 'pop' | 'retain'
    >;
    fc.assert(
      fc.property(fc.array(step, { maxLength: 100 }), fc.nat(2000), (steps, before) => {
        const queue = new Queue<number>();
        let model: number[] = [];
        for (let value = 0; value < before; value += 1) queue.push(value);
        for (let value = 0; value < before; value += 1) expect(queue.shift()).toBe(value);
        for (const [value, what] of steps.entries()) {
          if (what === 'push') model.push(value);
          if (what === 'push') queue.push(value);
          else if (what === 'shift') expect(queue.shift()).toBe(model.shift());
          else if (what === 'pop') expect(queue.pop()).toBe(model.pop());
          else {
            const kept = model.filter((one) => one % 3 !== 0);
            expect(queue.retain((one) => one % 3 !== 0)).toBe(model.length - kept.length);
            model = kept;
          }
          expect(queue.size).toBe(model.length);
        }
      }),
    );
  });

  it('keeps its order when it compacts while things wait', () => {
    const queue = new Queue<number>();
    for (let value = 0; value < 5000; value += 1) queue.push(value);
    for (let value = 0; value < 4000; value += 1) expect(queue.shift()).toBe(value);
    queue.push(5000);
    expect(queue.pop()).toBe(5000);
    for (let value = 4000; value < 5000; value += 1) expect(queue.shift()).toBe(value);
    expect(queue.shift()).toBeUndefined();
    expect(queue.pop()).toBeUndefined();
  });
});

/**
 * A node under random work: whatever agents, rules, failures and time do, every request settles just once, the
 * counts add up, and nothing is left behind.
 */

import { type JsonValue, KaiError, PRIORITIES, type Priority } from '@kai/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CallOptions, type MessageHandling, parseRule, type Rule } from '../src/index.ts';
import type { Store } from '../src/ports/index.ts';
import { type Fixture, startFixture, withCommit } from './node-fixture.ts';

const NAMES = ['a', 'b', 'c', 'd'];
const BEHAVIOURS = [
  'answer',
  'throw',
  'refuse',
  'wait',
  'stuck',
  'stream',
  'stream-stuck',
  'write',
  'ask-another',
  'tell-another',
  'set-timer',
] as const;
type Behaviour = (typeof BEHAVIOURS)[number];

interface Step {
  readonly to: string;
  readonly behaviour: Behaviour;
  readonly priority: Priority;
  readonly timeoutMs: number;
  readonly how: 'call' | 'stream' | 'send' | 'publish' | 'cancel';
  readonly thenMs: number;
}

const waitFor = ({ clock }: MessageHandling, ms: number) =>
  new Promise<void>((done) => clock.after(ms, done));

const HANDLERS: Record<Behaviour, (handling: MessageHandling) => never> = {
  answer: () => 'fine' as never,
  throw: () => {
    throw new Error('thrown');
  },
  refuse: () => {
    throw new KaiError('OVERLOADED', 'not now');
  },
  wait: (handling) => waitFor(handling, 70).then(() => 'late') as never,
  stuck: () => new Promise(() => {}) as never,
  stream: (handling) =>
    (async function* () {
      for (let n = 0; n < 100; n += 1) {
        yield n;
        if (n % 30 === 0) await waitFor(handling, 20);
      }
    })() as never,
  'stream-stuck': () =>
    (async function* () {
      yield 1;
      await new Promise(() => {});
    })() as never,
  write: ({ state }) => state.set('n', ((state.get('n') as number | undefined) ?? 0) + 1) as never,
  'ask-another': (handling) => handling.call('kai://agent.pool', 'do', 'wait') as never,
  'tell-another': (handling) => handling.send('kai://agent.pool', 'do', 'throw') as never,
  'set-timer': ({ timers, clock }) =>
    timers.set({ name: 't', due: clock.now() + 500, intent: 'do', payload: 'throw' }) as never,
};

function register(fixture: Fixture, name: string, concurrency: number): () => Promise<void> {
  const handler = (payload: JsonValue, handling: MessageHandling) =>
    HANDLERS[String(payload) as Behaviour]?.(handling) ?? null;
  const agent = fixture.node.register({
    name,
    summary: name,
    services: ['pool'],
    concurrency,
    mailboxMax: 4,
    intents: {
      do: { summary: 'does', handler },
      'do.durably': { summary: 'does', effect: 'write', handler },
    },
    topics: { 'tasks:work.>': handler },
  });
  return () => agent.leave();
}

const RULES: readonly object[] = [
  { match: { priority: ['critical'] }, failover: ['kai://alice.hub.a', 'kai://alice.hub.b'] },
  { match: { to: 'kai://agent.pool' }, service: 'pool', strategy: 'broadcast' },
  { match: { to: 'kai://agent.pool' }, service: 'pool', strategy: 'least-loaded' },
  { match: { to: 'kai://agent.pool' }, service: 'pool', strategy: 'sticky' },
  { match: { to: 'kai://alice.hub.c' }, reject: 'not c' },
  { match: { to: 'kai://alice.hub.d' }, hold: { until: { online: true }, forMs: 300 } },
];

function ruleOf(source: object, index: number): Rule {
  const outcome = parseRule(JSON.parse(JSON.stringify(source)), index);
  if (!outcome.ok) throw new Error(JSON.stringify(outcome.misfits));
  return outcome.rule;
}

const step: fc.Arbitrary<Step> = fc.record({
  to: fc.constantFrom(
    ...NAMES.map((name) => `kai://alice.hub.${name}`),
    'kai://agent.pool',
    'kai://agent.nobody',
  ),
  behaviour: fc.constantFrom(...BEHAVIOURS),
  priority: fc.constantFrom(...PRIORITIES),
  timeoutMs: fc.constantFrom(1, 50, 100, 1000, 60_000),
  how: fc.constantFrom('call', 'call', 'stream', 'send', 'publish', 'cancel'),
  thenMs: fc.constantFrom(0, 0, 0, 10, 200),
});

const world = fc.record({
  seed: fc.nat(),
  concurrency: fc.constantFrom(1, 2, 100),
  rules: fc.subarray([...RULES]),
  steps: fc.array(step, { minLength: 1, maxLength: 60 }),
  failEvery: fc.constantFrom(0, 2, 3),
  /** Milliseconds from the last step to the close. */
  closeAfterMs: fc.constantFrom(0, 40, 60_000),
  leaveAt: fc.option(fc.nat(60), { nil: undefined }),
  journal: fc.constantFrom('durable' as const, 'all' as const),
});

/** How often each request settled; `undefined` results are fine, a second one is not. */
class Ledger {
  readonly counts: number[] = [];

  note(promise: Promise<unknown>): void {
    const place = this.counts.push(0) - 1;
    const settle = (): void => {
      this.counts[place] = (this.counts[place] ?? 0) + 1;
    };
    promise.then(settle, (error: unknown) => {
      if (!(error instanceof KaiError)) throw error;
      settle();
    });
  }
}

async function drain(stream: AsyncGenerator<JsonValue, unknown>, atMost: number): Promise<void> {
  let seen = 0;
  for await (const _ of stream) {
    seen += 1;
    if (seen >= atMost) break;
  }
}

async function run(fixture: Fixture, ledger: Ledger, one: Step): Promise<void> {
  const { client, clock } = fixture;
  const intent = one.timeoutMs === 100 ? 'do.durably' : 'do';
  const options: CallOptions = { priority: one.priority, timeoutMs: one.timeoutMs };
  if (one.how === 'call') ledger.note(client.call(one.to, intent, one.behaviour, options));
  else if (one.how === 'stream')
    ledger.note(drain(client.stream(one.to, intent, one.behaviour, options), 40));
  else if (one.how === 'send') client.send(one.to, intent, one.behaviour, { priority: one.priority });
  else if (one.how === 'publish') client.publish('tasks:work.now', intent, one.behaviour);
  else {
    const abort = new AbortController();
    ledger.note(client.call(one.to, intent, one.behaviour, { ...options, signal: abort.signal }));
    clock.after(30, () => abort.abort());
  }
  if (one.thenMs > 0) await clock.advance(one.thenMs);
}

describe('a node under random work', () => {
  it('settles every request once, keeps its accounts, and leaves nothing behind', async () => {
    await fc.assert(
      fc.asyncProperty(world, async ({ seed, concurrency, rules, steps, failEvery, ...rest }) => {
        const { leaveAt, journal, closeAfterMs } = rest;
        let commits = 0;
        const failing = (store: Store): Store =>
          withCommit(store, async (commit) => {
            commits += 1;
            if (failEvery > 0 && commits % failEvery === 0)
              throw new KaiError('UNAVAILABLE', 'the disk refuses');
            return store.commit(commit);
          });
        const fixture = await startFixture({
          seed,
          journal,
          wrapStore: failing,
          facts: () => ({ online: false }),
        });
        const leaves = NAMES.map((name) => register(fixture, name, concurrency));
        fixture.node.setRules(rules.map(ruleOf));
        const ledger = new Ledger();
        for (const [at, one] of steps.entries()) {
          if (at === leaveAt) void leaves[0]?.();
          await run(fixture, ledger, one);
        }
        await fixture.clock.advance(closeAfterMs);
        const { router } = fixture.node.surroundings;
        if (closeAfterMs === 60_000) {
          // Requests are all over by now; events whose handlers never end are still under way.
          expect(ledger.counts.filter((count) => count !== 1)).toEqual([]);
          expect(router.held).toBe(0);
        }
        await fixture[Symbol.asyncDispose]();
        // What the handlers of this test wait for by themselves.
        await fixture.clock.advance(200);
        expect(fixture.clock.waiting).toBe(0);
        await fixture.clock.advance(200_000);
        expect(router.accounts.admittedRate.total).toBe(
          router.accounts.replies +
            router.accounts.failures +
            router.accounts.refusals +
            router.accounts.cancellations,
        );
        expect(ledger.counts.filter((count) => count !== 1)).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });
});

import { KaiError } from '@kai/protocol';
import { type AgentDefinition, defineAgent, defineIntent } from '@kai/runtime';
import { describe, expect, it } from 'vitest';
import { runScenario, type Scenario } from '../src/index.ts';

/** An agent as users write them: one that waits, streams, counts its keys, refuses and fails. */
const moody: AgentDefinition = defineAgent({
  name: 'moody',
  summary: 'Does all that agents do.',
  intents: {
    wait: defineIntent({
      summary: 'Takes its time.',
      effect: 'write',
      async handler(_, { clock, state }) {
        await new Promise<void>((resolve) => clock.after(30, resolve));
        state.set('waited', true);
        return { waited: true };
      },
    }),
    stream: defineIntent({
      summary: 'Answers in parts.',
      effect: 'write',
      async *handler(_, { state }) {
        yield 1;
        state.set('streamed', true);
        yield 2;
        return { parts: 2 };
      },
    }),
    keys: defineIntent({
      summary: 'Its keys.',
      handler: (_, { state }) => [...state.entries()].map(([key]) => key),
    }),
    refuse: defineIntent({
      summary: 'Says no.',
      effect: 'write',
      handler() {
        throw new KaiError('CONFLICT', 'not today');
      },
    }),
    shrug: defineIntent({
      summary: 'Asks to come again.',
      effect: 'write',
      async handler() {
        throw new KaiError('UNAVAILABLE', 'come again');
      },
    }),
    stumble: defineIntent({
      summary: 'Throws where nobody catches it.',
      handler(_, { clock }) {
        clock.after(1, () => {
          throw new RangeError('stumbled');
        });
      },
    }),
  },
});

const asking = (...intents: string[]): Scenario => ({
  name: 'moods',
  agents: [{ name: 'moody' }],
  workload: intents.map((intent, n) => ({ do: 'call', to: 'moody', intent, startMs: n * 100 })),
});

const run = (scenario: Scenario) => runScenario(scenario, { seed: 1, resolve: () => moody, shrinkRuns: 0 });

describe("a user's agent", () => {
  it('may wait and stream; its effects are seen, and it does not see the marks', async () => {
    const expecting = [{ agent: 'moody', intent: 'keys', equals: ['waited', 'streamed'] }];
    const { violations, counts } = await run({ ...asking('wait', 'stream'), expect: expecting });
    expect(violations).toEqual([]);
    expect(counts).toMatchObject({ effected: 2, effects: 2 });
  });

  it('may refuse, which is an outcome and no failure', async () => {
    const { passed, counts } = await run(asking('refuse'));
    expect([passed, counts.refused, counts.effects]).toEqual([true, 1, 0]);
  });

  it('is stuck when it never takes a message though nothing goes wrong', async () => {
    const { violations } = await run(asking('shrug'));
    expect(violations).toMatchObject([{ invariant: 'stuck', message: 'm0' }]);
  });

  it('is reported when it brings its process down', async () => {
    const { violations, counts } = await run(asking('stumble', 'wait'));
    expect(violations).toMatchObject([{ invariant: 'uncaught', text: 'hub: RangeError: stumbled' }]);
    expect([counts.crashes, counts.effected]).toEqual([1, 2]);
  });

  it('is told apart from one whose answers differ', async () => {
    const expecting = [{ agent: 'moody', intent: 'keys', contains: 'streamed' }];
    const { violations } = await run({ ...asking('wait'), expect: expecting });
    expect(violations).toMatchObject([{ invariant: 'expect', text: expect.stringContaining('["waited"]') }]);
  });
});

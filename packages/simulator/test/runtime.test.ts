import { describe, expect, it } from 'vitest';
import { resolve } from '../scenarios/agents.ts';
import { SCENARIOS } from '../scenarios/index.ts';
import { enumerateCrashPoints, runScenario } from '../src/index.ts';
import { scenarioOf, TINY } from './small-scenarios.ts';

/** Seeds of each scenario; npm run soak has as many as it is told. */
const SEEDS = 50;

describe('the real runtime in a simulated world', () => {
  it('goes the same way twice, in 50 seeds, and another way with another seed', async () => {
    const scenario = scenarioOf('trouble');
    const hashes = new Set<string>();
    for (let seed = 1; seed <= 50; seed += 1) {
      const options = { seed, resolve, shrinkRuns: 0 };
      const one = await runScenario(scenario, options);
      const other = await runScenario(scenario, options);
      expect(other).toEqual(one);
      hashes.add(one.traceHash);
    }
    expect(hashes.size).toBe(50);
  });

  it.each(SCENARIOS.map((scenario) => [scenario.name, scenario] as const))(
    'keeps what it acknowledged, once, whatever goes wrong in 50 seeds: %s',
    async (_, scenario) => {
      let crashes = 0;
      for (let seed = 1; seed <= SEEDS; seed += 1) {
        const { violations, counts, replay } = await runScenario(scenario, { seed, resolve });
        expect(violations, replay.command).toEqual([]);
        crashes += counts.crashes;
      }
      expect(crashes).toBeGreaterThan(SEEDS);
    },
  );

  it.each([3, 4])('may crash at each crash point of a small scenario, with seed %i', async (seed) => {
    const points = await enumerateCrashPoints(TINY, { seed, resolve });
    expect(points).toBeGreaterThan(40);
    for (let crashAt = 0; crashAt < points; crashAt += 1) {
      const { violations, counts, replay } = await runScenario(TINY, { seed, resolve, crashAt });
      expect(violations, replay.command).toEqual([]);
      expect(counts.crashes).toBe(1);
    }
  });

  it('says what its agents cannot do', async () => {
    const options = { seed: 1, resolve };
    const wrong = { name: 'wrong', agents: [{ name: 'stranger' }], workload: [] };
    await expect(runScenario(wrong, options)).rejects.toThrow('the scenarios have no agent stranger');
    const asked = { ...scenarioOf('counter'), expect: [{ agent: 'ledger-1', intent: 'dance' }] };
    const { violations } = await runScenario(asked, options);
    expect(violations).toMatchObject([{ invariant: 'expect', text: expect.stringContaining('NO_ROUTE') }]);
  });

  it('gives the whole trace when it is asked for', async () => {
    const options = { seed: 1, resolve, chaos: ['kill'] as const, keep: ['m0', 'k0'], trace: true };
    const { trace = [], counts } = await runScenario(scenarioOf('counter'), options);
    expect(counts.messages).toBe(1);
    expect(trace.filter((line) => line.includes('starts')).length).toBeGreaterThan(0);
    expect(trace.some((line) => line.includes('is told  m0  effected'))).toBe(true);
  });
});

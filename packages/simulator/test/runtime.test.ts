import { describe, expect, it } from 'vitest';
import { resolve } from '../scenarios/agents.ts';
import { runScenario } from '../src/index.ts';
import { scenarioOf } from './small-scenarios.ts';

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

  it('loses no acknowledged entry and keeps none twice, killed twice in each of 60 seeds', async () => {
    const scenario = scenarioOf('counter');
    let crashes = 0;
    for (let seed = 1; seed <= 60; seed += 1) {
      const { violations, counts } = await runScenario(scenario, { seed, resolve });
      expect(violations, `seed ${seed}`).toEqual([]);
      crashes += counts.crashes;
    }
    expect(crashes).toBeGreaterThan(80);
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

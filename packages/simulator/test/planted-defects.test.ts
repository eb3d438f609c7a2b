import { describe, expect, it } from 'vitest';
import { resolve } from '../scenarios/agents.ts';
import { SCENARIOS } from '../scenarios/index.ts';
import { enumerateCrashPoints, type Invariant, runScenario, type SimReport } from '../src/index.ts';
import { type Defect, modelHost } from './model-host.ts';
import { scenarioOf, TINY } from './small-scenarios.ts';

/** The first of these seeds that fails. */
async function firstFailure(
  defect: Defect,
  scenario: string,
  seedsMax: number,
): Promise<SimReport | undefined> {
  for (let seed = 1; seed <= seedsMax; seed += 1) {
    const host = modelHost(defect);
    const report = await runScenario(scenarioOf(scenario), { seed, resolve, host });
    if (!report.passed) return report;
  }
  return undefined;
}

/** The model knows no steps. */
const MODELLED = SCENARIOS.filter(({ name }) => name !== 'errands');

const PLANTED: readonly [Defect, string, Invariant][] = [
  ['acknowledges before it commits', 'counter', 'lost'],
  ['forgets the last commit', 'counter', 'lost'],
  ['does not know a message again', 'durable', 'duplicated'],
  ['sends after it commits', 'transfers', 'lost'],
  ['loses timers', 'reminders', 'stuck'],
];

describe('the simulator', () => {
  it.each(PLANTED)('finds a host that %s, and shrinks the failure', async (defect, scenario, invariant) => {
    const report = await firstFailure(defect, scenario, 50);
    expect(report?.violations[0]?.invariant).toBe(invariant);
    const minimal = report?.minimal;
    expect(minimal?.to).toBeLessThanOrEqual(8);
    expect(minimal?.schedule.length).toBeGreaterThan(0);
    expect(minimal?.trace.length).toBeGreaterThan(0);
    expect(minimal?.replay.command).toContain(`--seed ${report?.seed} `);
    const { seed = 0, keep = [] } = minimal?.replay ?? {};
    const options = { seed, keep, resolve, host: modelHost(defect), shrinkRuns: 0 };
    const again = await runScenario(scenarioOf(scenario), options);
    expect(again.traceHash).toBe(minimal?.traceHash);
    expect(again.violations).toEqual(minimal?.violations);
  });

  it('finds nothing in a correct model, in 300 seeds', async () => {
    for (let seed = 1; seed <= 300; seed += 1) {
      const scenario = MODELLED[seed % MODELLED.length] ?? TINY;
      const report = await runScenario(scenario, { seed, resolve, host: modelHost() });
      expect(report.violations, `${scenario.name}, seed ${seed}`).toEqual([]);
    }
  });

  it('records both kinds of acknowledgement', async () => {
    const { counts } = await runScenario(TINY, { seed: 1, resolve, host: modelHost() });
    expect(counts).toMatchObject({ messages: 7, durable: 3, effected: 4, unknown: 0, effects: 11 });
  });
});

describe('crashing at each crash point', () => {
  it('finds nothing in a correct model', async () => {
    const options = { seed: 3, resolve, host: modelHost() };
    const points = await enumerateCrashPoints(TINY, options);
    expect(points).toBeGreaterThan(40);
    for (let crashAt = 0; crashAt < points; crashAt += 1) {
      const report = await runScenario(TINY, { ...options, crashAt });
      expect(report.violations, report.replay.command).toEqual([]);
      expect(report.counts.crashes).toBe(1);
    }
  });

  it.each<Defect>(['forgets the last commit', 'loses timers'])('finds a host that %s', async (defect) => {
    const options = { seed: 3, resolve, host: modelHost(defect), shrinkRuns: 0 };
    const points = await enumerateCrashPoints(TINY, options);
    let failures = 0;
    for (let crashAt = 0; crashAt < points; crashAt += 1) {
      if (!(await runScenario(TINY, { ...options, crashAt })).passed) failures += 1;
    }
    expect(failures).toBeGreaterThan(0);
  });
});

/** Every measurement runs for one short round and finds figures; what breaks says why. No speed is expected here. */

import { describe, expect, it } from 'vitest';
import { measureApart } from '../src/measure-apart.ts';
import { MEASUREMENTS } from '../src/measurements/index.ts';
import { asJson, asTable } from '../src/report/report.ts';

const SHORT = { rounds: 1, roundMs: 8, share: 0.01 };
/** Those whose peer may be missing. */
const ABSENT: readonly string[] = ['durable-beside-bullmq'];
/** Each starts processes; on a busy machine those take their time. */
const PATIENCE_MS = 60_000;

describe('every measurement', () => {
  it.each(Object.keys(MEASUREMENTS))(
    '%s runs for one short round',
    { timeout: PATIENCE_MS },
    async (name) => {
      const outcome = await measureApart(name, SHORT);
      if (outcome.kind === 'broken') expect.fail(outcome.reason);
      if (outcome.kind === 'not-measured') return expect(ABSENT, outcome.reason).toContain(name);
      expect(outcome.figures).not.toEqual([]);
      for (const { subject, samples } of outcome.figures) {
        expect(samples, subject).toHaveLength(1);
        expect(samples[0], subject).toBeGreaterThan(0);
      }
    },
  );

  it('is a word about why when it breaks', { timeout: PATIENCE_MS }, async () => {
    const outcome = await measureApart('no-such-measurement', SHORT);
    expect(outcome).toMatchObject({ kind: 'broken', reason: expect.stringContaining('no-such-measurement') });
  });
});

describe('a report', () => {
  const figure = { subject: 'ours / theirs', unit: 'ratio', samples: [1, 3, 2], note: '' } as const;
  const report = {
    ran: [
      {
        name: 'one',
        outcome: { kind: 'measured', figures: [{ ...figure, target: { kind: 'at-least', value: 1.5 } }] },
      },
      { name: 'two', outcome: { kind: 'broken', reason: 'a row is missing' } },
    ],
    control: [10, 11],
    machine: 'a machine',
    seconds: 12,
  } as const;

  it('has a row for each figure, with its median, range and target', () => {
    expect(asTable(report)).toMatch(/one\s+ours \/ theirs\s+2\.00×\s+1\.00× – 3\.00×\s+≥ 1\.50×\s+yes/);
  });

  it('says what was not measured and why, which is no failure', () => {
    const outcome = { kind: 'not-measured', reason: 'x is not installed' } as const;
    const absent = { ...report, ran: [{ name: 'three', outcome }] };
    expect(asTable(absent)).toMatch(/three\s+not measured: x is not installed/);
    expect(JSON.parse(asJson(absent)).measurements).toEqual([{ name: 'three', ...outcome }]);
  });

  it('says what broke and why', () => {
    expect(asTable(report)).toContain('two is broken: a row is missing');
  });

  it('says when the machine was too noisy, and only then', () => {
    expect(asTable(report)).not.toContain('TOO NOISY');
    expect(asTable({ ...report, control: [10, 13] })).toContain('TOO NOISY');
  });

  it('is a JSON document with the same statements', () => {
    expect(JSON.parse(asJson(report))).toMatchObject({
      quotable: true,
      measurements: [
        { name: 'one', figures: [{ median: 2, least: 1, most: 3, reached: true }] },
        { name: 'two', kind: 'broken', reason: 'a row is missing' },
      ],
    });
  });
});

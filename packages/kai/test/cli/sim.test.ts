/** `kai sim`: the example that ships, the one in its page, and failures with what is said about them. */

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Place } from './kai.ts';

const root = (path: string): string => fileURLToPath(new URL(`../../../../${path}`, import.meta.url));

/** Files of the page: the info string of a block names them. */
function filesIn(page: string): ReadonlyMap<string, string> {
  const blocks = page.matchAll(/^```\w+ (\S+)\n(.*?)^```$/gms);
  return new Map([...blocks].map(([, name = '', text = '']) => [name, text]));
}

let place: Place;
beforeAll(() => {
  place = new Place();
  for (const [name, text] of filesIn(readFileSync(root('docs/simulator.md'), 'utf8'))) {
    place.write(name, text);
    place.write(`forgetful/${name}`, text.replace("      effect: 'write',\n", ''));
  }
});
afterAll(() => place[Symbol.asyncDispose]());

describe('kai sim', () => {
  it('runs the assistant under kills', async () => {
    const { code, stdout } = await place.kai([
      'sim',
      root('examples/assistant/kills.yaml'),
      '--count',
      '10',
      '--json',
    ]);
    const { passed, totals } = JSON.parse(stdout);
    expect([code, passed]).toEqual([0, true]);
    expect(totals).toMatchObject({ seeds: 10, runs: 10, messages: 350, effects: 450 });
    expect(totals.crashes).toBeGreaterThan(10);
  });

  it('runs the example of its page, also at each of its crash points', async () => {
    const { code, stdout } = await place.kai(['sim', 'tally.yaml', '--count', '20']);
    expect(stdout).toMatch(
      /^20 seeds passed; 20 runs, \d+ a second; 400 messages, 400 effects, \d+ crashes\nNothing was lost/,
    );
    expect(code).toBe(0);
    const each = await place.kai(['sim', 'tally.yaml', '--seed', '2', '--crash-points', '--json']);
    expect(each.code).toBe(0);
    expect(JSON.parse(each.stdout).totals.runs).toBeGreaterThan(40);
  });

  it('tells the smallest failure in words, and the command that repeats it', async () => {
    const { code, stdout, stderr } = await place.kai(['sim', 'forgetful/tally.yaml']);
    expect(code).toBe(1);
    expect(stderr).toMatch(/seed \d+ failed\n$/);
    expect(stdout).toMatch(
      /^tally fails with seed \d+:\n {2}expect: tally tally\.read gives \{"count":2\d\}/,
    );
    expect(stdout).toMatch(/its answer is lost|it arrives again/);
    const [, again = ''] = /Again:\n {2}kai (.*)\n/.exec(stdout) ?? [];
    const repeated = await place.kai([...again.split(' '), '--json']);
    expect(repeated.code).toBe(1);
    const { totals, failure } = JSON.parse(repeated.stdout);
    expect(totals.runs).toBe(1);
    expect(failure.violations).toMatchObject([{ invariant: 'expect' }]);
    // Nothing can be left out of what is the smallest already.
    expect([failure.minimal.to, failure.minimal.traceHash]).toEqual([
      failure.minimal.from,
      failure.traceHash,
    ]);
  });

  it('obeys --chaos: without a fault nothing is counted twice', async () => {
    const { code } = await place.kai(['sim', 'forgetful/tally.yaml', '--count', '5', '--chaos', 'delay']);
    expect(code).toBe(0);
  });

  it.each([
    ['no such file', 'none.yaml', '', /none\.yaml: cannot be read \(ENOENT\)/],
    [
      'an unknown key',
      'a.yaml',
      'name: a\nagents: [{name: test}]\nworkload: []\nchoas: {}\n',
      /a\.yaml:\d:\d/,
    ],
    [
      'an unknown agent',
      'b.yaml',
      'name: b\nagents: [{name: nobody}]\nworkload: []\n',
      /b\.yaml:2:10: agents\[0\]: no agent nobody .* \.\/agents\/nobody\.ts/,
    ],
    [
      'a receiver that is not there',
      'c.yaml',
      'name: c\nagents: [{name: test}]\nworkload: [{do: call, to: x, intent: y}]\n',
      /c\.yaml:3:27: workload\[0\]\.to: is none of the agents/,
    ],
    [
      'a file that is not there',
      'd.yaml',
      'name: d\nagents: [{name: x, use: ./missing.ts}]\nworkload: []\n',
      /there is no file/,
    ],
  ])('says what is wrong in a scenario: %s', async (_, file, text, said) => {
    if (text !== '') place.write(file, text);
    const { code, stderr } = await place.kai(['sim', file]);
    expect(code).toBe(1);
    expect(stderr).toMatch(said);
  });

  it('refuses chaos that there is not', async () => {
    const { code, stderr } = await place.kai(['sim', 'tally.yaml', '--chaos', 'kill,locusts']);
    expect(code).toBe(2);
    expect(stderr).toContain('locusts is none of kill, delay, drop, duplicate, reorder, disk');
  });
});

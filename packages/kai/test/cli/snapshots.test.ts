/** Snapshots and rollback from the command line, against a real node. */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Place } from './kai.ts';

const KEEPER = `import { defineAgent, defineIntent } from 'kai';
export default defineAgent({
  name: 'keeper',
  summary: 'Keeps.',
  intents: {
    put: defineIntent({
      summary: 'Puts.',
      effect: 'write',
      handler: (input, { state }) => {
        for (const [key, value] of Object.entries(input)) value === null ? state.delete(key) : state.set(key, value);
        return {};
      },
    }),
    all: defineIntent({ summary: 'All.', handler: (_, { state }) => Object.fromEntries(state.entries()) }),
  },
});
`;
const CONFIG = `owner: ada
device: hub
gateway: {port: 0}
models: none
agents: [{file: ./agents/keeper.ts}]
`;
const AT = 'kai://ada.hub.keeper';

let place: Place;
beforeAll(async () => {
  place = new Place(CONFIG);
  place.write('agents/keeper.ts', KEEPER);
  await place.up();
});
afterAll(() => place[Symbol.asyncDispose]());

async function jsonOf<T = Record<string, unknown>>(...args: string[]): Promise<T> {
  const { stdout, stderr, code } = await place.kai([...args, '--json']);
  expect([code, stderr]).toEqual([0, '']);
  return JSON.parse(stdout) as T;
}

const put = (what: object) => place.kai(['send', AT, 'put', JSON.stringify(what)]);
const all = async () => JSON.parse((await place.kai(['send', AT, 'all'])).stdout) as unknown;

describe('kai snapshot, snapshots, diff and rollback', () => {
  it('capture an agent, compare it, and give it back what it was', async () => {
    expect((await place.kai(['snapshots'])).stdout).toBe(
      'No snapshots. Take one with: kai snapshot <agent>\n',
    );
    await put({ a: 1, b: 2 });
    const taken = await place.kai(['snapshot', 'keeper', '--note', 'before']);
    expect(taken).toMatchObject({ code: 0, stderr: '' });
    expect(taken.stdout).toMatch(/^taken {2}[0-9a-f]{12} {2}kai:\/\/ada\.hub\.keeper {2}\d+ B\n$/);
    const id = taken.stdout.slice(7, 19);
    await put({ a: '\u001b[2J', b: null, c: [3] });

    const diff = await place.kai(['diff', id]);
    expect(diff.stdout).toBe('+ state c: [3]\n- state b: 2\n~ state a: 1 → "\\u001b[2J"\n');
    expect(await jsonOf('diff', id, 'now')).toMatchObject({ agent: AT, difference: { version: null } });

    const dry = await place.kai(['rollback', 'keeper', '--to', 'latest', '--dry-run']);
    expect(dry.stdout).toBe('+ state b: 2\n- state c: [3]\n~ state a: "\\u001b[2J" → 1\n');
    expect(dry.stderr).toBe('Nothing was changed: this was a dry run.\n');
    expect(await all()).toMatchObject({ c: [3] });

    const rolled = await place.kai(['rollback', 'keeper', '--to', id]);
    expect(rolled.code).toBe(0);
    expect(rolled.stdout).toContain(`rolled back  ${AT} to ${id}\n`);
    expect(rolled.stderr).toMatch(/^What was there before is [0-9a-f]{12}\.\n$/);
    expect(await all()).toEqual({ a: 1, b: 2 });

    const table = (await place.kai(['snapshots', 'keeper'])).stdout;
    expect(table).toMatch(/^ID +TIME +KIND +SIZE +AGENT +NOTE\n/);
    expect(table).toMatch(new RegExp(`\n${id} .* manual .* before\n$`));
    const { snapshots } = await jsonOf<{ snapshots: { kind: string; note: string }[] }>('snapshots');
    expect(snapshots.map(({ kind }) => kind)).toEqual(['rollback', 'manual']);
    expect(await jsonOf('rollback', AT, '--to', 'latest')).toMatchObject({ to: expect.stringContaining(id) });
    expect((await place.kai(['diff', id])).stdout).toBe('Nothing is different.\n');
  });

  it('try a message on an agent as it was, of which nothing comes', async () => {
    const taken = await jsonOf<{ id: string }>('snapshot', 'keeper');
    const send = ['--send', 'put', '--payload', '{"z":1}'];
    const run = await place.kai(['snapshot', 'keeper', '--test', taken.id, ...send]);
    expect(run).toMatchObject({
      code: 0,
      stdout: 'answer  {}\n+ state z: 1\n',
      stderr: 'Nothing was sent or changed: this was an isolated run.\n',
    });
    expect(await all()).not.toHaveProperty('z');
    const wrong = await place.kai(['snapshot', 'keeper', '--test', taken.id, '--send', 'nothing']);
    expect(wrong).toMatchObject({ code: 1 });
    expect(wrong.stderr).toMatch(/kai: it would fail: .*NO_ROUTE/);
    expect(await place.kai(['snapshot', 'keeper', '--test', taken.id])).toMatchObject({ code: 2 });
  });

  const endings: readonly (readonly [string, string[], number, RegExp])[] = [
    ['an agent that is not there', ['snapshot', 'nobody'], 1, /NO_ROUTE/],
    [
      'a snapshot that is not there',
      ['rollback', 'keeper', '--to', '00000000000'],
      1,
      /there is no snapshot/,
    ],
    ['no id', ['diff', 'xyz!'], 2, /xyz! is no snapshot: the beginning of an id/],
    ['no snapshot yet', ['rollback', 'nobody', '--to', 'latest'], 1, /there is no snapshot yet/],
    ['nothing to roll back to', ['rollback', 'keeper'], 2, /--to/],
  ];
  it.each(endings)('end as the table of exit codes says: %s', async (_name, args, code, said) => {
    const outcome = await place.kai(args);
    expect(outcome).toMatchObject({ code, stdout: '' });
    expect(outcome.stderr).toMatch(said);
  });

  it('explain themselves', async () => {
    for (const name of ['snapshot', 'snapshots', 'rollback', 'diff']) {
      expect((await place.kai([name, '--help'])).stdout).toMatch(/Example:\n {2}\$ kai /);
    }
  });
});

/** Every command against a real node: what it prints, as JSON and for people, and how it ends. */

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Place } from './kai.ts';

let place: Place;
let events: Record<string, unknown>[];
beforeAll(async () => {
  place = new Place();
  ({ events } = await place.up());
});
afterAll(() => place[Symbol.asyncDispose]());

async function jsonOf(...args: string[]): Promise<unknown> {
  const { stdout, stderr, code } = await place.kai([...args, '--json']);
  expect([code, stderr]).toEqual([0, '']);
  return JSON.parse(stdout);
}

async function textOf(...args: string[]): Promise<string> {
  const { stdout, stderr, code } = await place.kai(args);
  expect([code, stderr]).toEqual([0, '']);
  return stdout;
}

describe('kai up', () => {
  it('says where the node is', () => {
    expect(events[0]).toMatchObject({
      event: 'up',
      address: 'kai://ada.hub',
      url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/$/),
      link: expect.stringMatching(/\/\?token=[\w-]{43}$/),
      agents: 1,
      incarnation: 1,
    });
  });
});

describe('kai status', () => {
  it('prints the link that lets a window in, when it is asked for', async () => {
    const { stdout, code } = await place.kai(['status', '--link']);
    expect(code).toBe(0);
    const link = new URL(stdout.trim());
    expect((await fetch(link, { redirect: 'manual' })).headers.get('set-cookie')).toMatch(/^kai_session=/);
    expect((await place.kai(['status'])).stdout).not.toContain('token');
  });

  it('says how the node is', async () => {
    expect(await jsonOf('status')).toMatchObject({ node: 'kai://ada.hub', topology: 'local', models: [] });
    expect(await textOf('status')).toMatch(/^Node {6}kai:\/\/ada\.hub {2}kAI \d/);
  });
});

describe('kai agents', () => {
  it('says who is there', async () => {
    const { agents } = (await jsonOf('agents')) as { agents: { address: string }[] };
    expect(agents.map(({ address }) => address)).toContain('kai://ada.hub.test');
    expect(await textOf('agents')).toMatch(/kai:\/\/ada\.hub\.test +alive .*For tests\./);
    expect(await textOf('agents', '--intents')).toMatch(
      /kai:\/\/ada\.hub\.test +test\.greet +read +Greets\./,
    );
  });
});

describe('kai send', () => {
  it('prints the answer', async () => {
    expect(await textOf('send', 'kai://agent.test', 'test.greet', '{"name":"Bo"}')).toBe(
      '{\n  "text": "Hello, Bo"\n}\n',
    );
  });

  it('prints parts as they come, as JSON lines', async () => {
    const { stdout } = await place.kai(['send', 'kai://agent.test', 'test.count', '--json']);
    const [one, two, end] = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect([one, two, end.reply.payload]).toEqual([{ chunk: 1 }, { chunk: 2 }, 'done']);
  });

  it('takes the payload from stdin', async () => {
    const { stdout } = await place.kai(['send', 'kai://agent.test', 'test.greet', '-'], {
      input: '{"name":"Cy"}',
    });
    expect(stdout).toContain('Hello, Cy');
  });

  const endings: readonly (readonly [string, string[], number, RegExp])[] = [
    [
      'a payload that does not fit',
      ['test.greet', '{}'],
      1,
      /name.*INVALID_PAYLOAD at kai:\/\/ada\.hub\.test/,
    ],
    ['a refusal', ['test.deny'], 4, /^kai: not today \(POLICY_DENIED/],
    ['an answer too late', ['test.wait', '{}', '--timeout', '50'], 5, /EXPIRED/],
    ['a payload that is no JSON', ['test.greet', '{name}'], 2, /^kai: the payload is not JSON/],
    ['a timeout that is none', ['test.greet', '{}', '--timeout', 'x'], 2, /whole number from 1 to 86400000/],
  ];
  it.each(endings)('ends as the table of exit codes says: %s', async (_name, args, code, said) => {
    const outcome = await place.kai(['send', 'kai://agent.test', ...args]);
    expect(outcome).toMatchObject({ code, stdout: '' });
    expect(outcome.stderr).toMatch(said);
    expect(outcome.stderr.trim().split('\n')).toHaveLength(1);
  });
});

describe('Ctrl-C', () => {
  it('takes the request back, at the agent too', async () => {
    const running = async (): Promise<number> => {
      const { agents } = (await jsonOf('agents')) as { agents: { address: string; running: number }[] };
      return agents.find(({ address }) => address === 'kai://ada.hub.test')?.running ?? 0;
    };
    const outcome = await place.kai(['send', 'kai://agent.test', 'test.wait', '{}', '--timeout', '60000'], {
      interruptOnce: async () => (await running()) === 1,
    });
    expect(outcome).toMatchObject({ code: 130, stdout: '' });
    expect(outcome.stderr).toMatch(/CANCELLED/);
    await expect.poll(running, { timeout: 10_000 }).toBe(0);
  });
});

describe('kai ask', () => {
  it('streams the answer, lists its sources, and says who answered', async () => {
    const { stdout, stderr, code } = await place.kai(['ask', 'good', 'morning']);
    expect(code).toBe(0);
    expect(stdout).toBe('You said good morning]0;pwned\n  [1] a.md, line 3\n');
    expect(stderr).toBe('  test.greet in 3 ms\n— phrasebook, on this device: it fits\n');
  });

  it('reads stdin', async () => {
    expect((await place.kai(['ask'], { input: 'a letter\n' })).stdout).toContain('You said a letter');
    expect(await place.kai(['ask'], { input: ' ' })).toMatchObject({
      code: 2,
      stderr: 'kai: nothing was asked; write kai ask "…"\n',
    });
  });

  it('prints one JSON document', async () => {
    expect(await jsonOf('ask', 'hi')).toMatchObject({
      text: 'You said hi',
      answeredBy: { kind: 'phrasebook' },
      sources: [{ source: 'a.md' }],
      route: { served: 'kai://ada.hub.test' },
    });
  });
});

describe('kai trace', () => {
  it('says which messages went where, one trace whole, and what comes', async () => {
    await place.kai(['send', 'kai://agent.test', 'test.greet', '{"name":"Di"}']);
    const { entries } = (await jsonOf('trace', '--containing', 'test.greet')) as {
      entries: Record<string, unknown>[];
    };
    expect(entries[0]).toMatchObject({ intent: 'test.greet', outcome: 'replied' });
    expect(await textOf('trace', '--limit', '1')).toMatch(/^TIME .*\n\d\d:\d\d:\d\d\.\d{3} /);
    const one = (await jsonOf('trace', String(entries[0]?.trace))) as { entries: Record<string, unknown>[] };
    expect(one.entries.map(({ outcome }) => outcome)).toEqual(['admitted', 'replied']);
  });

  it('follows until Ctrl-C, which is no failure', async () => {
    const following = place.kai(['trace', '-f', '--json', '--containing', 'test.count'], {
      interruptWhen: 'test.count',
    });
    let done = false;
    void following.finally(() => {
      done = true;
    });
    while (!done) await place.kai(['send', 'kai://agent.test', 'test.count']);
    const { code, stdout, stderr } = await following;
    expect([code, stderr]).toEqual([0, '']);
    expect(JSON.parse(stdout.split('\n')[0] ?? '')).toMatchObject({ intent: 'test.count' });
  });
});

describe('kai route', () => {
  it('lists the rules and explains a way', async () => {
    expect(await textOf('route', 'list')).toBe('No rules: every message goes where its address says.\n');
    expect(await jsonOf('route', 'list')).toMatchObject({ rules: [] });
    expect(await textOf('route', 'explain', 'kai://agent.test', 'test.greet')).toMatch(
      /→ kai:\/\/ada\.hub\.test\n$/,
    );
    expect(await jsonOf('route', 'explain', 'kai://agent.test', 'test.greet')).toMatchObject({
      rule: 'address',
    });
  });
});

describe('kai notes, reminders and dead', () => {
  it('print tables without control characters', async () => {
    expect(await textOf('notes')).toMatch(/^WHEN +NOTE +ID\n.* buy\[2J milk +n1\n$/);
    expect(await textOf('reminders')).toBe('No reminders. Make one with: kai ask "remind me …"\n');
    expect(await textOf('reminders', '--all')).toMatch(/fired +tea/);
    expect(await textOf('dead')).toBe('No dead letters: everything was delivered or answered.\n');
    expect(await jsonOf('notes')).toMatchObject({ notes: [{ id: 'n1' }] });
    expect(await jsonOf('reminders', '--all')).toMatchObject({ reminders: [{ id: 'r1' }] });
    expect(await jsonOf('dead')).toMatchObject({ letters: [] });
  });
});

describe('kai dead', () => {
  const lettersOf = async () =>
    ((await jsonOf('dead')) as { letters: { id: string; code: string }[] }).letters;

  it('shows, sends again and drops what could not be delivered', async () => {
    for (const word of ['bread', 'milk']) {
      await place.kai(['send', 'kai://agent.test', 'test.lose', JSON.stringify({ word })]);
    }
    await expect.poll(lettersOf, { timeout: 10_000 }).toMatchObject([{ code: 'NO_ROUTE' }, {}]);
    const [milk, bread] = (await lettersOf()).map(({ id }) => id) as [string, string];
    expect(await textOf('dead', 'list')).toContain(milk);
    expect(await jsonOf('dead', 'show', bread)).toMatchObject({ message: { payload: { word: 'bread' } } });
    expect(await textOf('dead', 'show', bread)).toMatch(/^Time .*\nReason .*NO_ROUTE\)\nMessage\n\{/);
    const again = await place.kai(['dead', 'retry', '--all']);
    expect(again).toMatchObject({ code: 1, stderr: 'kai: 2 letters stay\n' });
    expect(again.stdout).toMatch(new RegExp(`^kept {2}${bread} .*\\nkept {2}${milk} `));
    expect(await jsonOf('dead', 'drop', milk)).toEqual({ dropped: milk });
    expect(await textOf('dead', 'drop', bread)).toBe(`Dropped ${bread}.\n`);
    expect(await textOf('dead', 'retry', '--all')).toBe('No dead letters: nothing to send again.\n');
    expect(await place.kai(['dead', 'retry', milk])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('CONFLICT'),
    });
    expect(await place.kai(['dead', 'retry'])).toMatchObject({ code: 2 });
  });

  it('sends again what its receiver takes now', async () => {
    await place.kai(['send', 'kai://agent.test', 'test.later']);
    await expect.poll(lettersOf, { timeout: 10_000 }).toMatchObject([{ code: 'CONFLICT' }]);
    const [letter] = await lettersOf();
    expect(await jsonOf('dead', 'retry', letter?.id ?? '')).toMatchObject({ letters: [{ kind: 'sent' }] });
    expect(await lettersOf()).toEqual([]);
  });
});

describe('the node that is meant', () => {
  it('is named by its address, its device or its URL', async () => {
    const { url } = events[0] as { url: string };
    for (const name of ['kai://ada.hub', 'ada.hub', 'hub', url]) {
      expect(await jsonOf('status', '--node', name)).toMatchObject({ node: 'kai://ada.hub' });
    }
    const { code, stderr } = await place.kai(['status', '--node', 'attic']);
    expect(code).toBe(3);
    expect(stderr).toMatch(/^kai: No node attic is running\. These are: kai:\/\/ada\.hub/);
  });

  it('is the one of the nearest kai.yaml, before all others', async () => {
    place.write('other/kai.yaml', 'owner: ada\ndevice: attic\ngateway: {port: 0}\nmodels: none\n');
    const other = await place.up(['--config', 'other/kai.yaml']);
    expect(await jsonOf('status')).toMatchObject({ node: 'kai://ada.hub' });
    expect(await jsonOf('status', '--node', 'attic')).toMatchObject({ node: 'kai://ada.attic' });
    expect(await jsonOf('stop', '--node', 'attic')).toMatchObject({ stopped: 'kai://ada.attic' });
    await expect.poll(() => other.child.exitCode, { timeout: 5000 }).toBe(0);
  });
});

describe('kai doctor', () => {
  it('asks the node that runs', async () => {
    const { ok, findings } = (await jsonOf('doctor')) as {
      ok: boolean;
      findings: { subject: string; what: string }[];
    };
    expect(ok).toBe(true);
    expect(findings.find(({ subject }) => subject === 'store')?.what).toMatch(/^sound: /);
    expect(findings.find(({ subject }) => subject === 'port')?.what).toMatch(/^the node runs at http/);
  });
});

describe('routes', () => {
  it('change while the node runs, and stay when the file is wrong', async () => {
    const config =
      'owner: ada\ndevice: hub\ngateway: {port: 0}\nmodels: none\nagents: [{file: ./agents/test.ts}]\n';
    place.write(
      'kai.yaml',
      `${config}routes: [{name: closed, match: {intent: test.greet}, reject: closed today}]\n`,
    );
    const greet = () => place.kai(['send', 'kai://agent.test', 'test.greet', '{"name":"Ed"}']);
    await expect.poll(async () => (await greet()).code, { timeout: 20_000 }).toBe(4);
    place.write('kai.yaml', 'routes: 3\n');
    expect((await greet()).stderr).toContain('closed today');
    place.write('kai.yaml', config);
    await expect.poll(async () => (await greet()).code, { timeout: 20_000 }).toBe(0);
  });
});

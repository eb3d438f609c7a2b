/** How commands end when something is in the way: one clear line on stderr, and the exit code of the table. */

import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EXIT_CODES } from '../../src/cli/exit-codes.ts';
import { Place } from './kai.ts';

let place: Place;
beforeEach(() => {
  place = new Place();
});
afterEach(() => place[Symbol.asyncDispose]());

/** The user without rights, on every Unix. */
const NOBODY = 65_534;
const NO_NODE = 'kai: No node is running. Start one with: npm start (or kai up)\n';

describe('without a node', () => {
  const commands = [
    ['status'],
    ['agents'],
    ['ask', 'hi'],
    ['send', 'kai://agent.x', 'y'],
    ['trace', '-f'],
    ['stop'],
  ];
  it.each(commands.map((args) => [args]))('kai %j says how to start one', async (args) => {
    expect(await place.kai(args)).toEqual({ code: 3, stdout: '', stderr: NO_NODE });
  });

  it('a node that was killed is forgotten', async () => {
    const { child } = await place.up();
    child.kill('SIGKILL');
    await expect.poll(() => child.signalCode, { timeout: 5000 }).toBe('SIGKILL');
    expect(readdirSync(join(place.folder, 'state/nodes'))).toHaveLength(1);
    expect(await place.kai(['status'])).toMatchObject({ code: 3, stderr: NO_NODE });
    expect(readdirSync(join(place.folder, 'state/nodes'))).toEqual([]);
  });
});

describe('a command that is written wrongly', () => {
  const wrong: readonly (readonly [string[], string])[] = [
    [['frobnicate'], "error: unknown command 'frobnicate'\n"],
    [['status', '--frob'], "error: unknown option '--frob'\n"],
    [['stauts'], "error: unknown command 'stauts'\n(Did you mean status?)\n"],
    [['send', 'kai://agent.x'], "error: missing required argument 'intent'\n"],
  ];
  it.each(wrong)('kai %j', async (args, stderr) => {
    expect(await place.kai(args)).toEqual({ code: 2, stdout: '', stderr });
  });
});

describe('help', () => {
  it('is there for every command, with an example', async () => {
    const { stdout, code } = await place.kai(['--help']);
    expect(code).toBe(0);
    const names = [...stdout.matchAll(/^ {2}([a-z]+) {2,}\S/gm)]
      .map(([, name = '']) => name)
      .filter((name) => name !== 'help');
    expect(names.length).toBeGreaterThan(12);
    const helps = await Promise.all(
      names.map((name) => place.kai(name === 'route' ? [name, 'list', '--help'] : [name, '--help'])),
    );
    for (const { stdout: help, code: ending } of helps) {
      expect(ending).toBe(0);
      expect(help).toMatch(/^Usage: kai /);
      expect(help).toMatch(/Examples?:\n {2}\$ /);
      expect(help).toContain('--json');
    }
  });

  it('prints the table of exit codes', async () => {
    const { stdout } = await place.kai(['help', 'exit-codes']);
    for (const { code, meaning } of Object.values(EXIT_CODES))
      expect(stdout).toContain(`${code}  ${meaning}`);
    const page = readFileSync(new URL('../../../../docs/cli.md', import.meta.url), 'utf8');
    for (const { code, meaning } of Object.values(EXIT_CODES))
      expect(page).toContain(`| ${code} | ${meaning} |`);
  });
});

describe('kai up', () => {
  it('says that a port is taken', async () => {
    const server = createServer((_request, response) => response.end());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    expect(await place.kai(['up', '--port', String(port)])).toEqual({
      code: 1,
      stdout: '',
      stderr: `kai: port ${port} is taken by another program; choose another with --port ${port + 1} (UNAVAILABLE)\n`,
    });
    await new Promise((resolve) => server.close(resolve));
  });

  it('says that the data folder cannot be used', async () => {
    place.write('blocked', 'a file where a folder should be');
    const { code, stderr } = await place.kai(['up'], { env: { KAI_DATA: 'blocked/data' } });
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^kai: the data folder \S+blocked\/data cannot be used \(ENOTDIR\); see its permissions, or name another with data: \(UNAVAILABLE\)\n$/,
    );
  });

  it('says that the data folder may not be written to', async () => {
    const data = join(place.folder, 'readonly');
    mkdirSync(data, { mode: 0o555 });
    // Nothing is forbidden to root, who runs tests in containers; so the node runs as nobody there.
    chmodSync(place.folder, 0o755);
    const user = process.getuid?.() === 0 ? { uid: NOBODY } : {};
    const { code, stderr } = await place.kai(['up'], { env: { KAI_DATA: data }, ...user });
    expect([code, stderr]).toEqual([
      1,
      `kai: the data folder ${data} cannot be used (EACCES); see its permissions, or name another with data: (UNAVAILABLE)\n`,
    ]);
  });

  it('leaves a damaged store as it is, and says so', async () => {
    place.write('.kai/store.sqlite', 'this is no database '.repeat(1000));
    const before = readFileSync(join(place.folder, '.kai/store.sqlite'));
    const { code, stderr } = await place.kai(['up']);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^kai: .*store\.sqlite.*\n$/);
    expect(readFileSync(join(place.folder, '.kai/store.sqlite')).equals(before)).toBe(true);
  });

  it('refuses a second node on one data folder', async () => {
    await place.up();
    const { code, stderr } = await place.kai(['up']);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^kai: .*store\.sqlite is in use by process \d+.*\n$/);
  });

  it('shows what is wrong in the configuration, with its line', async () => {
    place.write('kai.yaml', 'owner: ada\ngateway: {prot: 1}\n');
    expect(await place.kai(['up'])).toEqual({
      code: 1,
      stdout: '',
      stderr:
        'kai: the configuration is wrong\nkai.yaml:2:11: gateway.prot: unknown key; did you mean "port"?\n  2 | gateway: {prot: 1}\n    |           ^\n',
    });
  });

  it('shows which agent cannot be loaded, and why', async () => {
    place.write('agents/empty.ts', 'export const x = 1;\n');
    place.write('agents/broken.ts', 'throw new Error("boom");\n');
    place.write(
      'agents/strict.ts',
      "import { defineAgent } from 'kai';\nexport default defineAgent({ name: 'strict', summary: 's', settings: { type: 'object', properties: { size: { type: 'integer' } } } });\n",
    );
    place.write(
      'kai.yaml',
      'agents:\n  - file: ./agents/none.ts\n  - file: ./agents/empty.ts\n  - file: ./agents/broken.ts\n  - file: ./agents/strict.ts\n    settings: {size: large}\n  - file: ./agents/test.ts\n    settings: {a: 1}\n',
    );
    const { code, stderr } = await place.kai(['up']);
    expect(code).toBe(1);
    const heads = stderr.split('\n').filter((line) => line.startsWith('kai.yaml:'));
    expect(heads.map((line) => line.replaceAll(place.folder, ''))).toEqual([
      'kai.yaml:2:11: agents[0].file: there is no file /agents/none.ts',
      'kai.yaml:3:11: agents[1].file: /agents/empty.ts exports no agent; write: export default defineAgent({name, summary, intents})',
      'kai.yaml:4:11: agents[2].file: /agents/broken.ts cannot be loaded: boom',
      expect.stringMatching(/^kai\.yaml:6:22: agents\[3\]\.settings\.size: must be integer/),
      'kai.yaml:8:19: agents[4].settings.a: the agent test takes no settings',
    ]);
  });

  it('says where there is no configuration', async () => {
    const { code, stderr } = await place.kai(['up', '--config', 'nothing.yaml']);
    expect([code, stderr]).toEqual([
      1,
      'kai: the configuration is wrong\nnothing.yaml: there is no such file; make one with: kai init\n',
    ]);
  });

  it('outlives a promise that an agent forgot', async () => {
    const { child } = await place.up();
    const send = (intent: string) => place.kai(['send', 'kai://agent.test', intent, '{"name":"Flo"}']);
    expect(await send('test.forget')).toMatchObject({ code: 0 });
    expect(await send('test.greet')).toMatchObject({ code: 0 });
    expect(child.exitCode).toBe(null);
  });

  it('stops in order when an agent breaks the process', async () => {
    const { child } = await place.up();
    await place.kai(['send', 'kai://agent.test', 'test.break']);
    await expect.poll(() => child.exitCode, { timeout: 10_000 }).toBe(1);
    expect(readdirSync(join(place.folder, 'state/nodes'))).toEqual([]);
  });

  it('stops at SIGTERM and leaves nothing behind', async () => {
    const { child } = await place.up();
    child.kill('SIGTERM');
    await expect.poll(() => child.exitCode, { timeout: 6000 }).toBe(0);
    expect(readdirSync(join(place.folder, 'state/nodes'))).toEqual([]);
  });
});

describe('kai init', () => {
  it('writes files that start at once, and never writes over others', async () => {
    const { stdout, code } = await place.kai(['init', 'new', '--json']);
    expect([code, JSON.parse(stdout).written]).toEqual([0, ['kai.yaml', 'agents/hello.ts', '.gitignore']]);
    writeFileSync(join(place.folder, 'new/agents/hello.ts'), '// mine\n');
    expect(JSON.parse((await place.kai(['init', 'new', '--json'])).stdout)).toMatchObject({ written: [] });
    expect(readFileSync(join(place.folder, 'new/agents/hello.ts'), 'utf8')).toBe('// mine\n');
  });

  it('makes a node that greets', async () => {
    await place.kai(['init', 'new', '--yes']);
    await place.up(['--config', 'new/kai.yaml', '--port', '0']);
    const { stdout } = await place.kai(['ask', 'greet Ada']);
    expect(stdout).toBe('Hello, Ada!\n');
  });
});

describe('kai doctor', () => {
  it('fails for what is wrong, and says what to do', async () => {
    place.write('kai.yaml', 'agents: [{file: ./none.ts}]\nmodels: none\n');
    place.write('.kai/store.sqlite', 'this is no database '.repeat(1000));
    const { code, stdout, stderr } = await place.kai(['doctor']);
    expect([code, stderr]).toEqual([1, 'kai: 2 things are wrong\n']);
    expect(stdout).toMatch(/^fail {2}agents .*none\.ts/m);
    expect(stdout).toMatch(/^fail {2}store /m);
    expect(stdout).toMatch(/→ \S/);
    expect(existsSync(join(place.folder, '.kai/store.sqlite'))).toBe(true);
  });
});

/** The README's example is what a newcomer copies first: it must run as it stands there. */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { address, type JsonObject, type NodeAddress } from '@kai/protocol';
import { type AgentDefinition, startNode } from '@kai/runtime';
import { silentLog } from '@kai/runtime/ports';
import { openMemoryIndexes, openMemoryStore } from '@kai/stores/memory';
import { expect, it } from 'vitest';
import { kaiCore } from '../src/core/index.ts';
import { systemClock } from '../src/system/clock.ts';
import { systemRandom } from '../src/system/random.ts';

const README = readFileSync(new URL('../../../README.md', import.meta.url), 'utf8');

it('shows an agent that does what it says', async () => {
  const [, code = ''] = /```ts\n(.*?)```/s.exec(README) ?? [];
  // Beside this file, so that its import of 'kai' is found as it is by a user's.
  const folder = mkdtempSync(join(import.meta.dirname, 'readme-'));
  try {
    const file = join(folder, 'dice.ts');
    writeFileSync(file, code);
    const { default: dice } = (await import(pathToFileURL(file).href)) as { default: AgentDefinition };
    await using node = await startNode({
      address: address('kai://ada.hub') as NodeAddress,
      ports: {
        clock: systemClock,
        random: systemRandom,
        log: silentLog,
        store: openMemoryStore(),
        indexes: openMemoryIndexes(),
      },
    });
    node.register(dice);
    node.register(kaiCore);
    using client = node.client('test');
    const said = await client.call('kai://agent.kai-core', 'conversation.say', {
      text: 'roll a die with 20 sides',
    });
    expect((said as JsonObject).text).toMatch(/^It shows ([1-9]|1\d|20)\.$/);
    await expect(client.call('kai://agent.dice', 'dice.throw', { sides: 1 })).rejects.toMatchObject({
      code: 'INVALID_PAYLOAD',
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
});

it('lists commands that exist', async () => {
  const commands = [...README.matchAll(/npx kai ([a-z]+)/g)].map(([, name]) => name);
  const main = readFileSync(new URL('../src/cli/main.ts', import.meta.url), 'utf8');
  expect(commands.length).toBeGreaterThan(5);
  for (const name of commands) expect(main).toMatch(new RegExp(`'${name}'|\\b${name}:`));
});

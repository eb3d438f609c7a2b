/** Which models a node has: listed ones at once, an Ollama as soon as it is there. */

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Clock, silentLog } from '@kai/runtime/ports';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Secret } from '../../src/config/secret.ts';
import { LOOK_MS, openModels } from '../../src/node/open-models.ts';
import { systemClock } from '../../src/system/clock.ts';

const source = { secrets: new Map(), clock: systemClock, log: silentLog };

describe('the models of a node', () => {
  it('are none where none are wanted', async () => {
    await using models = openModels({ ...source, entry: { kind: 'none' } });
    expect(models.list).toEqual([]);
  });

  it('are those that are listed, in their order', async () => {
    const entry = {
      kind: 'listed',
      models: [
        {
          kind: 'openai-compatible',
          name: 'office',
          url: 'http://10.0.0.7/v1',
          model: 'm',
          reach: 'lan',
          embedModel: undefined,
        },
        {
          kind: 'ollama',
          name: 'home',
          url: 'http://127.0.0.1:1',
          model: 'q',
          reach: undefined,
          embedModel: 'e',
        },
      ],
    } as const;
    await using models = openModels({ ...source, entry, secrets: new Map([['office', new Secret('sk-1')]]) });
    expect(models.list.map(({ name, model, reach }) => [name, model, reach])).toEqual([
      ['office', 'm', 'lan'],
      ['home', 'q', 'device'],
    ]);
    expect(models.list.map(({ embed }) => embed === undefined)).toEqual([true, false]);
    expect(JSON.stringify(models.list)).not.toContain('sk-1');
  });
});

describe('looking for Ollama', () => {
  let ollama: Server;
  let port: number;
  beforeEach(async () => {
    ollama = createServer((request, response) => {
      const answers: Record<string, object> = {
        '/api/version': { version: '0.30.0' },
        '/api/tags': {
          models: [
            { name: 'qwen3:8b', model: 'qwen3:8b', details: {}, capabilities: ['completion', 'tools'] },
          ],
        },
      };
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(answers[request.url ?? ''] ?? {}));
    });
    await listen(0);
    port = (ollama.address() as AddressInfo).port;
  });
  afterEach(() => new Promise((resolve) => ollama.close(resolve)));

  const listen = (on: number) => new Promise<void>((resolve) => ollama.listen(on, '127.0.0.1', resolve));
  const discover = (clock: Clock = systemClock) =>
    openModels({ ...source, clock, entry: { kind: 'discover' }, ollamaUrl: `http://127.0.0.1:${port}` });

  it('finds one that runs', async () => {
    await using models = discover();
    await models.looked;
    expect(models.list.map(({ name, model, reach }) => [name, model, reach])).toEqual([
      ['ollama', 'qwen3:8b', 'device'],
    ]);
  });

  it('finds one that is started later', async () => {
    await new Promise((resolve) => ollama.close(resolve));
    let lookAgain: (() => void) | undefined;
    const clock: Clock = {
      ...systemClock,
      after(delayMs, wake) {
        if (delayMs !== LOOK_MS) return systemClock.after(delayMs, wake);
        lookAgain = wake;
        return { cancel() {} };
      },
    };
    await using models = discover(clock);
    await models.looked;
    expect(models.list).toEqual([]);
    await listen(port);
    lookAgain?.();
    await expect.poll(() => models.list.length, { timeout: 5000 }).toBe(1);
  });

  it('stops looking when the node closes', async () => {
    await new Promise((resolve) => ollama.close(resolve));
    let cancelled = false;
    const clock: Clock = {
      ...systemClock,
      after: (delayMs, wake) =>
        delayMs === LOOK_MS ? { cancel: () => (cancelled = true) } : systemClock.after(delayMs, wake),
    };
    const models = discover(clock);
    await models.looked;
    await models[Symbol.asyncDispose]();
    expect(cancelled).toBe(true);
    await listen(0);
  });
});

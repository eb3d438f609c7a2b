/** A gateway in front of a real node with one small agent, for tests, and raw requests to it. */

import { request } from 'node:http';
import { address, type NodeAddress } from '@kai/protocol';
import { defineAgent, defineIntent, type KaiNode, startNode } from '@kai/runtime';
import { silentLog } from '@kai/runtime/ports';
import { openMemoryIndexes, openMemoryStore } from '@kai/stores/memory';
import { type Gateway, openGateway } from '../../src/gateway/gateway.ts';
import { systemClock } from '../../src/system/clock.ts';
import { systemRandom } from '../../src/system/random.ts';

export const TOKEN = 'T'.repeat(43);

export interface TestGateway extends AsyncDisposable {
  readonly gateway: Gateway;
  readonly node: KaiNode;
  /** How many streams of `test.flood` were begun, have ended, and how many parts they gave. */
  readonly floods: { begun: number; ended: number; parts: number };
}

export async function openTestGateway(windowFolder?: string): Promise<TestGateway> {
  await using opened = new AsyncDisposableStack();
  const node = opened.use(
    await startNode({
      address: address('kai://ada.hub') as NodeAddress,
      ports: {
        clock: systemClock,
        random: systemRandom,
        log: silentLog,
        store: openMemoryStore(),
        indexes: openMemoryIndexes(),
      },
    }),
  );
  const floods = { begun: 0, ended: 0, parts: 0 };
  node.register(testAgent(floods));
  const gateway = opened.use(
    await openGateway({
      node,
      port: 0,
      token: TOKEN,
      version: '9.9.9',
      log: silentLog,
      windowFolder: windowFolder ?? '/nowhere',
    }),
  );
  const stack = opened.move();
  return { gateway, node, floods, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}

/** Greets, streams, floods, waits and fails: one intent for each thing that a client may meet. */
function testAgent(floods: TestGateway['floods']) {
  return defineAgent({
    name: 'test',
    summary: 'For tests.',
    concurrency: 100,
    intents: {
      'test.greet': defineIntent({
        summary: 'Greets.',
        input: { type: 'object', required: ['name'], properties: { name: { type: 'string' } } },
        handler: ({ name }) => ({ text: `Hello, ${name}` }),
      }),
      'test.count': defineIntent({
        summary: 'Counts to three.',
        async *handler() {
          for (const number of [1, 2, 3]) yield { number };
          return { done: true };
        },
      }),
      'test.flood': defineIntent({
        summary: 'Sends without end.',
        async *handler(_, { signal }) {
          floods.begun += 1;
          try {
            while (!signal.aborted) {
              yield 'x'.repeat(65_536);
              floods.parts += 1;
              await new Promise((resolve) => setImmediate(resolve));
            }
          } finally {
            floods.ended += 1;
          }
        },
      }),
      'test.wait': defineIntent({
        summary: 'Answers when it is cancelled.',
        handler: (_, { signal }) =>
          new Promise((resolve) => signal.addEventListener('abort', () => resolve({}), { once: true })),
      }),
      'test.fail': defineIntent({
        summary: 'Fails.',
        handler: () => {
          throw new Error('the secret inside');
        },
      }),
    },
  });
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** A request as it is written, with any headers: `fetch` would mend `Host` and `Origin`. */
export function ask(
  gateway: Gateway,
  path: string,
  headers: Readonly<Record<string, string>> = {},
  body?: string,
): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const method = body === undefined ? 'GET' : 'POST';
  const options = { host: '127.0.0.1', port: gateway.port, path, method, headers, agent: false };
  const sent = request(options, (response) => {
    const parts: Buffer[] = [];
    response.on('data', (part: Buffer) => parts.push(part));
    response.on('end', () =>
      resolve({
        status: response.statusCode ?? 0,
        headers: response.headers,
        body: Buffer.concat(parts).toString(),
      }),
    );
  });
  sent.on('error', reject);
  sent.end(body);
  return promise;
}

export const BEARER = { authorization: `Bearer ${TOKEN}` };
export const JSON_BODY = { 'content-type': 'application/json' };

/** A message to the test agent, as JSON. */
export function message(intent: string, payload: object = {}, more: object = {}): string {
  return JSON.stringify({ to: 'kai://agent.test', intent, payload, ...more });
}

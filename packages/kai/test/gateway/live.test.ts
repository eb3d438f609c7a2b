/** The gateway's WebSocket, used rightly and wrongly. */

import { connect } from 'node:net';
import type { JsonObject } from '@kai/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import {
  BROKEN_FRAMES_MAX,
  REQUESTS_OPEN_MAX,
  SUBSCRIPTIONS_MAX,
} from '../../src/gateway/live-connection.ts';
import { CONNECTIONS_MAX } from '../../src/gateway/live-route.ts';
import { BEARER, openTestGateway, type TestGateway } from './open-gateway.ts';

let test: TestGateway;
beforeAll(async () => {
  test = await openTestGateway();
});
afterAll(() => test[Symbol.asyncDispose]());

/** A client that collects what it hears. */
class Peer implements Disposable {
  readonly heard: JsonObject[] = [];
  readonly socket: WebSocket;
  closed: { code: number } | undefined;

  constructor(socket: WebSocket) {
    this.socket = socket;
    socket.on('message', (data) => this.heard.push(JSON.parse(String(data))));
    socket.on('close', (code) => {
      this.closed = { code };
    });
    socket.on('error', () => {});
  }

  static async open(): Promise<Peer> {
    const peer = new Peer(new WebSocket(liveUrl(), { headers: BEARER }));
    await peer.hears((frame) => frame.op === 'hello');
    return peer;
  }

  say(frame: object | string): void {
    this.socket.send(typeof frame === 'string' ? frame : JSON.stringify(frame));
  }

  ask(ref: string, intent: string, payload: object = {}, more: object = {}): void {
    this.say({ op: 'request', ref, message: { to: 'kai://agent.test', intent, payload }, ...more });
  }

  async hears(wanted: (frame: JsonObject) => boolean): Promise<JsonObject> {
    await expect.poll(() => this.heard.find(wanted), { timeout: 5000, interval: 5 }).toBeDefined();
    return this.heard.find(wanted) ?? {};
  }

  of(ref: string): JsonObject[] {
    return this.heard.filter((frame) => frame.ref === ref);
  }

  [Symbol.dispose](): void {
    this.socket.terminate();
  }
}

function liveUrl(): string {
  return `ws://127.0.0.1:${test.gateway.port}/api/live`;
}

/** The status with which an upgrade is refused. */
function refusal(headers: Record<string, string>, path = '/api/live'): Promise<number> {
  const { promise, resolve } = Promise.withResolvers<number>();
  const socket = new WebSocket(`ws://127.0.0.1:${test.gateway.port}${path}`, { headers });
  socket.on('open', () => resolve(101));
  socket.on('error', () => {});
  socket.on('unexpected-response', (_request, response) => {
    response.resume();
    resolve(response.statusCode ?? 0);
  });
  return promise.finally(() => socket.terminate());
}

describe('connecting', () => {
  it('is greeted first of all', async () => {
    using peer = await Peer.open();
    expect(peer.heard[0]).toEqual({
      op: 'hello',
      protocol: 1,
      node: 'kai://ada.hub',
      client: expect.stringMatching(/^kai:\/\/ada\.hub\.client(-\d+)?$/),
      version: '9.9.9',
      incarnation: 1,
    });
  });

  it('is refused to strangers', async () => {
    expect(await refusal({})).toBe(401);
    expect(await refusal({ authorization: 'Bearer nope' })).toBe(401);
    expect(await refusal({ ...BEARER, origin: 'https://evil.example' })).toBe(403);
    expect(await refusal({ ...BEARER, host: 'evil.example' })).toBe(403);
    expect(await refusal({ cookie: 'kai_session=x', origin: `http://127.0.0.1:${test.gateway.port}` })).toBe(
      401,
    );
    expect(await refusal(BEARER, '/api/other')).toBe(404);
  });

  it(`is refused beyond ${CONNECTIONS_MAX} connections`, async () => {
    const peers = await Promise.all(Array.from({ length: CONNECTIONS_MAX }, () => Peer.open()));
    expect(await refusal(BEARER)).toBe(503);
    for (const peer of peers) peer[Symbol.dispose]();
    await expect.poll(() => refusal(BEARER), { timeout: 5000 }).toBe(101);
  });
});

describe('a request', () => {
  it('is answered by a reply that says who served it', async () => {
    using peer = await Peer.open();
    peer.ask('1', 'test.greet', { name: 'Ada' });
    expect(await peer.hears((frame) => frame.op === 'reply')).toMatchObject({
      ref: '1',
      message: { payload: { text: 'Hello, Ada' }, context: { route: { served: 'kai://ada.hub.test' } } },
    });
  });

  it('is answered by chunks in order, then the reply, then nothing', async () => {
    using peer = await Peer.open();
    peer.ask('1', 'test.count');
    await peer.hears((frame) => frame.op === 'reply');
    expect(peer.of('1').map(({ op }) => op)).toEqual(['chunk', 'chunk', 'chunk', 'reply']);
    expect(
      peer
        .of('1')
        .slice(0, 3)
        .map(({ payload }) => payload),
    ).toEqual([{ number: 1 }, { number: 2 }, { number: 3 }]);
  });

  it('can be taken back', async () => {
    using peer = await Peer.open();
    peer.ask('1', 'test.wait');
    peer.say({ op: 'cancel', ref: '1' });
    expect(await peer.hears((frame) => frame.op === 'error')).toMatchObject({
      ref: '1',
      error: { code: 'CANCELLED' },
    });
  });

  it('fails by its own timeout', async () => {
    using peer = await Peer.open();
    peer.ask('1', 'test.wait', {}, { timeoutMs: 20 });
    expect(await peer.hears((frame) => frame.op === 'error')).toMatchObject({
      ref: '1',
      error: { code: 'EXPIRED' },
    });
  });

  it(`is refused beyond ${REQUESTS_OPEN_MAX} open ones, and those go on`, async () => {
    using peer = await Peer.open();
    for (let number = 0; number <= REQUESTS_OPEN_MAX; number += 1) peer.ask(String(number), 'test.wait');
    const refused = await peer.hears((frame) => frame.op === 'error');
    expect(refused).toMatchObject({
      ref: String(REQUESTS_OPEN_MAX),
      error: { code: 'OVERLOADED', retryable: true },
    });
    peer.say({ op: 'cancel', ref: '0' });
    await peer.hears((frame) => frame.op === 'error' && frame.ref === '0');
    peer.ask('again', 'test.greet', { name: 'A' });
    await peer.hears((frame) => frame.op === 'reply' && frame.ref === 'again');
  });

  it('ends with its connection', async () => {
    const peer = await Peer.open();
    const { begun } = test.floods;
    peer.ask('1', 'test.flood');
    await peer.hears((frame) => frame.op === 'chunk');
    peer.socket.terminate();
    await expect.poll(() => test.floods.ended, { timeout: 5000 }).toBe(test.floods.begun);
    expect(test.floods.begun).toBe(begun + 1);
  });
});

describe('a subscription', () => {
  it('hears the events of its topic until it is ended', async () => {
    using peer = await Peer.open();
    peer.say({ op: 'subscribe', ref: 's', topic: 'tasks:garden.>' });
    peer.ask('1', 'test.greet', { name: 'A' });
    await peer.hears((frame) => frame.op === 'reply');
    using gardener = test.node.client('gardener');
    gardener.publish('tasks:garden.watered', 'watered', { litres: 3 });
    expect(await peer.hears((frame) => frame.op === 'event')).toMatchObject({
      ref: 's',
      message: { to: 'tasks:garden.watered', payload: { litres: 3 } },
    });
    peer.say({ op: 'unsubscribe', ref: 's' });
    peer.ask('2', 'test.greet', { name: 'A' });
    await peer.hears((frame) => frame.op === 'reply' && frame.ref === '2');
    expect(gardener.publish('tasks:garden.watered', 'watered')).toBe(0);
  });

  it(`is refused beyond ${SUBSCRIPTIONS_MAX}`, async () => {
    using peer = await Peer.open();
    for (let number = 0; number <= SUBSCRIPTIONS_MAX; number += 1) {
      peer.say({ op: 'subscribe', ref: String(number), topic: 'tasks:x' });
    }
    expect(await peer.hears((frame) => frame.op === 'error')).toMatchObject({
      ref: String(SUBSCRIPTIONS_MAX),
      error: { code: 'OVERLOADED' },
    });
  });
});

describe('a client that breaks the protocol', () => {
  const broken: readonly (readonly [string, string, string])[] = [
    ['no JSON', 'hello', ''],
    ['no object', '3', ''],
    ['no ref', '{"op":"cancel"}', ''],
    ['a ref that is too long', JSON.stringify({ op: 'cancel', ref: 'x'.repeat(65) }), ''],
    ['an unknown op', '{"op":"dance","ref":"1"}', '1'],
    ['a topic that is none', '{"op":"subscribe","ref":"1","topic":"garden"}', '1'],
    ['a request without a message', '{"op":"request","ref":"1"}', '1'],
    ['a prototype', '{"op":"request","ref":"1","message":{"__proto__":{}}}', ''],
    ['nesting without end', `{"op":"request","ref":"1","message":${'['.repeat(500)}${']'.repeat(500)}}`, ''],
  ];
  it.each(broken)('is told so: %s', async (_name, frame, ref) => {
    using peer = await Peer.open();
    peer.say(frame);
    expect(await peer.hears(({ op }) => op === 'error')).toMatchObject({
      ref,
      error: { code: 'INVALID_MESSAGE' },
    });
    peer.ask('after', 'test.greet', { name: 'A' });
    await peer.hears(({ op }) => op === 'reply');
  });

  it('is told so: bytes that are no text', async () => {
    using peer = await Peer.open();
    peer.socket.send(Buffer.from([1, 2, 3]));
    expect(await peer.hears(({ op }) => op === 'error')).toMatchObject({
      error: { code: 'INVALID_MESSAGE' },
    });
  });

  it('is told so: a ref that is open already, which goes on', async () => {
    using peer = await Peer.open();
    peer.ask('1', 'test.wait');
    peer.ask('1', 'test.greet', { name: 'A' });
    expect(await peer.hears(({ op }) => op === 'error')).toMatchObject({
      ref: '',
      error: { code: 'INVALID_MESSAGE' },
    });
    expect(peer.of('1')).toEqual([]);
  });

  it('is disconnected when it goes on so', async () => {
    using peer = await Peer.open();
    for (let number = 0; number < BROKEN_FRAMES_MAX; number += 1) peer.say('x');
    await expect.poll(() => peer.closed?.code, { timeout: 5000 }).toBe(1008);
  });

  it('is disconnected for a frame that is too large', async () => {
    using peer = await Peer.open();
    peer.say('x'.repeat(1_048_577));
    await expect.poll(() => peer.closed?.code, { timeout: 5000 }).toBe(1009);
  });

  it('is disconnected for a frame that says it is too large, before it comes', async () => {
    const socket = connect(test.gateway.port, '127.0.0.1');
    const ended = new Promise((resolve) => socket.once('close', resolve));
    const head = `GET /api/live HTTP/1.1\r\nHost: 127.0.0.1:${test.gateway.port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nAuthorization: ${BEARER.authorization}\r\n\r\n`;
    socket.write(head);
    socket.resume();
    socket.write(Buffer.from([0x81, 0xff, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0]));
    await ended;
    expect(socket.destroyed).toBe(true);
  });
});

/** Resolves once the flood has paused, with the parts that it has given. */
async function floodRests(): Promise<number> {
  let seen = -1;
  const rests = (): boolean => {
    const before = seen;
    seen = test.floods.parts;
    return seen === before;
  };
  await expect.poll(rests, { timeout: 5000, interval: 200 }).toBe(true);
  return seen;
}

describe('a client that does not read', () => {
  it('pauses its streams, so that nothing piles up, and lets them go on when it reads', async () => {
    using peer = await Peer.open();
    peer.socket.pause();
    peer.ask('1', 'test.flood');
    await expect.poll(() => test.floods.begun > test.floods.ended, { timeout: 5000 }).toBe(true);
    const seen = await floodRests();
    const bytes = seen * 65_536;
    expect(bytes).toBeLessThan(32 * 1_048_576);
    peer.socket.resume();
    await expect.poll(() => test.floods.parts, { timeout: 5000 }).toBeGreaterThan(seen * 2);
  });

  it('ends its streams when it goes while they are paused', async () => {
    const peer = await Peer.open();
    peer.socket.pause();
    peer.ask('1', 'test.flood');
    await expect.poll(() => test.floods.begun > test.floods.ended, { timeout: 5000 }).toBe(true);
    await floodRests();
    peer.socket.terminate();
    await expect.poll(() => test.floods.begun - test.floods.ended, { timeout: 5000 }).toBe(0);
  });

  it('is disconnected once too many events wait for it', async () => {
    using peer = await Peer.open();
    peer.say({ op: 'subscribe', ref: 's', topic: 'tasks:flood' });
    using other = test.node.client('other');
    await expect.poll(() => other.publish('tasks:flood', 'x', {}), { timeout: 5000 }).toBe(1);
    peer.socket.pause();
    const flood = 'x'.repeat(500_000);
    await expect
      .poll(() => other.publish('tasks:flood', 'x', { flood }), { timeout: 10_000, interval: 1 })
      .toBe(0);
  });
});

describe('closing the gateway', () => {
  it('says goodbye, ends what is open, and refuses what comes after', async () => {
    const one = await openTestGateway();
    const socket = new WebSocket(`ws://127.0.0.1:${one.gateway.port}/api/live`, { headers: BEARER });
    using peer = new Peer(socket);
    await peer.hears((frame) => frame.op === 'hello');
    peer.ask('1', 'test.flood');
    await peer.hears((frame) => frame.op === 'chunk');
    await one[Symbol.asyncDispose]();
    await expect.poll(() => peer.closed?.code, { timeout: 5000 }).toBe(1001);
    expect(one.floods).toMatchObject({ begun: 1, ended: 1 });
    await expect(fetch(`${one.gateway.url}api/health`)).rejects.toThrow();
  });
});

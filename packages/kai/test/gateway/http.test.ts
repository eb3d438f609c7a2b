/** The gateway over HTTP, asked by friends and by others. */

import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KaiError } from '@kai/protocol';
import { silentLog } from '@kai/runtime/ports';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openGateway } from '../../src/gateway/gateway.ts';
import { openToken } from '../../src/gateway/token.ts';
import { ask, BEARER, JSON_BODY, message, openTestGateway, type TestGateway, TOKEN } from './open-gateway.ts';

let folder: string;
let test: TestGateway;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'kai-gateway-'));
  mkdirSync(join(folder, 'window/assets'), { recursive: true });
  writeFileSync(join(folder, 'window/index.html'), '<title>kAI</title>');
  writeFileSync(join(folder, 'window/assets/app-1234.js'), 'run()');
  test = await openTestGateway(join(folder, 'window'));
});
afterAll(async () => {
  await test[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

const own = () => ({ host: `127.0.0.1:${test.gateway.port}` });

describe('GET /api/health', () => {
  it('needs no token, but the right name', async () => {
    const { status, body } = await ask(test.gateway, '/api/health', own());
    expect([status, JSON.parse(body)]).toEqual([200, { ok: true, version: '9.9.9' }]);
    expect((await ask(test.gateway, '/api/health', { host: 'evil.example' })).status).toBe(403);
  });
});

describe('POST /api/send', () => {
  const send = (body: string, headers: Record<string, string> = {}) =>
    ask(test.gateway, '/api/send', { ...own(), ...BEARER, ...JSON_BODY, ...headers }, body);

  it('answers with the reply as a message', async () => {
    const { status, body } = await send(message('test.greet', { name: 'Ada' }));
    expect(status).toBe(200);
    expect(JSON.parse(body)).toMatchObject({
      kind: 'reply',
      intent: 'test.greet',
      payload: { text: 'Hello, Ada' },
      context: { route: { served: 'kai://ada.hub.test' } },
    });
  });

  it('answers a streamed intent with its reply', async () => {
    expect(JSON.parse((await send(message('test.count'))).body).payload).toEqual({ done: true });
  });

  const refusals: readonly (readonly [string, string, number, string])[] = [
    ['what is no JSON', '{', 400, 'INVALID_MESSAGE'],
    ['what is no object', '[]', 400, 'INVALID_MESSAGE'],
    ['a message without a receiver', '{"intent":"a"}', 400, 'INVALID_MESSAGE'],
    ['a prototype', '{"__proto__":{"to":"x"},"to":"kai://agent.test","intent":"a"}', 400, 'INVALID_MESSAGE'],
    [
      'a timeout that is none',
      message('test.greet', { name: 'A' }, { timeoutMs: -1 }),
      400,
      'INVALID_MESSAGE',
    ],
    ['a payload that does not fit', message('test.greet', {}), 422, 'INVALID_PAYLOAD'],
    ['an intent that nobody has', message('test.nothing'), 404, 'NO_ROUTE'],
    ['an answer that comes too late', message('test.wait', {}, { timeoutMs: 20 }), 504, 'EXPIRED'],
    ['a handler that fails', message('test.fail'), 500, 'AGENT_FAILED'],
    [
      'more than a message may have',
      message('test.greet', { name: 'x'.repeat(1_048_576) }),
      400,
      'INVALID_MESSAGE',
    ],
  ];
  it.each(refusals)('refuses %s', async (_name, body, status, code) => {
    const answer = await send(body);
    const { error } = JSON.parse(answer.body);
    expect([answer.status, error.code]).toEqual([status, code]);
    expect(error.at).toMatch(/^kai:\/\//);
    expect(error.retryable).toBeTypeOf('boolean');
    expect(error.message).not.toMatch(/node_modules|\.ts:/);
  });

  it('takes JSON only, so that no form elsewhere can send', async () => {
    for (const type of [
      'text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
    ]) {
      expect((await send(message('test.greet', { name: 'A' }), { 'content-type': type })).status).toBe(400);
    }
  });

  it('ends what nobody waits for any more', async () => {
    const abort = new AbortController();
    const url = new URL('/api/send', test.gateway.url);
    const waiting = fetch(url, {
      method: 'POST',
      headers: { ...BEARER, ...JSON_BODY },
      body: message('test.wait'),
      signal: abort.signal,
    });
    await expect.poll(() => status(), { timeout: 5000 }).toBe(1);
    abort.abort();
    await expect(waiting).rejects.toThrow();
    await expect.poll(() => status(), { timeout: 5000 }).toBe(0);
  });

  /** How many messages the test agent handles now. */
  async function status(): Promise<number> {
    const body = JSON.stringify({ to: 'kai://ada.hub', intent: 'node.agents', payload: {} });
    const { agents } = JSON.parse((await send(body)).body).payload;
    return agents.find((agent: { address: string }) => agent.address === 'kai://ada.hub.test').running;
  }

  it('lets nobody in without a token', async () => {
    const body = message('test.greet', { name: 'A' });
    const bare = { ...own(), ...JSON_BODY };
    expect((await ask(test.gateway, '/api/send', bare, body)).status).toBe(401);
    expect(
      (await ask(test.gateway, '/api/send', { ...bare, authorization: 'Bearer nope' }, body)).status,
    ).toBe(401);
    expect((await send(body, { origin: 'https://evil.example' })).status).toBe(403);
    expect((await send(body, { host: `evil.example:${test.gateway.port}` })).status).toBe(403);
    expect((await send(body, { 'sec-fetch-site': 'cross-site' })).status).toBe(403);
  });
});

describe('another spelling of the same path', () => {
  it('is guarded as well', async () => {
    const body = message('test.greet', { name: 'A' });
    const bare = { ...own(), ...JSON_BODY };
    for (const path of [
      '/%61pi/send',
      '/api%2fsend',
      '/api/%73end',
      '//api/send',
      '/api//send',
      '/API/send',
      '/api/send/',
      '/./api/send',
      `http://${own().host}/api/send`,
      '/api/send?a=/',
      '/api/send;x',
    ]) {
      const { status } = await ask(test.gateway, path, bare, body);
      expect([400, 401, 403, 404], `${path} ${status}`).toContain(status);
    }
    expect((await ask(test.gateway, '/%', own())).status).toBe(400);
  });
});

describe('the link that kai up prints', () => {
  it('becomes a session, and an address without the token', async () => {
    const { status, headers } = await ask(test.gateway, `/?token=${TOKEN}`, own());
    expect([status, headers.location]).toEqual([302, '/']);
    const [cookie = ''] = headers['set-cookie'] ?? [];
    expect(cookie).toMatch(/^kai_session=[\w-]{43}; Max-Age=7776000; Path=\/; HttpOnly; SameSite=Strict$/);
    expect(cookie).not.toContain(TOKEN);
    const session = { ...own(), cookie: cookie.split(';')[0] ?? '', ...JSON_BODY };
    const body = message('test.greet', { name: 'A' });
    expect((await ask(test.gateway, '/api/send', session, body)).status).toBe(401);
    const fromWindow = { ...session, origin: `http://${own().host}` };
    expect((await ask(test.gateway, '/api/send', fromWindow, body)).status).toBe(200);
  });

  it('is refused with another token', async () => {
    for (const query of ['token=', 'token=x', `token=${TOKEN}&token=${TOKEN}`, `token[]=${TOKEN}`]) {
      const { status, headers } = await ask(test.gateway, `/?${query}`, own());
      expect(headers['set-cookie'], query).toBeUndefined();
      expect([200, 401], query).toContain(status);
    }
  });
});

describe('the window', () => {
  it('comes with headers that keep everyone else out', async () => {
    const { status, headers, body } = await ask(test.gateway, '/', own());
    expect([status, body]).toEqual([200, '<title>kAI</title>']);
    expect(headers).toMatchObject({
      'content-security-policy': expect.stringContaining("default-src 'self'; connect-src 'self'"),
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
      'cache-control': 'no-cache',
    });
  });

  it('is kept for ever where its names hold a hash, and never grants another origin anything', async () => {
    const { headers } = await ask(test.gateway, '/assets/app-1234.js', own());
    expect(headers['cache-control']).toBe('public, max-age=31536000, immutable');
    for (const path of ['/', '/api/health', '/nothing', '/api/send']) {
      const answer = await ask(test.gateway, path, { ...own(), ...BEARER });
      expect(Object.keys(answer.headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
      expect(answer.headers['x-content-type-options']).toBe('nosniff');
    }
  });

  it('holds nothing outside its folder', async () => {
    writeFileSync(join(folder, 'secret'), 'no');
    for (const path of [
      '/../secret',
      '/%2e%2e/secret',
      '/assets/..%2f..%2fsecret',
      '/.hidden',
      '//etc/passwd',
    ]) {
      expect((await ask(test.gateway, path, own())).status, path).toBeGreaterThanOrEqual(400);
    }
  });

  it('says what to run while it is not built', async () => {
    await using bare = await openTestGateway();
    const { status, body } = await ask(bare.gateway, '/', { host: `127.0.0.1:${bare.gateway.port}` });
    expect(status).toBe(200);
    expect(body).toContain('npm run prepare');
  });
});

describe('a port that is taken', () => {
  const open = (port: number) =>
    openGateway({
      node: test.node,
      port,
      token: TOKEN,
      version: '1',
      log: silentLog,
      windowFolder: '/nowhere',
    });

  it('says that a node runs there', async () => {
    const { port } = test.gateway;
    await expect(open(port)).rejects.toThrow(
      `a kAI node runs on port ${port} already; see it with: kai status, or start this one with --port ${port + 1}`,
    );
  });

  it('says that another program has it', async () => {
    const server = createServer((_request, response) => response.end('hello'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const bound = server.address();
    const port = typeof bound === 'object' && bound !== null ? bound.port : 0;
    const refusal = await open(port).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(KaiError);
    expect(refusal).toMatchObject({
      code: 'UNAVAILABLE',
      message: `port ${port} is taken by another program; choose another with --port ${port + 1}`,
    });
    await new Promise((resolve) => server.close(resolve));
  });
});

describe('the token', () => {
  it('is made once, for this user alone', async () => {
    const token = await openToken(folder);
    expect(token).toMatch(/^[\w-]{43}$/);
    expect(statSync(join(folder, 'gateway.token')).mode & 0o777).toBe(0o600);
    expect(await openToken(folder)).toBe(token);
  });

  it('is not overwritten when its file holds something else', async () => {
    const other = join(folder, 'other');
    mkdirSync(other);
    writeFileSync(join(other, 'gateway.token'), 'hello\n');
    await expect(openToken(other)).rejects.toThrow(/holds no token; delete it/);
  });
});

/**
 * The gateway: how a window, a command line or a script talks to a node (docs/gateway.md).
 *
 * It listens on 127.0.0.1 only and knows one thing, the message bus. Every request passes {@link admit} first;
 * what it refuses reaches no route. The token never stands in a log: requests are not logged.
 */

import type { IncomingHttpHeaders } from 'node:http';
import cookie, { fastifyCookie } from '@fastify/cookie';
import { KaiError } from '@kai/protocol';
import type { Log } from '@kai/runtime/ports';
import { type FastifyInstance, fastify } from 'fastify';
import { type Admission, admit, type Own, SESSION_COOKIE } from './admission.ts';
import { errorPayload, statusOf } from './error-status.ts';
import { serveLive } from './live-route.ts';
import type { NodeFace } from './node-client.ts';
import { portTaken } from './port-taken.ts';
import { SECURITY_HEADERS } from './security-headers.ts';
import { serveSend } from './send-route.ts';
import { sameSecret, sessionOf } from './token.ts';
import { serveWindow } from './window-route.ts';

/** The only interface that the gateway listens on. */
export const GATEWAY_HOST = '127.0.0.1';
/** Connections of any kind that the gateway holds at once. */
export const SOCKETS_MAX = 256;
/** How long a browser keeps its session, so that an installed window opens after a restart: 90 days, in seconds. */
const SESSION_SECONDS = 90 * 86_400;
/** Routes that need neither token nor session: the window's files, and whether someone is there. */
const OPEN_ROUTES: readonly string[] = ['/', '/*', '/api/health'];
/** How long a client may take to send a request whole, in milliseconds. */
const REQUEST_RECEIVED_MS = 30_000;

export interface GatewaySource {
  readonly node: NodeFace;
  /** TCP port; 0 takes any that is free. */
  readonly port: number;
  readonly token: string;
  readonly version: string;
  readonly log: Log;
  /** Where packages/ui is built. */
  readonly windowFolder: string;
}

export interface Gateway extends AsyncDisposable {
  /** `http://127.0.0.1:5240/`, without the token. */
  readonly url: string;
  readonly port: number;
}

/** @throws KaiError `UNAVAILABLE` when the port is taken or may not be used, with what to do. */
export async function openGateway(source: GatewaySource): Promise<Gateway> {
  const app = fastify({
    logger: false,
    forceCloseConnections: true,
    requestTimeout: REQUEST_RECEIVED_MS,
    routerOptions: { ignoreTrailingSlash: false },
  });
  app.server.maxConnections = SOCKETS_MAX;
  await using opened = new AsyncDisposableStack();
  opened.defer(() => app.close());
  // The port is known only once it listens; no request comes before.
  const own = { port: source.port, token: source.token };
  await app.register(cookie);
  guard(app, own, source.node.address.text, source.log);
  await serveRoutes(app, source, own, opened);
  own.port = await listen(app, source.port);
  const parts = opened.move();
  return {
    url: `http://${GATEWAY_HOST}:${own.port}/`,
    port: own.port,
    [Symbol.asyncDispose]: () => parts.disposeAsync(),
  };
}

async function serveRoutes(
  app: FastifyInstance,
  source: GatewaySource,
  own: Own,
  opened: AsyncDisposableStack,
): Promise<void> {
  const { node, version, log } = source;
  app.get('/api/health', async () => ({ ok: true, version }));
  exchangeToken(app, own.token);
  const client = opened.use(node.client('http'));
  serveSend(app, client);
  opened.use(
    serveLive(app.server, {
      node: node.address.text,
      incarnation: node.incarnation,
      version,
      log,
      client: (admission) => node.client(admission.kind === 'session' ? 'window' : 'client'),
      admit: ({ headers }) => admit(visitFrom(headers, true), own),
    }),
  );
  await serveWindow(app, source.windowFolder);
}

/** Every request passes here first; what goes wrong anywhere leaves through here. */
function guard(app: FastifyInstance, own: Own, at: string, log: Log): void {
  app.addHook('onRequest', async (request, reply) => {
    reply.headers(SECURITY_HEADERS);
    // By the route that will answer, never by the path as it is spelled: /%61pi/send is /api/send, too.
    const route = request.routeOptions.url;
    const isOpen = route === undefined || OPEN_ROUTES.includes(route);
    if (!isOpen) reply.header('cache-control', 'no-store');
    const refusal = refusalOf(admit(visitFrom(request.headers, !isOpen), own));
    if (refusal !== undefined)
      return reply.code(statusOf(refusal.code)).send({ error: errorPayload(refusal, at) });
  });
  app.setErrorHandler((error, _request, reply) => {
    const refusal = asRefusal(error);
    if (refusal.code === 'INTERNAL') log.error({ err: error }, 'a request failed in the gateway');
    return reply.code(statusOf(refusal.code)).send({ error: errorPayload(refusal, at) });
  });
  app.setNotFoundHandler((_request, reply) => {
    const refusal = new KaiError('NO_ROUTE', 'there is nothing here; docs/gateway.md says what there is');
    return reply.code(404).send({ error: errorPayload(refusal, at) });
  });
}

function refusalOf(admission: Admission): KaiError | undefined {
  switch (admission.kind) {
    case 'forbidden':
      return new KaiError('POLICY_DENIED', admission.why);
    case 'unknown':
      return new KaiError('UNAUTHORIZED', admission.why);
    case 'open':
    case 'token':
    case 'session':
      return undefined;
  }
}

/** Fastify's own refusals (body too large, not JSON, wrong type) are the client's fault and say so. */
function asRefusal(error: unknown): KaiError {
  if (error instanceof KaiError) return error;
  const { statusCode = 500, message } = error as { readonly statusCode?: number; readonly message: string };
  if (statusCode >= 500) return new KaiError('INTERNAL', 'the gateway failed', { cause: error });
  return new KaiError('INVALID_MESSAGE', message);
}

/** `GET /?token=…` becomes a session, and an address without the token. */
function exchangeToken(app: FastifyInstance, token: string): void {
  app.addHook('onRequest', async (request, reply) => {
    const { token: given } = request.query as { readonly token?: unknown };
    if (request.method !== 'GET' || given === undefined || request.url.split('?')[0] !== '/') return;
    reply.header('cache-control', 'no-store');
    if (typeof given !== 'string' || !sameSecret(given, token)) {
      throw new KaiError('UNAUTHORIZED', 'this is not the token; open the link that kai up printed last');
    }
    const traits = { path: '/', httpOnly: true, sameSite: 'strict', maxAge: SESSION_SECONDS } as const;
    reply.setCookie(SESSION_COOKIE, sessionOf(token), traits);
    return reply.redirect('/', 302);
  });
}

function visitFrom(headers: IncomingHttpHeaders, api: boolean): Parameters<typeof admit>[0] {
  const fetchSite = headers['sec-fetch-site'];
  return {
    api,
    host: headers.host,
    origin: headers.origin,
    fetchSite: Array.isArray(fetchSite) ? fetchSite.join() : fetchSite,
    authorization: headers.authorization,
    session: headers.cookie === undefined ? undefined : fastifyCookie.parse(headers.cookie)[SESSION_COOKIE],
  };
}

async function listen(app: FastifyInstance, port: number): Promise<number> {
  try {
    await app.listen({ host: GATEWAY_HOST, port });
  } catch (error) {
    throw await portTaken(error, port);
  }
  const bound = app.server.address();
  return typeof bound === 'object' && bound !== null ? bound.port : port;
}

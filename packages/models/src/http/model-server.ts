/**
 * One model server: its address, its reach, its key, and requests to it that end when they should.
 *
 * Every failure is a KaiError that says what to do. Redirects are never followed, because what is sent (and the
 * key with it) is meant for this host alone. The key is asked for at each request, goes into one header and
 * nowhere else: it is cut out of whatever the server says.
 */

import { isJsonObject, type JsonObject, KaiError, type Reach } from '@kai/protocol';
import type { Clock } from '@kai/runtime/ports';
import { reachOfHost } from './reach-of-host.ts';
import { jsonIn, messageIn, type Refusal, refused } from './refusal.ts';
import { Watchdog } from './watchdog.ts';

/** Milliseconds until an answer begins: a large model may first have to be read from disk. */
export const FIRST_BYTE_MS_DEFAULT = 120_000;
/** Milliseconds between two pieces of an answer. */
export const IDLE_MS_DEFAULT = 60_000;
/** Bytes of one streamed answer, with everything around its text. */
export const ANSWER_BYTES_MAX = 16 * 1024 * 1024;
/** Bytes of an answer that comes whole, such as a batch of vectors. */
export const BODY_BYTES_MAX = 64 * 1024 * 1024;
/** Milliseconds for the server to close an answer that is over, so that the connection can be used again. */
const LINGER_MS = 200;
/** Bytes of an error that are looked at. */
const ERROR_BYTES_MAX = 64 * 1024;
/** Characters about a broken answer that a person gets to see. */
const MESSAGE_LENGTH_MAX = 400;

/** What went wrong, when the adapter is asked for advice. */
export type Trouble = { readonly kind: 'silent' } | ({ readonly kind: 'refused' } & Refusal);

export interface ModelServerOptions {
  /** What people call it. */
  readonly name: string;
  /** `http` or `https`, without user, password and query. */
  readonly url: string;
  /** How far a message travels that is sent there; by the host when it is not given. */
  readonly reach: Reach | undefined;
  readonly clock: Clock;
  readonly firstByteMs: number | undefined;
  readonly idleMs: number | undefined;
  readonly key?: (() => string | undefined) | undefined;
  /** What a person can do about it, without a full stop; nothing when the trouble says it all. */
  readonly advise: (trouble: Trouble) => string | undefined;
}

export interface Ask {
  readonly path: string;
  /** Sent as JSON by POST; a GET without it. */
  readonly body?: JsonObject;
  readonly signal: AbortSignal;
  /** Milliseconds, when other than the server's. */
  readonly firstByteMs?: number;
}

export class ModelServer {
  readonly name: string;
  readonly reach: Reach;
  /** The URL, for people. */
  readonly where: string;
  readonly #options: ModelServerOptions;
  /** Known for cutting it out of what the server says; private fields show in no log. */
  #sentKey: string | undefined;

  /** @throws TypeError when the URL is none, carries credentials, or reaches further than `reach` says. */
  constructor(options: ModelServerOptions) {
    const url = checkedUrl(options);
    this.name = options.name;
    this.where = `${url.origin}${url.pathname.replace(/\/+$/, '')}`;
    this.reach = options.reach ?? reachOfHost(url);
    this.#options = options;
  }

  /** Asks for an answer that is one JSON object. @throws KaiError as the model port says. */
  async json(ask: Ask): Promise<JsonObject> {
    using watchdog = this.#watch(ask);
    const response = await this.#send(ask, 'application/json', watchdog);
    const text = await this.#whole(response, watchdog);
    const body = jsonIn(text);
    if (!isJsonObject(body)) throw this.broken('an answer that is no JSON object');
    return body;
  }

  /**
   * Asks for an answer that comes in pieces, until it ends or `isOver` says so of what was read.
   *
   * @throws KaiError as the model port says.
   */
  async *pieces(
    ask: Ask,
    contentType: string,
    isOver: () => boolean,
  ): AsyncGenerator<Uint8Array, void, undefined> {
    using watchdog = this.#watch(ask);
    const response = await this.#send(ask, contentType, watchdog);
    const found = response.headers.get('content-type') ?? 'nothing';
    if (!found.includes(contentType)) {
      const said = messageIn(await this.#beginning(response, watchdog));
      throw this.broken(`${found} instead of ${contentType}${said === undefined ? '' : `: ${said}`}`);
    }
    const chunks = this.#chunks(response, ANSWER_BYTES_MAX, watchdog);
    for await (const chunk of chunks) {
      yield chunk;
      if (isOver()) return await this.#linger(chunks, watchdog);
    }
  }

  /** The error for an answer that breaks the server's own API. */
  broken(what: string): KaiError {
    return new KaiError(
      'UNAVAILABLE',
      `${this.name} at ${this.where} sent ${this.#hidden(what).slice(0, MESSAGE_LENGTH_MAX)}`,
    );
  }

  /** The error for a refusal, whether by status or in the midst of a stream. */
  refusal(refusal: Refusal): KaiError {
    const shown = { ...refusal, message: this.#hidden(refusal.message) };
    return refused(
      `${this.name} at ${this.where}`,
      shown,
      this.#options.advise({ kind: 'refused', ...shown }),
    );
  }

  #watch({ signal, firstByteMs = this.#options.firstByteMs ?? FIRST_BYTE_MS_DEFAULT }: Ask): Watchdog {
    const watchdog = new Watchdog(this.#options.clock, signal);
    watchdog.expect(`${this.name} at ${this.where}`, firstByteMs);
    return watchdog;
  }

  async #send({ path, body }: Ask, accept: string, watchdog: Watchdog): Promise<Response> {
    const key = this.#key();
    const response = await fetch(`${this.where}${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: {
        accept,
        'accept-encoding': 'identity',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      redirect: 'manual',
      signal: watchdog.signal,
    }).catch((error: unknown) => {
      throw this.#silent(error, watchdog);
    });
    if (response.ok) return response;
    throw this.refusal(await this.#refusalFrom(response, watchdog));
  }

  async #refusalFrom(response: Response, watchdog: Watchdog): Promise<Refusal> {
    const { status, headers } = response;
    if (status < 400)
      return { status, message: `redirects to ${placeOf(headers.get('location'), this.where)}` };
    const message = messageIn(await this.#beginning(response, watchdog)) ?? '';
    const seconds = Number(headers.get('retry-after') ?? Number.NaN);
    return Number.isFinite(seconds)
      ? { status, message, retryAfterMs: Math.max(0, seconds) * 1000 }
      : { status, message };
  }

  async #whole(response: Response, watchdog: Watchdog): Promise<string> {
    const chunks: Uint8Array[] = [];
    for await (const chunk of this.#chunks(response, BODY_BYTES_MAX, watchdog)) chunks.push(chunk);
    return Buffer.concat(chunks).toString('utf8');
  }

  /** As much of an error as is looked at. */
  async #beginning(response: Response, watchdog: Watchdog): Promise<string> {
    const chunks: Uint8Array[] = [];
    let bytes = 0;
    for await (const chunk of this.#chunks(response, Number.POSITIVE_INFINITY, watchdog)) {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes >= ERROR_BYTES_MAX) break;
    }
    return Buffer.concat(chunks).subarray(0, ERROR_BYTES_MAX).toString('utf8');
  }

  async *#chunks(
    response: Response,
    bytesMax: number,
    watchdog: Watchdog,
  ): AsyncGenerator<Uint8Array, void, undefined> {
    const reader = response.body?.getReader();
    let bytes = 0;
    for (;;) {
      const next = await reader?.read().catch((error: unknown) => {
        throw this.#cut(error, watchdog);
      });
      if (next?.value === undefined) return;
      if (bytes === 0)
        watchdog.expect(`${this.name} at ${this.where}`, this.#options.idleMs ?? IDLE_MS_DEFAULT);
      bytes += next.value.length;
      if (bytes > bytesMax) throw this.broken(`an answer of more than ${bytesMax} bytes`);
      // However long the reader takes over it, the server is not to blame.
      watchdog.pause();
      yield next.value;
      watchdog.heard();
    }
  }

  /** Lets the server close what it has said in full. How that goes changes nothing about the answer. */
  async #linger(chunks: AsyncIterator<Uint8Array>, watchdog: Watchdog): Promise<void> {
    watchdog.expect(this.name, LINGER_MS);
    await chunks.next().catch(() => undefined);
  }

  // Neither of these two carries its cause: errors of the HTTP client can hold what the server sent.

  #silent(error: unknown, { signal }: Watchdog): KaiError {
    if (signal.reason instanceof KaiError) return signal.reason;
    const advice = this.#options.advise({ kind: 'silent' });
    const what = `${this.name} does not answer at ${this.where} (${this.#hidden(reasonOf(error))})`;
    return new KaiError('UNAVAILABLE', advice === undefined ? what : `${what}: ${advice}`);
  }

  #cut(error: unknown, { signal }: Watchdog): KaiError {
    if (signal.reason instanceof KaiError) return signal.reason;
    const what = `the connection to ${this.name} at ${this.where} was cut in the midst of an answer`;
    return new KaiError('UNAVAILABLE', `${what} (${this.#hidden(reasonOf(error))})`);
  }

  #key(): string | undefined {
    const key = this.#options.key?.();
    if (key === undefined || key === '') return undefined;
    // Checked here, because fetch would name the whole header in its error.
    if (!/^[!-~]+$/.test(key)) {
      throw new KaiError(
        'UNAUTHORIZED',
        `the key for ${this.name} holds characters that no key has: enter it again`,
      );
    }
    this.#sentKey = key;
    return key;
  }

  #hidden(text: string): string {
    return this.#sentKey === undefined ? text : text.replaceAll(this.#sentKey, '[key]');
  }
}

function checkedUrl({ name, url, reach }: ModelServerOptions): URL {
  const parsed = URL.parse(url);
  if (parsed === null || !/^https?:$/.test(parsed.protocol)) {
    throw new TypeError(`the URL of ${name} must begin with http:// or https://`);
  }
  if (parsed.username !== '' || parsed.password !== '' || parsed.search !== '' || parsed.hash !== '') {
    throw new TypeError(`the URL of ${name} must hold no user, password or query: a key has its own setting`);
  }
  if (reach === 'device' && reachOfHost(parsed) !== 'device') {
    const host = parsed.host;
    throw new TypeError(`${name} at ${host} is not on this device: its reach must be lan, org or public`);
  }
  return parsed;
}

/** Where a redirect leads, without what may be secret in it. */
function placeOf(location: string | null, base: string): string {
  const url = URL.parse(location ?? '', base);
  return url === null ? 'nowhere' : `${url.origin}${url.pathname}`;
}

function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  if (!(cause instanceof Error)) return 'unknown reason';
  return 'code' in cause && typeof cause.code === 'string' ? cause.code : cause.message;
}

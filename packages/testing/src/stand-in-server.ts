/**
 * The HTTP under the stand-ins for model servers: one server on 127.0.0.1 and a free port, which records what it is
 * asked, plays scripts, and knows when a client leaves before an answer is over.
 */

import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { JsonValue } from '@kai/protocol';
import type { RecordedRequest, ScriptStep } from './model-script.ts';

/** How a server puts the steps of a script into its own words. */
export interface Voice {
  readonly contentType: string;
  /** Nothing for steps that are not said but done. */
  say(step: ScriptStep): string;
  /** The body of a refusal. */
  refuse(status: number, message: string): { readonly contentType: string; readonly body: string };
}

export type Answering = (request: RecordedRequest, answer: Answer) => Promise<void> | void;

export class StandInServer implements AsyncDisposable {
  /** Everything asked for so far, oldest first. */
  readonly requests: RecordedRequest[] = [];
  readonly url: string;
  readonly #server: Server;
  #connections = 0;
  #left = 0;
  #leavers: (() => void)[] = [];
  #askers: (() => void)[] = [];

  private constructor(server: Server, url: string) {
    this.#server = server;
    this.url = url;
  }

  /** @param pieceBytes Answers are written in pieces of so many bytes, each in its own turn. */
  static async start(answering: Answering, pieceBytes = Number.POSITIVE_INFINITY): Promise<StandInServer> {
    const server = createServer({ noDelay: true });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const standIn = new StandInServer(server, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    server.on('connection', () => {
      standIn.#connections += 1;
    });
    server.on('request', (request, response) => void standIn.#take(request, response, answering, pieceBytes));
    return standIn;
  }

  /** Connections that were opened so far. */
  get connections(): number {
    return this.#connections;
  }

  /** Answers that a client left before they were over. */
  get left(): number {
    return this.#left;
  }

  /** Resolves once a client has left an answer before it was over. */
  async clientLeft(): Promise<void> {
    if (this.#left === 0) await new Promise<void>((resolve) => this.#leavers.push(resolve));
  }

  /** Resolves once this path has been asked for. */
  async asked(path: string): Promise<RecordedRequest> {
    for (;;) {
      const found = this.requests.find((request) => request.path === path);
      if (found !== undefined) return found;
      await new Promise<void>((resolve) => this.#askers.push(resolve));
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#server.listening) return;
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, 'close');
  }

  async #take(request: IncomingMessage, response: ServerResponse, answering: Answering, pieceBytes: number) {
    response.on('error', () => undefined);
    response.on('close', () => {
      if (response.writableFinished) return;
      this.#left += 1;
      for (const leave of this.#leavers.splice(0)) leave();
    });
    const recorded = await record(request).catch(() => undefined);
    if (recorded === undefined) return;
    this.requests.push(recorded);
    for (const ask of this.#askers.splice(0)) ask();
    await answering(recorded, new Answer(response, pieceBytes));
  }
}

/** One answer being given. */
export class Answer {
  readonly #response: ServerResponse;
  readonly #pieceBytes: number;

  constructor(response: ServerResponse, pieceBytes: number) {
    this.#response = response;
    this.#pieceBytes = pieceBytes;
  }

  json(status: number, body: JsonValue): void {
    this.body(status, 'application/json; charset=utf-8', JSON.stringify(body));
  }

  body(
    status: number,
    contentType: string,
    body: string,
    headers: Readonly<Record<string, string>> = {},
  ): void {
    this.#response.writeHead(status, { 'content-type': contentType, ...headers }).end(body);
  }

  async play(steps: Iterable<ScriptStep>, voice: Voice): Promise<void> {
    for (const step of steps) {
      if (step.kind === 'refuse') return this.#refuse(step, voice);
      if (step.kind === 'cut') return void this.#response.destroy();
      if (step.kind === 'hang') return void this.#begin(voice);
      if (step.kind === 'wait') await step.until;
      else await this.#write(voice.say(step), voice);
      if (this.#response.destroyed) return;
    }
    this.#begin(voice);
    this.#response.end();
  }

  #refuse(
    { status, message = 'refused', body, headers }: Extract<ScriptStep, { kind: 'refuse' }>,
    voice: Voice,
  ) {
    const own = voice.refuse(status, message);
    this.body(status, own.contentType, body ?? own.body, headers);
  }

  /** A step that comes before anything is said keeps the client waiting for the first byte. */
  #begin(voice: Voice): void {
    if (!this.#response.headersSent) this.#response.writeHead(200, { 'content-type': voice.contentType });
  }

  async #write(text: string, voice: Voice): Promise<void> {
    if (text === '') return;
    this.#begin(voice);
    const bytes = Buffer.from(text);
    const size = Math.min(this.#pieceBytes, bytes.length);
    for (let at = 0; at < bytes.length && !this.#response.destroyed; at += size) {
      const flowing = this.#response.write(bytes.subarray(at, at + size));
      if (!flowing) await drained(this.#response);
      else await new Promise((resolve) => setImmediate(resolve));
    }
  }
}

/** Resolves once more can be written, or nobody is there to read it. */
function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const go = () => {
      response.off('drain', go).off('close', go);
      resolve();
    };
    response.on('drain', go).on('close', go);
  });
}

async function record(request: IncomingMessage): Promise<RecordedRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return {
    method: request.method ?? '',
    path: request.url ?? '',
    headers: request.headers,
    body: parse(Buffer.concat(chunks).toString('utf8')),
  };
}

function parse(text: string): JsonValue | undefined {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return undefined;
  }
}

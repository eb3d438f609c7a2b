/** `POST /api/send`: one message, one answer. Parts of a streamed answer are dropped; the reply is whole anyway. */

import {
  isJsonObject,
  type JsonValue,
  KaiError,
  MESSAGE_BYTES_MAX,
  toWire,
  type WireMessage,
} from '@kai/protocol';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { sendOptions } from './live-connection.ts';
import type { NodeClient } from './node-client.ts';
import { REQUEST_TIMEOUT_MS, requestFrom } from './request-body.ts';

/** Requests over HTTP that may be open at the same time. */
export const SENDS_OPEN_MAX = 64;

export function serveSend(app: FastifyInstance, client: NodeClient): void {
  let open = 0;
  app.post('/api/send', { bodyLimit: MESSAGE_BYTES_MAX }, async (request, reply) => {
    if (open >= SENDS_OPEN_MAX) {
      throw new KaiError(
        'OVERLOADED',
        `at most ${SENDS_OPEN_MAX} requests may be open over HTTP; try again soon`,
      );
    }
    open += 1;
    try {
      return await send(client, request, reply);
    } finally {
      open -= 1;
    }
  });
}

async function send(client: NodeClient, request: FastifyRequest, reply: FastifyReply): Promise<WireMessage> {
  const body = request.body as JsonValue | undefined;
  const parsed = requestFrom(body, isJsonObject(body) ? body.timeoutMs : undefined);
  if (!parsed.ok) throw new KaiError('INVALID_MESSAGE', parsed.problem.message);
  const { draft, timeoutMs = REQUEST_TIMEOUT_MS } = parsed.value;
  const gone = new AbortController();
  reply.raw.once('close', () => gone.abort());
  const options = { ...sendOptions(draft), timeoutMs, signal: gone.signal };
  return toWire(await client.request(draft.to, draft.intent, draft.payload ?? null, options));
}

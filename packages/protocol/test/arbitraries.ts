/** Generated values of the protocol, for property tests. */

import fc from 'fast-check';
import {
  address,
  DELIVERIES,
  isMessageId,
  type JsonValue,
  MESSAGE_KINDS,
  type Message,
  type MessageContext,
  type MessageId,
  PRIORITIES,
  REACHES,
  RESERVED_OWNERS,
  target,
} from '../src/index.ts';

export const labels: fc.Arbitrary<string> = fc.stringMatching(/^[a-z0-9](?:[a-z0-9-]{0,10}[a-z0-9])?$/);

const owners = labels.filter((label) => !RESERVED_OWNERS.includes(label));
const names = fc.array(labels, { minLength: 1, maxLength: 4 }).map((parts) => parts.join('.'));

export const nodeTexts = fc.tuple(owners, labels).map(([owner, device]) => `kai://${owner}.${device}`);

export const addressTexts: fc.Arbitrary<string> = fc.oneof(
  nodeTexts,
  fc.tuple(nodeTexts, names).map(([node, name]) => `${node}.${name}`),
  names.map((name) => `kai://agent.${name}`),
  names.map((name) => `kai://admin.${name}`),
  names.map((name) => `kai://vault/${name.replaceAll('.', '/')}`),
);

export const targetTexts: fc.Arbitrary<string> = fc.oneof(
  addressTexts,
  names.map((name) => `tasks:${name}`),
  names.map((name) => `policy://${name}`),
);

export const messageIds: fc.Arbitrary<MessageId> = fc.uuid({ version: 7 }).filter(isMessageId);

/** JSON as JSON itself would give it back: without -0, which it cannot write, and without `__proto__`. */
export const jsonValues: fc.Arbitrary<JsonValue> = fc
  .jsonValue({ maxDepth: 6, noUnicodeString: false })
  .map((value) => JSON.parse(JSON.stringify(value)) as JsonValue)
  .filter((value) => !JSON.stringify(value).includes('__proto__'));

export const contexts: fc.Arbitrary<MessageContext> = fc.record(
  {
    session: fc.string(),
    key: fc.string(),
    reach: fc.constantFrom(...REACHES),
    delivery: fc.constantFrom(...DELIVERIES),
    route: fc.record({ rule: fc.string(), served: addressTexts }),
    free: jsonValues,
  },
  { requiredKeys: [] },
);

export const messages: fc.Arbitrary<Message> = fc.record({
  id: messageIds,
  kind: fc.constantFrom(...MESSAGE_KINDS),
  from: addressTexts.map(address),
  to: targetTexts.map(target),
  intent: fc.stringMatching(/^[A-Za-z0-9_-]{1,12}(?:\.[A-Za-z0-9_-]{1,12}){0,3}$/),
  payload: jsonValues,
  context: contexts,
  priority: fc.constantFrom(...PRIORITIES),
  auth: fc
    .option(fc.string({ minLength: 1 }), { nil: undefined })
    .filter((auth) => !auth?.startsWith('vault://')),
  re: messageIds,
  expires: fc.maxSafeNat(),
  hops: fc.integer({ min: 0, max: 255 }),
});

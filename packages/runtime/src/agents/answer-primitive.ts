/** The sync primitives that every agent answers without its author's doing (protocol §3). */

import { compileSchema, type JsonObject, PRIMITIVE_SCHEMAS } from '@kai/protocol';
import type { Cell } from './cell.ts';
import type { CompiledIntent } from './compiled.ts';

const PING = {
  name: 'ping',
  declaration: {
    name: 'ping',
    summary: 'Answers at once, with incarnation and load.',
    effect: 'read',
    input: PRIMITIVE_SCHEMAS.ping,
  },
  internal: true,
  validate: compileSchema(PRIMITIVE_SCHEMAS.ping),
  writes: false,
} as const;

export function answerPrimitive(intent: string, cell: Cell): CompiledIntent | undefined {
  if (intent !== 'ping') return undefined;
  return {
    ...PING,
    handler: (payload) => ({
      ...(payload as JsonObject),
      incarnation: cell.surroundings.incarnation,
      load: cell.load,
    }),
  };
}

/** The primitives that a node takes from its neighbours (protocol §3). */

import {
  compileSchema,
  type Heartbeat,
  type JsonValue,
  type Message,
  PRIMITIVE_SCHEMAS,
} from '@kai/protocol';
import type { CompiledIntent } from '../agents/compiled.ts';
import type { Registrar } from '../registrar/registrar.ts';

type Take = (payload: JsonValue, message: Message) => void;

export function nodePrimitives(registrar: Registrar): ReadonlyMap<string, CompiledIntent> {
  return new Map([
    primitive('heartbeat', 'Renews the lease of its sender.', (payload, { from }) => {
      // The schema has admitted it.
      registrar.renew(from.text, payload as JsonValue & Heartbeat);
    }),
    primitive('disconnect', 'Its sender leaves.', (_, { from }) => registrar.release(from.text)),
  ]);
}

function primitive(name: 'heartbeat' | 'disconnect', summary: string, take: Take): [string, CompiledIntent] {
  const input = PRIMITIVE_SCHEMAS[name];
  const intent: CompiledIntent = {
    name,
    declaration: { name, summary, effect: 'read', input },
    internal: true,
    validate: compileSchema(input),
    writes: false,
    handler: (payload, { message }) => {
      take(payload, message);
      return {};
    },
  };
  return [name, intent];
}

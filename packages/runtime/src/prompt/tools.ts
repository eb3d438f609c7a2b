/**
 * Agents' intents as a model's tools.
 *
 * A model's tool has a name without dots and takes an object; an intent may have dots and take anything. What a
 * model calls becomes an ordinary message to the agent that offered it.
 */

import type { IntentDeclaration, JsonObject, JsonValue } from '@kai/protocol';
import type { Capability } from '../agents/context.ts';
import type { ModelTool } from '../ports/index.ts';
import { matchesName, type NamePattern } from '../table/name-pattern.ts';

/** Tools offered to a model at once: more only confuse it. */
export const TOOLS_MAX = 64;
/** The protocol of models: 1 to 64 of these. */
const NAME_LENGTH_MAX = 64;

export interface IntentTool {
  readonly tool: ModelTool;
  /** Where a call goes. */
  readonly to: string;
  readonly intent: string;
  readonly effect: IntentDeclaration['effect'];
  /** The message's payload for what the model wrote. */
  payload(args: JsonObject): JsonValue;
}

/** The tools for the intents that fit one of `allowed`, by tool name; of two alike the first. */
export function toolsFrom(
  capabilities: readonly Capability[],
  allowed: readonly NamePattern[],
): ReadonlyMap<string, IntentTool> {
  const tools = new Map<string, IntentTool>();
  for (const { address, services, intents } of capabilities) {
    const to = services[0] === undefined ? address.text : `kai://agent.${services[0]}`;
    for (const declaration of intents) {
      if (!allowed.some((pattern) => matchesName(pattern, declaration.name))) continue;
      const tool = toolFrom(declaration, to);
      if (tools.size < TOOLS_MAX && !tools.has(tool.tool.name)) tools.set(tool.tool.name, tool);
    }
  }
  return tools;
}

function toolFrom({ name, summary, input, effect }: IntentDeclaration, to: string): IntentTool {
  const takesObject = input.type === 'object';
  const parameters = takesObject
    ? input
    : { type: 'object', properties: { value: input }, required: ['value'], additionalProperties: false };
  return {
    tool: { name: name.replaceAll('.', '_').slice(0, NAME_LENGTH_MAX), description: summary, parameters },
    to,
    intent: name,
    effect,
    payload: (args) => (takesObject ? args : (args.value ?? null)),
  };
}

/**
 * What the assistant can do, told from what the agents on the node declare. Nothing is listed by hand: an agent
 * that is added is known at once.
 */

import { compilePhrasebook, type Phrasebook } from '@kai/models/phrasebook';
import type { IntentDeclaration, JsonObject } from '@kai/protocol';
import type { Capability } from '@kai/runtime';

export interface Ability extends JsonObject {
  readonly agent: string;
  readonly summary: string;
  readonly intent: string;
  readonly effect: string;
  readonly examples: readonly string[];
}

/** Examples told of one intent. */
const EXAMPLES_MAX = 3;

export function abilitiesOf(capabilities: readonly Capability[]): readonly Ability[] {
  return capabilities.flatMap(({ address, services, intents }) =>
    intents.filter(hasPhrases).map((intent) => ({
      agent: services[0] ?? address.text,
      summary: intent.summary,
      intent: intent.name,
      effect: intent.effect,
      examples: examplesOf(intent),
    })),
  );
}

/** Compiles a phrasebook when the agents have changed, and only then. */
export function phrasebookOf(): (capabilities: readonly Capability[]) => Phrasebook {
  let known: readonly Capability[] = [];
  let book: Phrasebook = compilePhrasebook([]);
  return (capabilities) => {
    if (!sameAgents(known, capabilities)) {
      known = capabilities;
      book = compilePhrasebook(
        capabilities.flatMap(({ address, services, intents }) =>
          intents.filter(hasPhrases).map((intent) => ({
            address: services[0] === undefined ? address.text : `kai://agent.${services[0]}`,
            intent,
          })),
        ),
      );
    }
    return book;
  };
}

function hasPhrases({ phrases = [] }: IntentDeclaration): boolean {
  return phrases.length > 0;
}

/** Agents are compared by their declarations, which every agent of one definition shares. */
function sameAgents(known: readonly Capability[], now: readonly Capability[]): boolean {
  return (
    known.length === now.length &&
    known.every(
      ({ address, intents }, index) => address === now[index]?.address && intents === now[index]?.intents,
    )
  );
}

function examplesOf({ examples, phrases = [] }: IntentDeclaration): readonly string[] {
  return (examples ?? phrases.map(spoken)).slice(0, EXAMPLES_MAX);
}

/** A template as something to begin with: first alternatives, nothing optional, `…` for each slot. */
function spoken(template: string): string {
  let text = template;
  for (let before = ''; before !== text; ) {
    before = text;
    text = text.replace(/\[[^[\]]*\]/g, '').replace(/\(([^()|]*)(?:\|[^()]*)?\)/g, '$1');
  }
  return text
    .replace(/\{[^}]*\}/g, '…')
    .replace(/\s+/g, ' ')
    .trim();
}

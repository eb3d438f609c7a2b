/** Short ways to declare intents, for the tests of the phrasebook. */

import type { IntentDeclaration, JsonObject } from '@kai/protocol';
import { compilePhrasebook, type Declared, type PhraseMatch } from '../src/phrasebook/index.ts';

export function declared(
  name: string,
  phrases: readonly string[],
  more: Partial<IntentDeclaration> = {},
): Declared {
  const intent: IntentDeclaration = {
    name,
    summary: name,
    effect: 'read',
    input: { type: 'object' },
    phrases,
    ...more,
  };
  return { address: 'kai://agent.test', intent };
}

export function input(properties: JsonObject, closed = false): Partial<IntentDeclaration> {
  return { input: { type: 'object', properties, ...(closed ? { additionalProperties: false } : {}) } };
}

/** What one template makes of a text; throws when the template itself is refused. */
export function matchOne(
  template: string,
  text: string,
  more: Partial<IntentDeclaration> = {},
): PhraseMatch | undefined {
  const book = compilePhrasebook([declared('test', [template], more)]);
  const [refused] = book.problems;
  if (refused !== undefined) throw new TypeError(`${refused.template}: ${refused.message}`);
  return book.match(text);
}

/** The first problem of one template. */
export function problemOf(template: string, more: Partial<IntentDeclaration> = {}) {
  return compilePhrasebook([declared('test', [template], more)]).problems[0];
}

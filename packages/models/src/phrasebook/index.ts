/** Sentence templates of declared intents, matched locally, before and without any model. */

export type { Declared, PhraseProblem } from './compile.ts';
export {
  COURTESIES_MAX,
  EXPANSIONS_MAX,
  NESTING_MAX,
  SYNONYMS_MAX,
  TEMPLATE_LENGTH_MAX,
  TEMPLATES_PER_INTENT_MAX,
  TEXT_LENGTH_MAX,
} from './limits.ts';
export type { NearPhrase } from './nearest.ts';
export { compilePhrasebook, type Phrasebook, type PhraseMatch } from './phrasebook.ts';

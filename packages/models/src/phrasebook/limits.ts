/** What a phrasebook holds and looks at, at most. Past a limit nothing is guessed: it is a problem, or no match. */

/** Templates of one intent; the rest are reported and left out. */
export const TEMPLATES_PER_INTENT_MAX = 64;
/** Characters (UTF-16 code units) of one template. */
export const TEMPLATE_LENGTH_MAX = 256;
/** Brackets within brackets. */
export const NESTING_MAX = 8;
/** Ways to say one template that its alternatives and optional words multiply to. */
export const EXPANSIONS_MAX = 128;
/** Synonyms of one word. */
export const SYNONYMS_MAX = 32;
/** Characters of a text that is matched; a longer one is a document, not a command. */
export const TEXT_LENGTH_MAX = 4_000;
/** Courtesies taken off the front of a text: `hey kai, could you please …` are three. */
export const COURTESIES_MAX = 4;

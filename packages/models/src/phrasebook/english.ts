/**
 * The little English that a phrasebook knows by itself: contractions, courtesies, numbers, yes and no.
 *
 * Everything else about language comes from the templates, which may be in any language. All words here are
 * in comparing form (see words.ts).
 */

const WHOLE: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries({
    "can't": 'can not',
    "won't": 'will not',
    "shan't": 'shall not',
    "let's": 'let us',
    cannot: 'can not',
    cant: 'can not',
    wont: 'will not',
    dont: 'do not',
    doesnt: 'does not',
    didnt: 'did not',
    isnt: 'is not',
    arent: 'are not',
    wasnt: 'was not',
    couldnt: 'could not',
    wouldnt: 'would not',
    shouldnt: 'should not',
    havent: 'have not',
    hasnt: 'has not',
    whats: 'what is',
    thats: 'that is',
    wheres: 'where is',
    whos: 'who is',
    im: 'i am',
    ive: 'i have',
  }).map(([short, long]) => [short, long.split(' ')]),
);

const ENDINGS: readonly (readonly [string, string])[] = [
  ["n't", 'not'],
  ["'re", 'are'],
  ["'ll", 'will'],
  ["'ve", 'have'],
  ["'m", 'am'],
  ["'d", 'would'],
];

/** Words whose `'s` means `is`; after any other word it says whose. */
const BEFORE_IS = new Set(
  'what that it there here who where when how why he she this everything something'.split(' '),
);

/** The words that a contraction stands for; nothing for any other word. */
export function uncontracted(form: string): readonly string[] | undefined {
  const whole = WHOLE.get(form);
  if (whole !== undefined) return whole;
  if (!form.includes("'")) return undefined;
  for (const [ending, word] of ENDINGS) {
    if (form.endsWith(ending) && form.length > ending.length) return [form.slice(0, -ending.length), word];
  }
  const before = form.slice(0, -2);
  return form.endsWith("'s") && BEFORE_IS.has(before) ? [before, 'is'] : undefined;
}

const listOf = (text: string): readonly (readonly string[])[] =>
  text.split(', ').map((phrase) => phrase.split(' '));

/** What people say before a command and do not mean as a part of it. */
export const COURTESIES_BEFORE = listOf(
  'please, kindly, could you, can you, would you, will you, hey kai, hi kai, hello kai, ok kai, okay kai, kai',
);
export const COURTESIES_AFTER = listOf('please, thanks, thank you, kai');

const NUMBERS: ReadonlyMap<string, number> = new Map(
  (
    'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen ' +
    'seventeen eighteen nineteen twenty'
  )
    .split(' ')
    .map((word, value) => [word, value]),
);

export function numberWord(form: string): number | undefined {
  return NUMBERS.get(form);
}

const TRUTHS: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['yes', true],
  ['on', true],
  ['false', false],
  ['no', false],
  ['off', false],
]);

export function truthWord(form: string): boolean | undefined {
  return TRUTHS.get(form);
}

const FUNCTION_WORDS = new Set(
  (
    'a an the to of in on at for from with by and or is are be do does not me my i you your it this that ' +
    'what which who how when where all any some please can could would will'
  ).split(' '),
);

/** Whether a word says too little for two sentences to be alike because both hold it. */
export function isFunctionWord(form: string): boolean {
  return FUNCTION_WORDS.has(form);
}

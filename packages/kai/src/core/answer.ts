/**
 * How kai-core finds an answer: the phrasebook first, then a model within the message's reach, else what it can do.
 *
 * Whichever answers, the reply says who, where and why, and what was tried before.
 */

import type { Phrasebook, PhraseMatch } from '@kai/models/phrasebook';
import { isJsonObject, type JsonObject, type JsonValue, KaiError } from '@kai/protocol';
import {
  chooseModels,
  type MessageHandling,
  mayAskAnother,
  parseNamePattern,
  toolLoop,
  toolsFrom,
} from '@kai/runtime';
import type { ModelRuntime, ModelTurn } from '@kai/runtime/ports';
import { type Ability, abilitiesOf } from './abilities.ts';
import { instructions } from './instructions.ts';
import type { AnsweredBy, Source, Turn } from './turns.ts';

export interface Found {
  readonly text: string;
  readonly answeredBy: AnsweredBy;
  readonly sources: readonly Source[];
  /** Models that were not asked or could not answer: `{ model, why }`. */
  readonly tried: readonly JsonObject[];
}

/** Turns of the conversation that a model gets to see. */
const TURNS_FOR_MODEL = 20;
const HERE = 'on this device';
/** Abilities that are told when nothing matches. */
const TOLD_MAX = 8;

/** Yields the parts of the answer as `docs/gateway.md` has them; returns the whole. */
export async function* findAnswer(
  text: string,
  history: readonly Turn[],
  book: Phrasebook,
  handling: MessageHandling,
): AsyncGenerator<JsonValue, Found> {
  const match = book.match(text);
  const { usable, left } = chooseModels(handling.models, handling.reach);
  if (match !== undefined && !isLoose(match)) return yield* fromPhrase(match, handling);
  const tried: JsonObject[] = [...left];
  for (const model of usable) {
    const outcome = yield* fromModel(model, text, history, tried, handling);
    if (outcome !== undefined) return outcome;
  }
  const loosely = match === undefined ? undefined : yield* fromPhrase(match, handling);
  // What fits nearly every sentence has not understood one to which it found nothing.
  if (loosely !== undefined && loosely.sources.length > 0) return { ...loosely, tried };
  const nothing = nothingFits(text, book, tried, handling);
  return loosely === undefined ? nothing : { ...nothing, text: `${loosely.text}\n\n${nothing.text}` };
}

/**
 * Whether a template fits nearly everything, as `what is {topic}` does: a model understands such a sentence better.
 */
function isLoose({ phrase }: PhraseMatch): boolean {
  const words = phrase.replace(/\{[^}]*\}|\[[^\]]*\]/g, ' ').replace(/\(([^()|]*)(?:\|[^()]*)?\)/g, '$1');
  const said = words.split(/\s+/).filter((word) => /\p{L}/u.test(word));
  return said.every((word) => LOOSE_WORDS.has(word.toLowerCase()));
}

const LOOSE_WORDS: ReadonlySet<string> = new Set(
  'what who where when why how which is are was were do does did the a an can tell me about should have has'.split(
    ' ',
  ),
);

async function* fromPhrase(match: PhraseMatch, handling: MessageHandling): AsyncGenerator<JsonValue, Found> {
  const { address: to, intent, payload, phrase } = match;
  const begun = handling.clock.monotonic();
  yield { kind: 'step', intent, to, status: 'started' };
  let answer: JsonValue;
  let status = 'done';
  try {
    answer = await handling.call(to, intent, payload, { signal: handling.signal });
  } catch (error) {
    answer = { text: apology(error) };
    status = 'failed';
  }
  yield { kind: 'step', intent, to, status, tookMs: handling.clock.monotonic() - begun };
  const text = textOf(answer);
  const sources = sourcesOf(answer);
  if (sources.length > 0 || !isLoose(match)) yield { kind: 'text', text };
  if (sources.length > 0) yield { kind: 'sources', sources };
  const why = `matched “${phrase}”`;
  return {
    text,
    sources,
    tried: [],
    answeredBy: { kind: 'phrasebook', name: 'phrasebook', where: HERE, why },
  };
}

/** Nothing when another model may be asked: this one failed before it said anything. */
async function* fromModel(
  model: ModelRuntime,
  text: string,
  history: readonly Turn[],
  tried: JsonObject[],
  handling: MessageHandling,
): AsyncGenerator<JsonValue, Found | undefined> {
  const { clock, signal } = handling;
  const tools = toolsFrom(handling.capabilities(), EVERY_INTENT);
  const turns = [...turnsFor(history), { role: 'user', text } as const];
  const system: ModelTurn = { role: 'system', text: instructions(handling) };
  const loop = toolLoop({ model, turns: [system, ...turns], tools, sender: handling, clock, signal });
  const sources = new Map<string, Source>();
  let hasSpoken = false;
  try {
    for (let next = await loop.next(); ; next = await loop.next()) {
      if (next.done) {
        if (sources.size > 0) yield { kind: 'sources', sources: [...sources.values()] };
        return {
          text: next.value,
          sources: [...sources.values()],
          tried,
          answeredBy: answeredBy(model, tried),
        };
      }
      hasSpoken = true;
      if (next.value.kind === 'step' && next.value.status !== 'started') {
        for (const source of sourcesOf(next.value.answer))
          sources.set(`${source.source}#${source.place}`, source);
        const { answer: _, ...step } = next.value;
        yield step;
      } else yield { ...next.value };
    }
  } catch (error) {
    if (hasSpoken || signal.aborted || !mayAskAnother(error)) throw error;
    tried.push({ model: model.name, why: (error as Error).message });
    return undefined;
  }
}

function answeredBy(model: ModelRuntime, tried: readonly JsonObject[]): AnsweredBy {
  const before = tried.map((one) => `${one.model} (${one.why})`).join(', ');
  const why = `no sentence of the phrasebook fits, and this model is within reach${before && `; not used: ${before}`}`;
  return { kind: 'model', name: `${model.name} ${model.model}`.trim(), where: model.where, why };
}

const EVERY_INTENT = (() => {
  const every = parseNamePattern('>');
  return every.ok ? [every.value] : [];
})();

function turnsFor(history: readonly Turn[]): readonly ModelTurn[] {
  return history
    .slice(-TURNS_FOR_MODEL)
    .map(({ role, text }) => ({ role: role === 'person' ? 'user' : 'assistant', text }) as const);
}

function nothingFits(
  text: string,
  book: Phrasebook,
  tried: readonly JsonObject[],
  handling: MessageHandling,
): Found {
  const abilities = abilitiesOf(handling.capabilities());
  const near = book.nearest(text, 3).map(({ intent }) => intent);
  const close = abilities.filter(({ intent }) => near.includes(intent));
  const why = ['no sentence of the phrasebook fits', ...tried.map((one) => `${one.model}: ${one.why}`)].join(
    '; ',
  );
  const answeredBy = { kind: 'none', name: 'phrasebook', where: HERE, why } as const;
  return { text: tellAbilities(close, abilities), answeredBy, sources: [], tried };
}

function tellAbilities(close: readonly Ability[], all: readonly Ability[]): string {
  if (all.length === 0) return 'I can do nothing yet: no agent on this node has sentences that I understand.';
  const firstOfEach = all.filter(({ agent }, index) => all.findIndex((one) => one.agent === agent) === index);
  const rest = [...firstOfEach, ...all].filter((ability, index, list) => list.indexOf(ability) === index);
  const list = (abilities: readonly Ability[]): string =>
    abilities.map(({ summary, examples }) => `- ${examples[0] ?? ''} — ${summary}`).join('\n');
  const others = rest.filter((ability) => !close.includes(ability)).slice(0, TOLD_MAX - close.length);
  const begin =
    close.length > 0
      ? `I did not understand that. Did you mean:\n${list(close)}\n\nI can do this, too:`
      : 'I can do this:';
  return `${begin}\n${list(others)}`;
}

function apology(error: unknown): string {
  if (!(error instanceof KaiError)) throw error;
  if (error.code === 'CANCELLED') throw error;
  return `That did not work: ${error.message}`;
}

/** What an agent's answer says: its `text`, as every intent with phrases has one. */
function textOf(answer: JsonValue): string {
  if (isJsonObject(answer) && typeof answer.text === 'string') return answer.text;
  return typeof answer === 'string' ? answer : JSON.stringify(answer, null, 2);
}

function sourcesOf(answer: JsonValue): readonly Source[] {
  const sources = isJsonObject(answer) ? answer.sources : undefined;
  return Array.isArray(sources)
    ? sources.filter((one) => isJsonObject(one) && typeof one.source === 'string')
    : [];
}

/** How the stand-in answers: a few sentences that it understands, streamed word by word. */

import type { AnsweredBy, SayChunk, SayReply, Source } from '../../src/connection/wire.ts';
import { SOURCES } from './document.ts';

export const SESSION = 'home';

const PHRASEBOOK: AnsweredBy = {
  kind: 'phrasebook',
  name: 'phrasebook',
  where: 'on this device',
  why: 'matched “note: {text}”',
};
const MODEL: AnsweredBy = {
  kind: 'model',
  name: 'llama3.2:3b',
  where: 'on this device',
  why: 'no phrase matched, and the message may not leave the device',
};

const FROM_DOCUMENTS = `Your **house handbook** says what to do when the pressure falls below 1.0 bar:

1. Open the filling valve *slowly* until the gauge shows 1.5 bar.
2. Close it, and bleed the highest radiator.
3. If it falls again within a week, call the heating engineer.

The pump switches off by itself until then; \`boiler.status\` tells when it is back.`;

const LONG = Array.from(
  { length: 80 },
  (_, at) => `Sentence ${at + 1} of a long story about a house that looks after itself.`,
).join(' ');

interface Script {
  readonly steps: readonly (readonly [intent: string, to: string])[];
  readonly text: string;
  readonly by: AnsweredBy;
  readonly sources: readonly Source[];
}

function scriptFor(text: string): Script {
  if (/^note[: ]/i.test(text)) {
    return {
      steps: [['notes.add', 'kai://ada.kitchen.notes']],
      text: `Noted: ${text.replace(/^note:?\s*/i, '')}`,
      by: PHRASEBOOK,
      sources: [],
    };
  }
  if (/boiler|document|pressure/i.test(text)) {
    return {
      steps: [
        ['documents.ask', 'kai://ada.kitchen.documents'],
        ['text.summarise', 'kai://ada.kitchen.summariser'],
      ],
      text: FROM_DOCUMENTS,
      by: MODEL,
      sources: SOURCES,
    };
  }
  if (/story/i.test(text)) return { steps: [], text: LONG, by: MODEL, sources: [] };
  const by: AnsweredBy = {
    kind: 'none',
    name: '',
    where: '',
    why: 'no phrase matched and no model is ready',
  };
  return { steps: [], text: 'I do not know how to do that yet. Try one of the examples.', by, sources: [] };
}

/** An answer before it has become a turn. */
export type Spoken = Omit<SayReply, 'turn' | 'asked'>;

/** Milliseconds between two words. */
const WORD_MS = 12;

export async function answer(
  text: string,
  signal: AbortSignal,
  emit: (chunk: SayChunk) => void,
): Promise<Spoken | undefined> {
  const { steps, text: whole, by, sources } = scriptFor(text);
  for (const [intent, to] of steps) {
    emit({ kind: 'step', intent, to, status: 'started' });
    await pause(WORD_MS * 4);
    emit({ kind: 'step', intent, to, status: 'done', tookMs: 38 });
  }
  for (const word of whole.split(/(?<=\s)/)) {
    if (signal.aborted) return undefined;
    emit({ kind: 'text', text: word });
    await pause(WORD_MS);
  }
  if (sources.length > 0) emit({ kind: 'sources', sources });
  return { text: whole, session: SESSION, answeredBy: by, sources };
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

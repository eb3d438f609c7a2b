/**
 * The agent that answers from a folder of documents: it keeps an index of them up to date, and quotes them with the
 * place. Nothing in the folder is ever changed, and nothing outside of it is ever shown.
 */

import type { Hit, TextIndex } from 'kai';
import { type AgentContext, defineAgent, defineIntent, type JsonObject, type JsonValue, KaiError } from 'kai';
import { isAboutSomething } from '../words.ts';
import { sayFound, sayNothingFound } from './answer.ts';
import { Embedding, embedderOf } from './embedding.ts';
import { Extractor } from './extractor.ts';
import { fuse } from './fusion.ts';
import { Library, type Step } from './library.ts';
import { SETTINGS_SCHEMA, type Settings, settingsFrom } from './settings.ts';
import { pathOfSource } from './source-path.ts';
import { VectorStore } from './vector-store.ts';

/** Sources in one answer unless it is asked for another number, and at most. */
const LIMIT_DEFAULT = 8;
const LIMIT_MAX = 50;
/** Hits of each kind that are weighed against each other. */
const CANDIDATES = 30;
/** Messages handled at the same time: a rescan must not hold up questions. */
const CONCURRENCY = 16;
/** The least time between two steps told by a rescan, in milliseconds. */
const STEP_MS = 100;

interface Desk extends AsyncDisposable {
  readonly settings: Settings;
  readonly index: TextIndex;
  readonly extractor: Extractor;
  readonly library: Library;
  readonly embedding: Embedding | undefined;
}

/** One for each running instance, found by its life. */
const desks = new WeakMap<AbortSignal, Desk>();

const source = { type: 'string', minLength: 1, maxLength: 4_096 } as const;
const nothing = { type: 'object', properties: {}, additionalProperties: false } as const;

const ask = defineIntent({
  summary: 'Looks a question or topic up in the documents, and quotes the best places.',
  input: {
    type: 'object',
    properties: {
      topic: {
        type: 'string',
        minLength: 1,
        maxLength: 2_000,
        description: 'What to look for, in any words.',
      },
      limit: { type: 'integer', minimum: 1, maximum: LIMIT_MAX },
    },
    required: ['topic'],
    additionalProperties: false,
  },
  phrases: [
    'what (do|does) my (documents|files|docs|papers) say (about|on) {topic}',
    'search [(my|the)] (documents|files|docs|papers) for {topic}',
    '(find|look up) {topic} in [(my|the)] (documents|files|docs|papers)',
    'look up {topic}',
    // What begins like a question and is nobody else's: more specific templates of other agents win.
    '(what|who|where|when|how|which|why) {topic}',
    '(what|who|where|when|how) (is|are) {topic}',
    '(can|may|must|should) (I|we|he|she|they) {topic}',
  ],
  async handler({ topic, limit = LIMIT_DEFAULT }, handling) {
    const { library, index, embedding } = deskOf(handling);
    if (!isAboutSomething(topic)) return { text: sayNothingFound(topic, library.status()), sources: [] };
    const byWords = index.search(topic, { limit: CANDIDATES }).catch((error: unknown) => {
      library.distrust();
      throw error;
    });
    const byMeaning = embedding?.search(topic, CANDIDATES) ?? Promise.resolve([]);
    const [words, meanings] = await Promise.all([byWords, byMeaning]);
    const hits = (meanings.length === 0 ? words : fuse([words, meanings], CANDIDATES)).slice(0, limit);
    const text = hits.length > 0 ? sayFound(topic, hits) : sayNothingFound(topic, library.status());
    return { text, sources: hits.map(sourceFrom) };
  },
});

const open = defineIntent({
  summary: 'Gives the text of one document.',
  input: { type: 'object', properties: { source }, required: ['source'], additionalProperties: false },
  async handler({ source }, handling) {
    const { settings, extractor } = deskOf(handling);
    const { folder, extensions, fileBytesMax } = settings;
    const path = await pathOfSource(folder, source, extensions);
    const outcome = await extractor.extract({ want: 'text', path, source, bytesMax: fileBytesMax });
    switch (outcome.kind) {
      case 'text': {
        const { title, text, lines } = outcome;
        return { source, title, text, lines };
      }
      case 'skipped':
        throw new KaiError('CONFLICT', `“${source}” cannot be shown: ${outcome.reason}.`);
      case 'gone':
      case 'passages':
        throw new KaiError('CONFLICT', `There is no document “${source}” any more.`);
    }
  },
});

const status = defineIntent({
  summary: 'Says which folder is read, how many files there are, and which were skipped.',
  input: nothing,
  phrases: [
    '(which|what|how many) documents (do you know|do you have|can you see|are there)',
    'which folder do you read',
  ],
  handler: (_, handling) => {
    const now = deskOf(handling).library.status();
    return { ...now, text: sayStatus(now) };
  },
});

const rescan = defineIntent({
  summary: 'Looks at all documents again, also at those that were skipped.',
  input: nothing,
  phrases: ['(rescan|reread|reindex|refresh) [(my|the)] (documents|files|docs|folder)'],
  async *handler(_, handling) {
    const { library } = deskOf(handling);
    yield* stepsOf((heard) => library.rescan(heard), handling);
    const now = library.status();
    return { ...now, text: sayStatus(now) };
  },
});

export const documents = defineAgent({
  name: 'documents',
  summary: 'Answers questions from the documents in your folder.',
  version: '1.0.0',
  concurrency: CONCURRENCY,
  settings: SETTINGS_SCHEMA,
  intents: {
    'documents.ask': ask,
    'documents.open': open,
    'documents.status': status,
    'documents.rescan': rescan,
  },
  async start(context) {
    desks.set(context.lifetime, await openDesk(context));
  },
  async stop(context) {
    await desks.get(context.lifetime)?.[Symbol.asyncDispose]();
    desks.delete(context.lifetime);
  },
});

async function openDesk(context: AgentContext): Promise<Desk> {
  const settings = settingsFrom(context.settings);
  const { clock, log } = context;
  const index = await context.openIndex('documents');
  const extractor = new Extractor({ clock });
  const embedding = await openEmbedding(context, settings, extractor, () => library.sources);
  const library: Library = await Library.open({
    ...settings,
    index,
    extractor,
    clock,
    log,
    progress: (status) => context.publish('tasks:documents.progress', 'documents.progress', status),
    settled: () => embedding?.update(),
  });
  return {
    settings,
    index,
    extractor,
    library,
    embedding,
    async [Symbol.asyncDispose]() {
      // Together: what the one waits for, the other ends.
      await Promise.all([embedding?.[Symbol.asyncDispose](), library[Symbol.asyncDispose]()]);
    },
  };
}

async function openEmbedding(
  { models, clock, log }: AgentContext,
  { reach, vectors, folder, fileBytesMax }: Settings,
  extractor: Extractor,
  sources: () => ReadonlyMap<string, string>,
): Promise<Embedding | undefined> {
  const found = embedderOf(models, reach);
  if (found === undefined) return undefined;
  const store = await VectorStore.open(vectors, found.model).catch((error: unknown) => {
    log.warn({ error }, 'the vectors cannot be kept in their folder; keeping them in memory');
    return VectorStore.open(undefined, found.model);
  });
  return new Embedding({ embed: found.embed, store, extractor, clock, log, folder, fileBytesMax, sources });
}

function deskOf(context: AgentContext): Desk {
  const desk = desks.get(context.lifetime);
  if (desk === undefined) throw new KaiError('UNAVAILABLE', 'the documents are not open');
  return desk;
}

function sourceFrom({ source, place, title, excerpt, score }: Hit): JsonObject {
  return { source, place, title, excerpt, score };
}

function sayStatus({ folder, files, passages, indexing, skipped }: ReturnType<Library['status']>): string {
  const reading =
    indexing === null ? '' : ` I am reading: ${indexing.done} of ${indexing.total} files are done.`;
  const left = skipped.length === 0 ? '' : ` ${skipped.length} could not be read.`;
  return `I know ${files} ${files === 1 ? 'document' : 'documents'} (${passages} passages) in ${folder}.${left}${reading}`;
}

/** The steps of a run as parts of an answer: the newest one, not every one. */
async function* stepsOf(
  run: (heard: (step: Step) => void) => Promise<void>,
  { clock }: AgentContext,
): AsyncGenerator<JsonValue, void> {
  let newest: Step | undefined;
  let ended = false;
  let wake = Promise.withResolvers<void>();
  const running = run((step) => {
    newest = step;
    wake.resolve();
  }).finally(() => {
    ended = true;
    wake.resolve();
  });
  while (!ended) {
    await wake.promise;
    wake = Promise.withResolvers<void>();
    const step = newest;
    newest = undefined;
    if (step !== undefined) yield { ...step };
    if (!ended) await rest(clock, running);
  }
  await running;
  if (newest !== undefined) yield { ...(newest as Step) };
}

/** Waits a little between two steps, but not beyond the end. */
async function rest(clock: AgentContext['clock'], running: Promise<void>): Promise<void> {
  const pause = Promise.withResolvers<void>();
  const timer = clock.after(STEP_MS, () => pause.resolve());
  await Promise.race([pause.promise, running.catch(() => {})]);
  timer.cancel();
}

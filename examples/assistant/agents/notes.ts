/**
 * The agent that keeps notes. Each note is one key of its state; a deleted one moves to the bin, where it can be
 * restored for 30 days.
 */

import {
  type AgentContext,
  defineAgent,
  defineIntent,
  type JsonObject,
  KaiError,
  type MessageHandling,
} from 'kai';
import { fitting } from './answer-size.ts';
import { searchNotes } from './note-search.ts';

/** Notes that may be kept. */
export const NOTES_MAX = 10_000;
/** Deleted notes that are kept; the oldest go first. */
export const BIN_MAX = 1_000;
/** How long a deleted note can be restored, in milliseconds. */
export const BIN_MS = 30 * 86_400_000;
/** Notes in one answer unless it is asked for another number, and at most. */
const LIMIT_DEFAULT = 20;
const LIMIT_MAX = 200;
/** Notes that the answer's text names, and the characters that it shows of one. */
const TOLD_MAX = 10;
const TOLD_LENGTH_MAX = 200;
const KEY = 'note:';
const BIN = 'bin:';

/** A note, as it is kept and shown. */
export interface Note extends JsonObject {
  readonly id: string;
  readonly text: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

interface BinnedNote extends Note {
  readonly deletedAt: number;
}

const id = { type: 'string', minLength: 1, maxLength: 64 } as const;
const query = { type: 'string', minLength: 1, maxLength: 1_000 } as const;
const limit = { type: 'integer', minimum: 1, maximum: LIMIT_MAX } as const;

const add = defineIntent({
  summary: 'Keeps a note.',
  effect: 'write',
  input: {
    type: 'object',
    properties: { text: { type: 'string', minLength: 1, maxLength: 20_000 } },
    required: ['text'],
    additionalProperties: false,
  },
  phrases: [
    'note {text}',
    'note (that|down) {text}',
    '(make|take|add) a note [(that|of|about)] {text}',
    'remember [that] {text}',
    '(write|jot) down {text}',
  ],
  handler({ text }, handling) {
    const said = text.trim();
    if (said === '')
      throw new KaiError(
        'INVALID_PAYLOAD',
        'A note needs a text. Say "note: the boiler was serviced in May", for example.',
      );
    refuseTooMany(handling);
    const note: Note = { id: handling.newId(), text: said, at: handling.clock.now() };
    handling.state.set(KEY + note.id, note);
    changed(handling, note.id);
    return { text: `Noted: ${shortened(said)}`, note };
  },
});

const list = defineIntent({
  summary: 'Lists the notes, newest first.',
  input: { type: 'object', properties: { limit }, additionalProperties: false },
  phrases: [
    '(show|list|read) [me] [all] my notes',
    'what (did I note|have I noted)',
    'what are my notes',
    '[my] notes',
  ],
  handler({ limit = LIMIT_DEFAULT }, handling) {
    const notes = kept(handling).sort(byNewest);
    if (notes.length === 0)
      return {
        text: 'There are no notes yet. Say "note: the boiler was serviced in May", for example.',
        notes,
      };
    const head = notes.length === 1 ? 'One note:' : `${notes.length} notes, the newest first:`;
    const shown = fitting(notes.slice(0, limit));
    return { text: told(head, shown, notes.length), notes: shown };
  },
});

const search = defineIntent({
  summary: 'Finds notes by their words, best first.',
  input: { type: 'object', properties: { query, limit }, required: ['query'], additionalProperties: false },
  phrases: [
    'what did I note (about|on|for) {query}',
    'what (have I noted|do my notes say) (about|on) {query}',
    '(find|show|list) [me] [my] notes (about|on|with) {query}',
    'search [(my|the)] notes for {query}',
    'find {query} in my notes',
  ],
  handler({ query, limit = LIMIT_DEFAULT }, handling) {
    const found = searchNotes(kept(handling), query);
    if (found.length === 0) return { text: nothingAbout(query, handling), notes: [] };
    const head = found.length === 1 ? 'One note:' : `${found.length} notes, the best first:`;
    const shown = fitting(found.slice(0, limit));
    return { text: told(head, shown, found.length), notes: shown };
  },
});

const remove = defineIntent({
  summary: 'Deletes a note; it can be restored for 30 days.',
  effect: 'write',
  input: {
    type: 'object',
    properties: { id, query: { ...query, description: 'Words of the note, when its id is not known.' } },
    anyOf: [{ required: ['id'] }, { required: ['query'] }],
    additionalProperties: false,
  },
  phrases: [
    '(delete|remove|forget) [(the|my)] note {query}',
    '(delete|remove|forget) [(the|my)] note (about|on|that|with) {query}',
    '(delete|remove|forget) [the] {query} note',
  ],
  handler({ id, query = '' }, handling) {
    const found =
      id === undefined ? onlyBest(searchNotes(kept(handling), query), query) : [byId(id, handling)];
    const [only] = found;
    if (only === undefined) return { text: nothingAbout(query, handling), note: null };
    if (found.length > 1) {
      const head = `${found.length} notes fit. Which one? Say more of its words:`;
      return {
        text: told(head, found, found.length),
        note: null,
        notes: fitting(found.slice(0, LIMIT_DEFAULT)),
      };
    }
    const binned: BinnedNote = { ...only, deletedAt: handling.clock.now() };
    handling.state.delete(KEY + only.id);
    handling.state.set(BIN + only.id, binned);
    emptyBin(handling);
    changed(handling, only.id);
    return { text: `Deleted: ${shortened(only.text)}`, note: only };
  },
});

const restore = defineIntent({
  summary: 'Brings back a note that was deleted.',
  effect: 'write',
  input: { type: 'object', properties: { id }, required: ['id'], additionalProperties: false },
  handler({ id }, handling) {
    const here = handling.state.get(KEY + id);
    if (here !== undefined) return { text: 'That note is here already.', note: here };
    const binned = handling.state.get(BIN + id) as BinnedNote | undefined;
    if (binned === undefined || isExpired(binned, handling.clock.now())) {
      throw new KaiError('CONFLICT', 'That note is gone: deleted notes are kept for 30 days.');
    }
    refuseTooMany(handling);
    const { deletedAt: _, ...note } = binned;
    handling.state.delete(BIN + id);
    handling.state.set(KEY + id, note);
    changed(handling, id);
    return { text: `Restored: ${shortened(note.text)}`, note };
  },
});

export const notes = defineAgent({
  name: 'notes',
  summary: 'Keeps your notes and finds them again.',
  version: '1.0.0',
  intents: {
    'notes.add': add,
    'notes.list': list,
    'notes.search': search,
    'notes.delete': remove,
    'notes.restore': restore,
  },
});

function kept(context: AgentContext): Note[] {
  return [...context.state.entries(KEY)].map(([, value]) => value as Note);
}

function byNewest(one: Note, other: Note): number {
  return other.at - one.at || (other.id < one.id ? -1 : 1);
}

function byId(id: string, handling: MessageHandling): Note {
  const note = handling.state.get(KEY + id) as Note | undefined;
  if (note === undefined) throw new KaiError('CONFLICT', 'There is no such note any more.');
  return note;
}

/** Of several, the one whose whole text was said. */
function onlyBest(found: readonly Note[], query: string): readonly Note[] {
  const exact = found.filter(({ text }) => text.toLowerCase() === query.trim().toLowerCase());
  return exact.length === 1 ? exact : found;
}

function refuseTooMany(handling: MessageHandling): void {
  if (kept(handling).length < NOTES_MAX) return;
  throw new KaiError('OVERLOADED', `${NOTES_MAX} notes are kept already; delete some first.`, {
    retryable: false,
  });
}

function emptyBin(handling: MessageHandling): void {
  const binned = [...handling.state.entries(BIN)]
    .map(([, value]) => value as BinnedNote)
    .sort((one, other) => other.deletedAt - one.deletedAt);
  const now = handling.clock.now();
  for (const [place, note] of binned.entries()) {
    if (place >= BIN_MAX || isExpired(note, now)) handling.state.delete(BIN + note.id);
  }
}

function isExpired({ deletedAt }: BinnedNote, now: number): boolean {
  return now - deletedAt > BIN_MS;
}

function changed(handling: MessageHandling, id: string): void {
  handling.publish('tasks:notes.changed', 'notes.changed', { id });
}

function nothingAbout(query: string, handling: MessageHandling): string {
  const count = kept(handling).length;
  if (count === 0) return 'There are no notes yet. Say "note: the boiler was serviced in May", for example.';
  return `No note is about “${shortened(query)}”. Say "show my notes" to see ${count === 1 ? 'the one there is' : `all ${count}`}.`;
}

function told(head: string, notes: readonly Note[], count: number): string {
  const lines = notes.slice(0, TOLD_MAX).map(({ text }) => `• ${shortened(text)}`);
  const more = count > lines.length ? [`and ${count - lines.length} more`] : [];
  return [head, ...lines, ...more].join('\n');
}

function shortened(text: string): string {
  const line = text.replace(/\s+/g, ' ');
  return line.length > TOLD_LENGTH_MAX ? `${line.slice(0, TOLD_LENGTH_MAX)}…` : line;
}

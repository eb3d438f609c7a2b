/**
 * The stand-in's state, and its answer to each intent of docs/gateway.md that the window uses. Everything is in
 * memory; tests reach in to make things happen.
 */

import type { JsonValue } from '@kai/protocol';
import type { Agent, DocumentsStatus, Note, Reminder, Turn } from '../../src/connection/wire.ts';
import { DOCUMENT } from './document.ts';
import { makeAgents, NODE } from './intents.ts';
import { Journal } from './journal.ts';
import { Letters } from './letters.ts';
import { type Reply, refuse } from './reply.ts';
import { Snapshots } from './snapshots.ts';
import { answer, SESSION } from './talk.ts';

export interface Asked {
  readonly to: string;
  readonly intent: string;
  readonly payload: { readonly [key: string]: JsonValue };
  readonly signal: AbortSignal;
  readonly emit: (payload: unknown) => void;
}

export type Publish = (topic: string, payload: unknown) => void;

const NOTES = [
  'Ask the electrician about circuit 7',
  'Paint for the fence: RAL 7016, two litres',
  'Mila is allergic to walnuts',
];
const MINUTE = 60_000;

export class House {
  readonly journal = new Journal();
  readonly letters = new Letters();
  readonly snapshots = new Snapshots();
  readonly turns: Turn[] = [];
  readonly notes: Note[] = [];
  readonly reminders: Reminder[] = [];
  readonly startedAt = Date.now() - 3 * 86_400_000;
  agents: Agent[] = makeAgents();
  documents: DocumentsStatus = {
    folder: '~/Documents',
    files: 214,
    passages: 8_930,
    indexing: { done: 131, total: 214 },
    skipped: [{ source: 'scans/invoice-0312.pdf', reason: 'it holds pictures of text, no text' }],
  };
  /** Requests a second, as the status tells it. */
  perSecond = 0;
  readonly #publish: Publish;
  readonly #agentWatchers = new Set<() => void>();
  #cleared: Turn[] = [];
  #ids = 0;

  constructor(publish: Publish) {
    this.#publish = publish;
    const now = Date.now();
    for (const [at, text] of NOTES.entries())
      this.notes.push({ id: this.#id(), text, at: now - (at + 1) * 26 * 60 * MINUTE });
    this.reminders.push(
      { id: this.#id(), what: 'Take the bread out of the oven', due: now + 12 * MINUTE, status: 'waiting' },
      {
        id: this.#id(),
        what: 'Water the tomatoes',
        due: now + 17 * 60 * MINUTE,
        repeats: 'every day at 09:00',
        status: 'waiting',
      },
      {
        id: this.#id(),
        what: 'Call grandmother',
        due: now - 50 * MINUTE,
        firedAt: now - 50 * MINUTE,
        status: 'fired',
      },
    );
    for (let at = 400; at > 0; at -= 1) this.journal.add(now - at * 1_000);
  }

  async answer(asked: Asked): Promise<Reply> {
    const handler = this.#handlers[asked.intent];
    return handler === undefined ? refuse('NO_ROUTE', `nobody takes ${asked.intent}`) : handler(asked);
  }

  readonly #handlers: Readonly<Record<string, (asked: Asked) => Reply | Promise<Reply>>> = {
    'node.status': () => ({ payload: this.#status() }),
    'node.agents': () => ({ payload: { agents: this.agents } }),
    'node.agents.follow': ({ signal, emit }) => this.#followAgents(signal, emit),
    'node.trace': ({ payload: { limit = 100, containing = '', before = Number.POSITIVE_INFINITY } }) => ({
      payload: { entries: this.journal.newest(Number(limit), String(containing), Number(before)) },
    }),
    'node.trace.show': ({ payload }) => ({ payload: { entries: this.journal.trace(String(payload.trace)) } }),
    'node.dead': () => ({ payload: { letters: this.letters.all } }),
    'node.dead.retry': ({ payload }) => this.letters.retry(String(payload.id)),
    'node.dead.drop': ({ payload }) => this.letters.drop(String(payload.id)),
    'node.snapshots': ({ payload }) => this.snapshots.list(String(payload.agent)),
    'node.snapshot.diff': ({ payload }) => this.snapshots.compare(String(payload.from)),
    snapshot: ({ to, payload }) => this.snapshots.take(to, String(payload.note ?? '')),
    rollback: ({ to, payload }) => this.snapshots.rollBack(to, String(payload.to), payload.dryRun === true),
    'conversation.say': ({ payload, signal, emit }) => this.#say(String(payload.text), signal, emit),
    'conversation.history': () => ({ payload: { session: SESSION, turns: this.turns } }),
    'conversation.clear': () => {
      this.#cleared = this.turns.splice(0);
      const { length: cleared } = this.#cleared;
      this.#publish('tasks:conversation.cleared', { session: SESSION, cleared });
      return { payload: { cleared } };
    },
    'conversation.restore': () => {
      const back = this.#cleared.splice(0);
      this.turns.unshift(...back);
      this.#publish('tasks:conversation.cleared', { session: SESSION, restored: back.length });
      return { payload: { restored: back.length } };
    },
    'conversation.abilities': () => ({ payload: { abilities: this.#abilities() } }),
    'documents.open': ({ payload }) => this.#openDocument(String(payload.source)),
    'documents.status': () => ({ payload: this.documents }),
    'documents.rescan': () => ({ payload: this.documents }),
    'notes.add': ({ payload }) => this.#addNote(String(payload.text)),
    'notes.list': () => ({ payload: { text: '', notes: this.#liveNotes() } }),
    'notes.search': ({ payload }) => ({ payload: { text: '', notes: this.#search(String(payload.query)) } }),
    'notes.delete': ({ payload }) => this.#hideNote(String(payload.id), true),
    'notes.restore': ({ payload }) => this.#hideNote(String(payload.id), false),
    'reminders.add': ({ payload }) => this.#addReminder(String(payload.text)),
    'reminders.list': () => ({ payload: { text: '', reminders: this.#soonestFirst() } }),
    'reminders.cancel': ({ payload }) => this.#setReminder(String(payload.id), 'cancelled'),
    'reminders.restore': ({ payload }) => this.#setReminder(String(payload.id), 'waiting'),
  };

  fireReminder(): void {
    const reminder = this.reminders.find(({ status }) => status === 'waiting');
    if (reminder === undefined) throw new Error('no reminder waits');
    const fired: Reminder = { ...reminder, status: 'fired', firedAt: Date.now() };
    this.reminders[this.reminders.indexOf(reminder)] = fired;
    this.#turn({ role: 'kai', text: `Reminder: ${fired.what}`, about: { kind: 'reminder', id: fired.id } });
    this.#publish('tasks:reminders.fired', { reminder: fired, late: null });
  }

  setAgent(name: string, change: Partial<Agent>): void {
    this.agents = this.agents.map((agent) => (agent.name === name ? { ...agent, ...change } : agent));
    for (const tell of this.#agentWatchers) tell();
  }

  setDocuments(change: Partial<DocumentsStatus>): void {
    this.documents = { ...this.documents, ...change };
    this.#publish('tasks:documents.progress', this.documents);
  }

  #status(): object {
    return {
      node: NODE,
      version: '0.1.0',
      topology: 'standalone',
      incarnation: 7,
      startedAt: this.startedAt,
      load: 0.18,
      agents: this.agents.length,
      queue: 214,
      memory: { rss: 148 * 1_048_576, heapUsed: 62 * 1_048_576 },
      messages: { admitted: 48_213, failed: 17, refused: 3, perSecond: this.perSecond },
      table: { version: 12, rules: 9 },
      models: [
        {
          name: 'ollama',
          model: 'llama3.2:3b',
          reach: 'device',
          where: 'on this device',
          ready: true,
          detail: '',
        },
        {
          name: 'study',
          model: 'qwen3:14b',
          reach: 'lan',
          where: 'http://study.local:11434',
          ready: false,
          detail: 'the computer does not answer',
        },
      ],
    };
  }

  #followAgents(signal: AbortSignal, emit: (payload: unknown) => void): Promise<Reply> {
    const tell = (): void => emit({ agents: this.agents });
    tell();
    this.#agentWatchers.add(tell);
    return new Promise((resolve) => {
      signal.addEventListener('abort', () => {
        this.#agentWatchers.delete(tell);
        resolve(refuse('CANCELLED', 'taken back'));
      });
    });
  }

  async #say(text: string, signal: AbortSignal, emit: (payload: unknown) => void): Promise<Reply> {
    const asked = this.#turn({ role: 'person', text });
    const reply = await answer(text, signal, emit);
    if (reply === undefined) return refuse('CANCELLED', 'The sender took the request back.');
    if (/^note/i.test(text)) this.#addNote(reply.text.replace('Noted: ', ''));
    const { answeredBy, sources } = reply;
    const turn = this.#turn({ role: 'kai', text: reply.text, answeredBy, sources });
    const [entry] = this.journal.add(Date.now());
    return { payload: { ...reply, turn, asked }, re: entry?.trace ?? '' };
  }

  #turn(turn: Omit<Turn, 'id' | 'at'>): string {
    const whole: Turn = { id: this.#id(), at: Date.now(), ...turn };
    this.turns.push(whole);
    this.#publish('tasks:conversation.turn', { session: SESSION, turn: whole });
    return whole.id;
  }

  #abilities(): object[] {
    const examples: Record<string, string> = {
      'notes.add': 'note: call the plumber on Monday',
      'documents.ask': 'what do my documents say about the boiler pressure',
      'reminders.add': 'remind me in 20 minutes to take the bread out',
      'notes.list': 'show my notes',
      'weather.now': 'how is the weather',
    };
    return this.agents.flatMap(({ services, intents }) =>
      intents.flatMap(({ name, summary, effect }) =>
        examples[name] === undefined
          ? []
          : [{ agent: services[0], summary, intent: name, effect, examples: [examples[name]] }],
      ),
    );
  }

  #openDocument(source: string): Reply {
    if (source !== DOCUMENT.source) return refuse('CONFLICT', `${source} is no longer in the folder`);
    return { payload: { ...DOCUMENT, lines: DOCUMENT.text.split('\n').length } };
  }

  readonly #hidden = new Set<string>();

  #liveNotes(): readonly Note[] {
    return this.notes
      .filter(({ id }) => !this.#hidden.has(id))
      .sort((one, other) => Number(other.at) - Number(one.at));
  }

  #search(query: string): readonly Note[] {
    return this.#liveNotes().filter(({ text }) => text.toLowerCase().includes(query.toLowerCase()));
  }

  #addNote(text: string): Reply {
    const note: Note = { id: this.#id(), text, at: Date.now() };
    this.notes.push(note);
    this.#publish('tasks:notes.changed', {});
    return { payload: { text: `Noted: ${text}`, note } };
  }

  #hideNote(id: string, hide: boolean): Reply {
    if (hide) this.#hidden.add(id);
    else this.#hidden.delete(id);
    this.#publish('tasks:notes.changed', {});
    return { payload: { text: 'Done.', note: this.notes.find((note) => note.id === id) } };
  }

  #addReminder(text: string): Reply {
    const [, minutes, what] = /in (\d+) minutes? (?:to )?(.+)/.exec(text) ?? [];
    if (minutes === undefined)
      return {
        payload: { text: 'When shall I remind you? Say for example “in 20 minutes …”.', reminder: null },
      };
    const reminder: Reminder = {
      id: this.#id(),
      what: what ?? '',
      due: Date.now() + Number(minutes) * MINUTE,
      status: 'waiting',
    };
    this.reminders.push(reminder);
    this.#publish('tasks:reminders.changed', {});
    return { payload: { text: `I will remind you in ${minutes} minutes.`, reminder } };
  }

  #soonestFirst(): readonly Reminder[] {
    return [...this.reminders].sort((one, other) => Number(one.due) - Number(other.due));
  }

  #setReminder(id: string, status: Reminder['status']): Reply {
    const at = this.reminders.findIndex((reminder) => reminder.id === id);
    const reminder = this.reminders[at];
    if (reminder === undefined) return refuse('CONFLICT', 'there is no such reminder');
    this.reminders[at] = { ...reminder, status };
    this.#publish('tasks:reminders.changed', {});
    return { payload: { text: 'Done.', reminder: this.reminders[at] } };
  }

  #id(): string {
    this.#ids += 1;
    return `id-${this.#ids}`;
  }
}

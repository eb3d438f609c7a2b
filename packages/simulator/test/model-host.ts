/**
 * A minimal model of durable delivery, and its broken variants: what the simulator must pass, and what it must find.
 *
 * A message is accepted into an inbox on disk; what its handler changes and sends, its settlement and its removal from
 * the inbox are one commit; after a start the inbox is handled again.
 */

import { type JsonObject, type JsonValue, KaiError, type Message } from '@kai/protocol';
import type { AgentState, MessageHandling } from '@kai/runtime';
import type { Commit, StateWrite, Store, TimerCancel, TimerRecord } from '@kai/runtime/ports';
import type { Acknowledgement, Host, HostedAgent, HostedNode, HostStart, Submission } from '../src/index.ts';
import { forgetfulStore } from './forgetful-store.ts';

export type Defect =
  /** Answers, and then writes. */
  | 'acknowledges before it commits'
  /** The store says that commits are on disk before they are. */
  | 'forgets the last commit'
  | 'does not know a message again'
  /** What a handler sends is not part of its commit. */
  | 'sends after it commits'
  /** Does not look for timers when it starts. */
  | 'loses timers';

export function modelHost(defect?: Defect): Host {
  return {
    name: defect ?? 'model',
    repeats: true,
    async start(start) {
      const isForgetful = defect === 'forgets the last commit';
      const store = isForgetful ? forgetfulStore(start.ports) : start.ports.store;
      const node = new ModelNode(start, store, defect);
      await node.load();
      return node;
    },
  };
}

interface Letter {
  readonly id: string;
  readonly intent: string;
  readonly payload: JsonValue;
  readonly context: JsonObject;
}

/** A letter that is being handled. */
interface Open {
  readonly accepted: Promise<void>;
  readonly handled: Promise<JsonValue>;
}

interface ModelAgent {
  readonly hosted: HostedAgent;
  readonly address: string;
  readonly state: Map<string, JsonValue>;
  readonly settled: Map<string, JsonValue>;
  readonly open: Map<string, Open>;
  /** The end of what is handled, one after the other. */
  tail: Promise<unknown>;
}

const COMMIT_AGAIN_MS = 50;

function letterFrom(id: string, row: JsonValue): Letter {
  const { intent, payload = null, context } = row as JsonObject;
  return { id, intent: String(intent), payload, context: context as JsonObject };
}

class ModelNode implements HostedNode {
  readonly #start: HostStart;
  readonly #store: Store;
  readonly #defect: Defect | undefined;
  readonly #agents = new Map<string, ModelAgent>();

  constructor(start: HostStart, store: Store, defect: Defect | undefined) {
    this.#start = start;
    this.#store = store;
    this.#defect = defect;
  }

  async load(): Promise<void> {
    await this.#store.incarnate();
    for (const hosted of this.#start.agents) {
      const address = `${this.#start.address.text}.${hosted.name}`;
      const state = (await this.#store.loadAgent(address)).state;
      const settled = (await this.#store.loadAgent(`${address}!settled`)).state;
      this.#agents.set(address, {
        hosted,
        address,
        state,
        settled,
        open: new Map(),
        tail: Promise.resolve(),
      });
    }
    // All are read before the first one is handled, which may put a letter into an inbox that was not read yet.
    const agents = [...this.#agents.values()];
    const inboxes = await Promise.all(agents.map(({ address }) => this.#store.loadAgent(`${address}!inbox`)));
    for (const [place, agent] of agents.entries()) {
      for (const [id, letter] of inboxes[place]?.state ?? [])
        this.#open(agent, letterFrom(id, letter), Promise.resolve());
    }
    if (this.#defect === 'loses timers') return;
    for (const timer of await this.#store.loadTimers()) this.#arm(timer);
  }

  async submit({ id, do: how, to, intent, payload, until }: Submission): Promise<Acknowledgement> {
    const agent = this.#agentAt(`${this.#start.address.text}.${to}`);
    const open = this.#accept(agent, { id, intent, payload, context: { sim: id } });
    open.handled.catch(() => {});
    await open.accepted;
    if (how === 'deliver' && until !== 'effected') return { level: 'durable', answer: null };
    return { level: 'effected', answer: await open.handled };
  }

  async ask(agent: string, intent: string, payload: JsonValue): Promise<JsonValue> {
    return this.#read(`${this.#start.address.text}.${agent}`, intent, payload);
  }

  underWay(): number {
    return [...this.#agents.values()].reduce((sum, { open }) => sum + open.size, 0);
  }

  #accept(agent: ModelAgent, letter: Letter): Open {
    if (this.#defect !== 'does not know a message again') {
      const settled = agent.settled.get(letter.id);
      if (settled !== undefined) return { accepted: Promise.resolve(), handled: Promise.resolve(settled) };
      const open = agent.open.get(letter.id);
      if (open !== undefined) return open;
    }
    const { intent, payload, context } = letter;
    const row = { agent: `${agent.address}!inbox`, key: letter.id, value: { intent, payload, context } };
    const isHasty = this.#defect === 'acknowledges before it commits';
    return this.#open(agent, letter, isHasty ? Promise.resolve() : this.#store.commit({ state: [row] }));
  }

  #open(agent: ModelAgent, letter: Letter, accepted: Promise<void>): Open {
    const handling = agent.tail.then(() => accepted).then(() => this.#handle(agent, letter));
    // The next one begins when this one is committed, whenever it was answered.
    agent.tail = handling.then(({ committed }) => committed).catch(() => {});
    const handled = handling.then(async ({ answer, committed }) => {
      if (this.#defect !== 'acknowledges before it commits') await committed;
      return answer;
    });
    const open = { accepted, handled };
    agent.open.set(letter.id, open);
    const close = (): void => {
      agent.open.delete(letter.id);
    };
    agent.tail.then(close, close);
    return open;
  }

  async #handle(
    agent: ModelAgent,
    letter: Letter,
  ): Promise<{ readonly answer: JsonValue; readonly committed: Promise<void> }> {
    const work = new Work(agent, letter);
    const intent = agent.hosted.definition.intents?.[letter.intent];
    if (intent === undefined) throw new KaiError('NO_ROUTE', `no ${letter.intent}`);
    const given = await intent.handler(letter.payload, this.#handling(agent, letter, work));
    const answer = (given ?? null) as JsonValue;
    return { answer, committed: this.#commit(agent, letter, work, answer) };
  }

  async #commit(agent: ModelAgent, letter: Letter, work: Work, answer: JsonValue): Promise<void> {
    const { context } = letter;
    const done: StateWrite[] = [
      { agent: `${agent.address}!inbox`, key: letter.id, value: undefined },
      { agent: `${agent.address}!settled`, key: letter.id, value: answer },
    ];
    const fired =
      typeof context.timer === 'string'
        ? [{ agent: agent.address, name: context.timer, due: undefined }]
        : [];
    const isLate = this.#defect === 'sends after it commits';
    const together = isLate ? [] : work.sent;
    const sent = together.map(({ to, letter: { id, ...value } }) => ({
      agent: `${to}!inbox`,
      key: id,
      value,
    }));
    const commit: Commit = {
      state: [...work.stateWrites(), ...done, ...sent],
      timers: [...fired, ...work.timers],
    };
    await this.#surely(commit);
    work.apply();
    agent.settled.set(letter.id, answer);
    for (const { to, letter: next } of work.sent) {
      if (isLate) this.#accept(this.#agentAt(to), next);
      else this.#open(this.#agentAt(to), next, Promise.resolve());
    }
    for (const timer of work.timers) if (timer.due !== undefined) this.#arm(timer);
  }

  /** A full disk is waited for. */
  async #surely(commit: Commit): Promise<void> {
    for (;;) {
      try {
        return await this.#store.commit(commit);
      } catch {
        await new Promise<void>((resolve) => this.#start.ports.clock.after(COMMIT_AGAIN_MS, resolve));
      }
    }
  }

  #arm(timer: TimerRecord): void {
    const { clock } = this.#start.ports;
    const { agent, name, due, intent, payload } = timer;
    clock.after(Math.max(0, due - clock.now()), () => {
      const letter = { id: `${name}@${due}`, intent, payload, context: { timer: name, due } };
      const target = this.#agentAt(agent);
      if (!target.settled.has(letter.id)) this.#open(target, letter, Promise.resolve());
    });
  }

  async #read(address: string, intent: string, payload: JsonValue): Promise<JsonValue> {
    const agent = this.#agentAt(address);
    const handler = agent.hosted.definition.intents?.[intent]?.handler;
    if (handler === undefined) throw new KaiError('NO_ROUTE', `no ${intent}`);
    const letter = { id: 'a question', intent, payload, context: {} };
    const handling = this.#handling(agent, letter, new Work(agent, letter));
    return ((await handler(payload, handling)) ?? null) as JsonValue;
  }

  #handling(agent: ModelAgent, letter: Letter, work: Work): MessageHandling {
    const { clock, log } = this.#start.ports;
    const handling = {
      self: { kind: 'agent', text: agent.address },
      node: this.#start.address,
      settings: agent.hosted.settings,
      clock,
      log,
      message: { ...letter } as object as Message,
      state: work,
      timers: {
        set: (timer: Omit<TimerRecord, 'agent'>) => void work.timers.push({ ...timer, agent: agent.address }),
        cancel: (name: string) => void work.timers.push({ agent: agent.address, name, due: undefined }),
        list: () => [],
      },
      send: (
        to: string,
        intent: string,
        payload: JsonValue,
        { context = {} }: { context?: JsonObject } = {},
      ) => work.send(to, intent, payload, context),
      call: (to: string, intent: string, payload: JsonValue) => this.#read(to, intent, payload ?? {}),
    };
    // Sound because the agents of these tests use nothing else.
    return handling as object as MessageHandling;
  }

  #agentAt(address: string): ModelAgent {
    const agent = this.#agents.get(address);
    if (agent === undefined) throw new KaiError('NO_ROUTE', `nobody is at ${address}`);
    return agent;
  }
}

/** What one handling changes. */
class Work implements AgentState {
  readonly sent: { readonly to: string; readonly letter: Letter }[] = [];
  readonly timers: (TimerRecord | TimerCancel)[] = [];
  readonly #agent: ModelAgent;
  readonly #letter: Letter;
  readonly #writes = new Map<string, JsonValue | undefined>();

  constructor(agent: ModelAgent, letter: Letter) {
    this.#agent = agent;
    this.#letter = letter;
  }

  get(key: string): JsonValue | undefined {
    return this.#writes.has(key) ? this.#writes.get(key) : this.#agent.state.get(key);
  }
  has(key: string): boolean {
    return this.get(key) !== undefined;
  }
  set(key: string, value: JsonValue): void {
    this.#writes.set(key, value);
  }
  delete(key: string): void {
    this.#writes.set(key, undefined);
  }
  *entries(prefix = ''): IterableIterator<[string, JsonValue]> {
    for (const key of new Set([...this.#agent.state.keys(), ...this.#writes.keys()])) {
      const value = this.get(key);
      if (key.startsWith(prefix) && value !== undefined) yield [key, value];
    }
  }

  send(to: string, intent: string, payload: JsonValue, context: JsonObject): void {
    const id = `${this.#letter.id}>${this.sent.length}`;
    this.sent.push({ to, letter: { id, intent, payload, context } });
  }

  stateWrites(): readonly StateWrite[] {
    return Array.from(this.#writes, ([key, value]) => ({ agent: this.#agent.address, key, value }));
  }

  apply(): void {
    for (const [key, value] of this.#writes) {
      if (value === undefined) this.#agent.state.delete(key);
      else this.#agent.state.set(key, value);
    }
  }
}

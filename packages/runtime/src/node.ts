/**
 * A node: one running kAI on one device, put together from its parts.
 *
 * This file assembles and decides nothing. Starting reads what was kept; closing stops taking messages, lets
 * handlers finish for a while, and returns only when nothing runs any more.
 */

import {
  type AgentAddress,
  agentAddress,
  describeMisfits,
  type JsonObject,
  KaiError,
  type NodeAddress,
  type Reach,
} from '@kai/protocol';
import { Cell } from './agents/cell.ts';
import { type CompiledAgent, compileAgent } from './agents/compiled.ts';
import type { AgentDefinition } from './agents/definition.ts';
import type { Surroundings } from './agents/surroundings.ts';
import { Client } from './client.ts';
import { Delivery } from './delivery/delivery.ts';
import { nodeOutbox } from './delivery/outbox.ts';
import { messageFrom } from './delivery/records.ts';
import { MessageIds } from './ids/message-ids.ts';
import { nodeAgent } from './node-agent/node-agent.ts';
import { nodePrimitives } from './node-agent/primitives.ts';
import {
  type Clock,
  type Log,
  type ModelRuntime,
  type Occupancy,
  type Random,
  type Snapshots,
  type Store,
  type TextIndexes,
  unwatched,
} from './ports/index.ts';
import { Registrar } from './registrar/registrar.ts';
import { Router } from './router/router.ts';
import { Turn } from './router/turn.ts';
import { AgentSnapshots } from './snapshots/agent-snapshots.ts';
import { captureLast, captureRegularly } from './snapshots/auto-snapshots.ts';
import { runIsolated } from './snapshots/isolated-run.ts';
import type { Facts } from './table/condition.ts';
import { liveCircumstances } from './table/live-circumstances.ts';
import type { Rule } from './table/rule.ts';
import { OrchestrationTable } from './table/table.ts';
import { agentAlarms } from './timers/agent-alarms.ts';
import { hearTopics } from './topics/hear-topics.ts';
import { Topics } from './topics/topics.ts';
import { Journal } from './trace/journal.ts';
import { TRACE_ENTRIES, Trace } from './trace/trace.ts';

export interface NodePorts {
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly store: Store;
  readonly indexes: TextIndexes;
  readonly occupancy?: Occupancy;
  /** Without them agents refuse to be captured or rolled back. */
  readonly snapshots?: Snapshots;
  /** The preferred one first. May grow and shrink while the node runs: agents see the list itself. */
  readonly models?: readonly ModelRuntime[];
  /** Facts for the table's conditions besides `load`, which the node knows itself. */
  readonly facts?: () => Facts;
  /** Bytes of memory in use, for `node.status`. */
  readonly memory?: () => { readonly rss: number; readonly heapUsed: number };
}

export interface NodeOptions {
  readonly address: NodeAddress;
  readonly ports: NodePorts;
  readonly rules?: readonly Rule[];
  /** The label of messages that carry none. Default `device`: nothing leaves unless someone says so. */
  readonly reach?: Reach;
  /** What is written to disk of the traffic: what is durable (default), or all. */
  readonly journal?: 'durable' | 'all';
  /** Entries of the trace that are kept in memory; 0 switches tracing off. Default {@link TRACE_ENTRIES}. */
  readonly traceEntries?: number;
  readonly version?: string;
  readonly topology?: string;
}

export interface AgentHandle {
  readonly address: AgentAddress;
  /** Stops taking messages, lets the running ones finish, and goes. */
  leave(): Promise<void>;
}

export interface RegisterOptions {
  /** In place of the definition's name, for several agents of one definition. */
  readonly name?: string;
  readonly settings?: JsonObject;
}

interface Member {
  readonly cell: Cell;
  readonly unhear: () => void;
  /** Ends its regular snapshots. */
  readonly unplan: () => void;
}

/** How often leases are looked at. */
const SWEEP_MS = 5_000;

/** Starts a node. @throws KaiError when the store cannot be read. */
export async function startNode(options: NodeOptions): Promise<KaiNode> {
  const { store } = options.ports;
  const incarnation = await store.incarnate();
  const timers = await store.loadTimers();
  const node = new KaiNode(options, incarnation, await store.waiting());
  node.surroundings.alarms.load(timers);
  return node;
}

export class KaiNode implements AsyncDisposable {
  readonly address: NodeAddress;
  /** Grows by one at each start. */
  readonly incarnation: number;
  /** What its cells work with. */
  readonly surroundings: Surroundings;
  readonly #options: NodeOptions;
  readonly #registrar: Registrar;
  readonly #router: Router;
  readonly #journal: Journal;
  readonly #table = new OrchestrationTable();
  readonly #topics = new Topics();
  readonly #compiled = new WeakMap<AgentDefinition, CompiledAgent>();
  readonly #clients = new Map<string, Client>();
  readonly #cells = new Map<string, Member>();
  /** Agents for which messages wait on disk. */
  readonly #waiting: Set<string>;
  #stopSweeping: () => void = () => {};
  #closing: Promise<void> | undefined = undefined;

  /** Use {@link startNode}. */
  constructor(options: NodeOptions, incarnation: number, waiting: readonly string[]) {
    const { address, ports, rules = [], reach = 'device', journal = 'durable' } = options;
    const { clock, random, log, store } = ports;
    this.address = address;
    this.incarnation = incarnation;
    this.#options = options;
    this.#waiting = new Set(waiting);
    this.#registrar = new Registrar(clock);
    this.#table.replace(rules);
    const ids = new MessageIds(clock, random);
    const turn = new Turn(clock);
    this.#journal = new Journal(store, log.child('journal'), turn);
    const trace = new Trace(clock, turn, options.traceEntries ?? TRACE_ENTRIES);
    const delivery = new Delivery({ node: address.text, clock, store, log: log.child('delivery') });
    const circumstances = liveCircumstances(clock, this.#registrar, ports.facts);
    this.#router = new Router({
      node: address,
      reach,
      journals: journal,
      clock,
      ids,
      log: log.child('router'),
      store,
      delivery,
      registrar: this.#registrar,
      table: this.#table,
      circumstances,
      topics: this.#topics,
      trace,
      turn,
      journal: this.#journal,
    });
    this.surroundings = {
      node: address,
      incarnation,
      reach,
      clock,
      log,
      ids,
      router: this.#router,
      turn,
      delivery,
      outbox: nodeOutbox(this.#router, clock),
      store,
      indexes: ports.indexes,
      alarms: agentAlarms(this.#registrar, this.#router, ids, clock, log, address),
      occupancy: ports.occupancy ?? unwatched,
      models: ports.models ?? [],
      snapshots: new AgentSnapshots(ports.snapshots, clock, log.child('snapshots')),
      capabilities: (except) => this.#capabilities(except),
    };
    this.#addNodeAgent(trace, circumstances);
    this.#sweep();
  }

  /**
   * Adds an agent. It wakes with its first message, event or timer; at once if it has a `start`.
   *
   * @throws TypeError when the definition or its settings are wrong, KaiError `CONFLICT` when the name is taken,
   * `UNAVAILABLE` once the node is closing.
   */
  register(definition: AgentDefinition, options: RegisterOptions = {}): AgentHandle {
    if (this.#closing !== undefined)
      throw new KaiError('UNAVAILABLE', 'the node is stopping', { at: this.address.text });
    const compiled = this.#compile(definition);
    const { name = definition.name, settings = {} } = options;
    const misfits = compiled.settings?.(settings);
    if (misfits !== undefined) throw new TypeError(`agent ${name}: settings: ${describeMisfits(misfits)}`);
    const address = agentAddress(this.address, name);
    const cell = new Cell(address, compiled, settings, this.surroundings);
    this.#registrar.add(cell, 'standing');
    const unhear = hearTopics(cell, this.#topics, this.#router);
    const unplan = captureRegularly(cell, this.surroundings.snapshots);
    const member = { cell, unhear, unplan };
    this.#cells.set(address.text, member);
    const { alarms } = this.surroundings;
    if (alarms.has(address.text)) alarms.arm(address.text);
    if (definition.start !== undefined || this.#waiting.delete(address.text)) cell.wake();
    return { address, leave: () => this.#leave(member) };
  }

  /**
   * Sends on what was on its way when the node stopped last. Call once the agents are registered: what finds nobody
   * becomes a dead letter.
   */
  async resume(): Promise<void> {
    const { inbox } = await this.#options.ports.store.loadAgent(this.address.text);
    for (const record of inbox) this.surroundings.outbox.send(messageFrom(record), true);
  }

  /** A sender from outside the agents. `name` gets a number behind it when it is taken. */
  client(name: string): Client {
    let text = name;
    for (let number = 2; this.#isTaken(text); number += 1) text = `${name}-${number}`;
    const address = agentAddress(this.address, text);
    const client = new Client(address, this.#router, this.#topics, () => this.#clients.delete(address.text));
    this.#clients.set(address.text, client);
    return client;
  }

  /** Replaces the rules; takes effect with the next message. @throws TypeError and keeps the old ones when they are wrong. */
  setRules(rules: readonly Rule[]): void {
    this.#table.replace(rules);
    this.#router.reconsider();
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#stopSweeping();
    for (const client of [...this.#clients.values()]) client[Symbol.dispose]();
    await Promise.all([...this.#cells.values()].map((member) => this.#leave(member)));
    this.surroundings.alarms.close();
    this.surroundings.outbox.close();
    this.#router.close();
    await this.#journal.idle();
  }

  #compile(definition: AgentDefinition): CompiledAgent {
    const compiled = this.#compiled.get(definition) ?? compileAgent(definition);
    this.#compiled.set(definition, compiled);
    return compiled;
  }

  #isTaken(name: string): boolean {
    const { text } = agentAddress(this.address, name);
    return this.#clients.has(text) || this.#registrar.at(text) !== undefined;
  }

  async #leave({ cell, unhear, unplan }: Member): Promise<void> {
    unhear();
    unplan();
    await cell.leave();
    await captureLast(cell, this.surroundings.snapshots);
    const { text } = cell.address;
    // It may have been told to leave twice, and another have come under its name meanwhile.
    if (this.#cells.get(text)?.cell !== cell) return;
    this.#cells.delete(text);
    this.#registrar.remove(text);
  }

  #capabilities(except: string): ReturnType<Surroundings['capabilities']> {
    return [...this.#registrar.all()]
      .filter(({ address }) => address.kind === 'agent' && address.text !== except)
      .map((endpoint) => endpoint.capability());
  }

  #addNodeAgent(trace: Trace, circumstances: ReturnType<typeof liveCircumstances>): void {
    const { ports, version = '0.0.0', topology = 'local' } = this.#options;
    const definition = nodeAgent({
      address: this.address.text,
      version,
      topology,
      incarnation: this.incarnation,
      startedAt: ports.clock.now(),
      clock: ports.clock,
      registrar: this.#registrar,
      router: this.#router,
      table: this.#table,
      circumstances,
      trace,
      store: ports.store,
      snapshots: this.surroundings.snapshots,
      isolate: (cell, bundle, message) => runIsolated(startNode, ports, cell, bundle, message),
      models: this.surroundings.models,
      memory: ports.memory ?? (() => ({ rss: 0, heapUsed: 0 })),
    });
    const compiled = compileAgent(definition);
    const intents = new Map([...compiled.intents, ...nodePrimitives(this.#registrar)]);
    const cell = new Cell(this.address, { ...compiled, intents }, {}, this.surroundings);
    this.#registrar.add(cell, 'standing');
    this.#cells.set(this.address.text, { cell, unhear: () => {}, unplan: () => {} });
  }

  #sweep(): void {
    const timer = this.#options.ports.clock.after(SWEEP_MS, () => {
      this.#registrar.sweep();
      this.#sweep();
    });
    this.#stopSweeping = () => timer.cancel();
  }
}

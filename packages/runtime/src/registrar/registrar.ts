/**
 * The service registrar: who is here, what they can be asked, and how they are.
 *
 * An endpoint of this process has a standing lease: it lives and dies with the registrar. Any other one has a
 * lease that its heartbeats renew, as does any traffic from it; without them it is overdue (`isOverdue`) when
 * the lease ends and is removed after as long again.
 */

import { type Heartbeat, KaiError } from '@kai/protocol';
import type { Clock } from '../ports/index.ts';
import { matchesName, type NamePattern } from '../table/name-pattern.ts';
import type { Endpoint } from './endpoint.ts';

/** How long a heartbeat holds. */
export const LEASE_MS = 15_000;
/** Agents on one node. */
export const AGENTS_MAX = 1_000_000;

interface Lease {
  /** Monotonic; infinite for a standing lease. */
  until: number;
  reported: Heartbeat | undefined;
}

interface Registration {
  readonly endpoint: Endpoint;
  readonly lease: Lease | undefined;
}

export class Registrar {
  readonly #clock: Clock;
  readonly #agents = new Map<string, Registration>();
  readonly #services = new Map<string, Set<Endpoint>>();
  /** The same as lists, made when they are asked for: a service may have many instances and many messages. */
  readonly #lists = new Map<string, readonly Endpoint[]>();
  readonly #listeners = new Set<() => void>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get size(): number {
    return this.#agents.size;
  }

  /** @throws KaiError `CONFLICT` when the address is taken, `OVERLOADED` beyond {@link AGENTS_MAX}. */
  add(endpoint: Endpoint, lease: 'standing' | 'renewed'): void {
    const { text } = endpoint.address;
    if (this.#agents.has(text))
      throw new KaiError('CONFLICT', `there is an agent at ${text} already`, { at: text });
    if (this.#agents.size >= AGENTS_MAX)
      throw new KaiError('OVERLOADED', `a node has at most ${AGENTS_MAX} agents`);
    const until = this.#clock.monotonic() + LEASE_MS;
    this.#agents.set(text, {
      endpoint,
      lease: lease === 'standing' ? undefined : { until, reported: undefined },
    });
    for (const service of endpoint.services) this.#serve(service, endpoint);
    this.#changed();
  }

  remove(text: string): void {
    const registration = this.#agents.get(text);
    if (registration === undefined) return;
    this.#agents.delete(text);
    for (const service of registration.endpoint.services) {
      this.#lists.delete(service);
      const serving = this.#services.get(service);
      serving?.delete(registration.endpoint);
      if (serving?.size === 0) this.#services.delete(service);
    }
    this.#changed();
  }

  at(text: string): Endpoint | undefined {
    return this.#agents.get(text)?.endpoint;
  }

  /** Those that serve it, in the order in which they came. Costs nothing as long as they stay the same. */
  serving(service: string): readonly Endpoint[] | undefined {
    return this.#lists.get(service) ?? this.#listOf(service);
  }

  /** Every endpoint that can be asked an intent of this pattern. */
  *capableOf(intent: NamePattern): IterableIterator<Endpoint> {
    for (const { endpoint } of this.#agents.values()) {
      if (endpoint.capability().intents.some(({ name }) => matchesName(intent, name))) yield endpoint;
    }
  }

  *all(): IterableIterator<Endpoint> {
    for (const { endpoint } of this.#agents.values()) yield endpoint;
  }

  serviceNames(): IterableIterator<string> {
    return this.#services.keys();
  }

  /** Renews a lease; without a report, because traffic came from there. */
  renew(text: string, reported?: Heartbeat): void {
    const lease = this.#agents.get(text)?.lease;
    if (lease === undefined) return;
    lease.until = this.#clock.monotonic() + LEASE_MS;
    if (reported !== undefined) lease.reported = reported;
  }

  /** Takes a lease back. An endpoint of this process has none to give: it leaves through its node. */
  release(text: string): void {
    if (this.#agents.get(text)?.lease !== undefined) this.remove(text);
  }

  /** Whether the lease of an endpoint has run out. */
  isOverdue(text: string): boolean {
    const lease = this.#agents.get(text)?.lease;
    return lease !== undefined && lease.until <= this.#clock.monotonic();
  }

  /** Removes those whose lease ended a whole lease ago; returns their addresses. */
  sweep(): readonly string[] {
    const gone: string[] = [];
    const limit = this.#clock.monotonic() - LEASE_MS;
    for (const [text, { lease }] of this.#agents) {
      if (lease !== undefined && lease.until <= limit) gone.push(text);
    }
    for (const text of gone) this.remove(text);
    return gone;
  }

  /** Calls `listen` after each change of who is here. Returns how to stop it. */
  onChange(listen: () => void): () => void {
    this.#listeners.add(listen);
    return () => this.#listeners.delete(listen);
  }

  #serve(service: string, endpoint: Endpoint): void {
    const serving = this.#services.get(service) ?? new Set();
    this.#services.set(service, serving);
    serving.add(endpoint);
    this.#lists.delete(service);
  }

  #listOf(service: string): readonly Endpoint[] | undefined {
    const serving = this.#services.get(service);
    if (serving === undefined) return undefined;
    const list = [...serving];
    this.#lists.set(service, list);
    return list;
  }

  #changed(): void {
    for (const listen of this.#listeners) listen();
  }
}

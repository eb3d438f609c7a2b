/** A router by itself, for endpoints that a test makes up. */

import { agentAddress, type Message, type Reach, type Target } from '@kai/protocol';
import { openMemoryStore } from '@kai/stores/memory';
import { seededRandom } from '../../testing/src/seeded-random.ts';
import type { CallOptions } from '../src/agents/context.ts';
import { Delivery } from '../src/delivery/delivery.ts';
import { MessageIds } from '../src/ids/message-ids.ts';
import { type Store, silentLog } from '../src/ports/index.ts';
import { Registrar } from '../src/registrar/registrar.ts';
import { ask } from '../src/router/ask.ts';
import { Router } from '../src/router/router.ts';
import { Turn } from '../src/router/turn.ts';
import type { Facts } from '../src/table/condition.ts';
import { liveCircumstances } from '../src/table/live-circumstances.ts';
import { parseRule } from '../src/table/rule.ts';
import { OrchestrationTable } from '../src/table/table.ts';
import { Topics } from '../src/topics/topics.ts';
import { Journal } from '../src/trace/journal.ts';
import { Trace } from '../src/trace/trace.ts';
import { type FakeEndpoint, type FakeTraits, fakeEndpoint, replies } from './fake-endpoint.ts';
import { NODE, VirtualClock } from './node-fixture.ts';

export interface RouterFixture {
  readonly clock: VirtualClock;
  readonly router: Router;
  readonly registrar: Registrar;
  readonly store: Store;
  /** What the node knows about itself; a test changes it. */
  readonly facts: Record<string, string | number | boolean>;
  rules(...sources: object[]): void;
  /** An endpoint that answers with its name. */
  add(name: string, traits?: FakeTraits): FakeEndpoint;
  ask(to: Target | string, options?: CallOptions & { readonly intent?: string }): Promise<Message>;
  tell(to: Target | string, intent?: string): void;
}

export function routerFixture(reach: Reach = 'device'): RouterFixture {
  const clock = new VirtualClock();
  const registrar = new Registrar(clock);
  const table = new OrchestrationTable();
  const facts: Record<string, string | number | boolean> = {};
  const store = openMemoryStore();
  const turn = new Turn(clock);
  const router = new Router({
    node: NODE,
    reach,
    journals: 'durable',
    journal: new Journal(store, silentLog, turn),
    clock,
    ids: new MessageIds(clock, seededRandom(1)),
    log: silentLog,
    store,
    delivery: new Delivery({ node: NODE.text, clock, store, log: silentLog }),
    registrar,
    table,
    circumstances: liveCircumstances(clock, registrar, (): Facts => facts),
    topics: new Topics(),
    trace: new Trace(clock, turn, 100),
    turn,
  });
  const sender = agentAddress(NODE, 'tester');
  return {
    clock,
    router,
    registrar,
    store,
    facts,
    rules(...sources) {
      table.replace(
        sources.map((source, index) => {
          const outcome = parseRule(JSON.parse(JSON.stringify(source)), index);
          if (!outcome.ok) throw new Error(JSON.stringify(outcome.misfits));
          return outcome.rule;
        }),
      );
      router.reconsider();
    },
    add(name, traits) {
      const endpoint = fakeEndpoint(name, traits);
      endpoint.answer = replies(endpoint);
      registrar.add(endpoint, 'standing');
      return endpoint;
    },
    ask: (to, { intent = 'do.it', ...options } = {}) =>
      ask(router, sender, to, intent, { n: 1 }, options, undefined),
    tell: (to, intent = 'do.it') =>
      router.dispatch(router.admitEvent(sender, to, intent, { n: 1 }, undefined, undefined)),
  };
}

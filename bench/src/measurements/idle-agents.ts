/**
 * What an agent costs that nobody has spoken to yet: bytes of heap, and time to register.
 *
 * Heap in use after a full collection, after and before: the agents' names are part of it, the schemas compiled into
 * functions, too. Moleculer's services stand beside it for information.
 */

import { defineAgent, type KaiNode } from '@kai/runtime';
import { heapInUse } from '../alternate.ts';
import { Handled } from '../calls.ts';
import {
  atMost,
  type Figure,
  type Measurement,
  NO_TARGET,
  type Scale,
  scaled,
  type Target,
} from '../measurement.ts';
import { short } from '../report/words.ts';
import { ADD, openNode, QUESTION_SCHEMA } from '../sides/kai-node.ts';
import { adder, openBroker } from '../sides/moleculer.ts';
import { quantile } from '../statistics.ts';

const AGENTS = 100_000;
const DEFINITIONS = 10_000;
const SERVICES = 1_000;
/** Whole seconds each, so fewer than of others. */
const ROUNDS_MAX = 5;

/** Adds so many to an empty node or broker, which is kept until the heap has been measured. */
type Populate = (count: number) => Promise<AsyncDisposable>;

interface Cost {
  readonly bytesEach: number;
  readonly seconds: number;
}

export const idleAgents: Measurement = {
  name: 'idle-agent',
  async measure(scale) {
    const agents = await costsOf(agentsOfOneDefinition, scaled(AGENTS, scale), scale);
    const definitions = await costsOf(agentsOfTheirOwn, scaled(DEFINITIONS, scale), scale);
    const services = await costsOf(moleculerServices, scaled(SERVICES, scale), scale);
    return [
      heapFigure('an idle agent, 100,000 of one definition', agents, atMost(2048)),
      {
        subject: 'registering 100,000 agents',
        unit: 'seconds',
        samples: agents.map(({ seconds }) => seconds),
        target: atMost(2),
        note: rateOf(agents, scaled(AGENTS, scale)),
      },
      heapFigure('an idle agent, 10,000 with a definition each', definitions, NO_TARGET),
      heapFigure('an idle Moleculer service, 1,000 of them', services, NO_TARGET),
    ];
  },
};

function heapFigure(subject: string, costs: readonly Cost[], target: Target): Figure {
  const samples = costs.map(({ bytesEach }) => bytesEach);
  return { subject: `heap of ${subject}`, unit: 'bytes', samples, target, note: 'after collection' };
}

function rateOf(costs: readonly Cost[], count: number): string {
  const seconds = quantile(
    costs.map((cost) => cost.seconds),
    0.5,
  );
  return `${short(count / seconds)} a second`;
}

async function costsOf(populate: Populate, count: number, { rounds }: Scale): Promise<readonly Cost[]> {
  // The first one is the compiler's.
  await costOf(populate, count);
  const costs: Cost[] = [];
  for (let round = 0; round < Math.min(rounds, ROUNDS_MAX); round += 1)
    costs.push(await costOf(populate, count));
  return costs;
}

async function costOf(populate: Populate, count: number): Promise<Cost> {
  const before = await heapInUse();
  const began = performance.now();
  await using _populated = await populate(count);
  const seconds = (performance.now() - began) / 1000;
  return { bytesEach: ((await heapInUse()) - before) / count, seconds };
}

async function agentsOfOneDefinition(count: number): Promise<KaiNode> {
  const node = await openNode();
  const definition = definitionOf('idle');
  for (let n = 0; n < count; n += 1) node.register(definition, { name: `idle-${n}` });
  return node;
}

async function agentsOfTheirOwn(count: number): Promise<KaiNode> {
  const node = await openNode();
  for (let n = 0; n < count; n += 1) node.register(definitionOf(`idle-${n}`));
  return node;
}

function definitionOf(name: string): ReturnType<typeof defineAgent> {
  const { answer } = new Handled();
  const intent = { summary: 'Adds.', input: QUESTION_SCHEMA, handler: answer };
  return defineAgent({ name, summary: 'Waits to add.', intents: { [ADD]: intent } });
}

function moleculerServices(count: number): Promise<AsyncDisposable> {
  const services = Array.from({ length: count }, (_, n) => adder(`idle-${n}`, new Handled().answer));
  return openBroker({ services, checked: true });
}

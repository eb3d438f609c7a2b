/** The invariants that hold for every agent, each a function from what is known to what is broken. */

import type { AgentDefinition } from '@kai/runtime';
import type { AgentEvidence, Evidence } from './evidence.ts';
import type { Invariant, Violation } from './violation.ts';

export function checkInvariants(evidence: Evidence): readonly Violation[] {
  return [
    ...lost(evidence),
    ...sentInVain(evidence),
    ...unsent(evidence),
    ...duplicated(evidence),
    ...unsettled(evidence),
    ...timersLost(evidence),
    ...evidence.overdue.map(({ agent, name }) =>
      violation('stuck', '', `timer ${name} of ${agent} is overdue`),
    ),
    ...evidence.unfinished.map((text) => violation('stuck', '', text)),
    ...evidence.conflicts.map((text) => violation('owner', '', text)),
    ...evidence.uncaught.map((text) => violation('uncaught', '', text)),
  ];
}

/** Acknowledged as `durable` or `effected`, to an intent that writes, and not effective. */
function lost({ messages, agents, dead }: Evidence): Violation[] {
  return messages.flatMap(({ message: { id, to, intent }, outcome }) => {
    if (outcome?.kind !== 'acknowledged') return [];
    const { level } = outcome;
    if (level !== 'durable' && level !== 'effected') return [];
    const agent = agents.get(to);
    if (agent?.definition.intents?.[intent]?.effect !== 'write') return [];
    if (agent.effects.some((effect) => effect.message === id)) return [];
    // Accepted and then given up on, which is on record.
    if (level === 'durable' && dead.has(id)) return [];
    const text = `${id} (${intent} to ${to}) was acknowledged as ${level}, and has no effect`;
    return [violation('lost', id, text)];
  });
}

/** Sent durably by a handling that was committed, to an intent that writes, and neither effective nor a dead letter. */
function sentInVain({ agents, dead }: Evidence): Violation[] {
  const all = [...agents.values()];
  const effective = new Set(all.flatMap(({ effects }) => effects.map(({ message }) => message)));
  const writes = new Set(all.flatMap(({ definition }) => writingIntents(definition)));
  return all.flatMap(({ agent, sent }) =>
    sent
      .filter(({ message, intent }) => writes.has(intent) && !effective.has(message) && !dead.has(message))
      .map(({ message, to, intent }) =>
        violation(
          'lost',
          message,
          `${message} (${intent} to ${to}), which ${agent.name} sent, has no effect`,
        ),
      ),
  );
}

/** The effect of a message whose sender's transaction is not there. */
function unsent({ agents }: Evidence): Violation[] {
  const all = [...agents.values()];
  const sent = new Set(all.flatMap((agent) => agent.sent.map(({ message }) => message)));
  return all.flatMap(({ agent, effects }) =>
    effects
      .filter(({ message }) => message.includes('>') && !sent.has(message))
      .map(({ message, intent }) => {
        const text = `${message} (${intent} in ${agent.name}) took effect; what sent it was never committed`;
        return violation('unsent', message, text);
      }),
  );
}

function writingIntents({ intents = {} }: AgentDefinition): string[] {
  return Object.keys(intents).filter((name) => intents[name]?.effect === 'write');
}

function duplicated({ agents }: Evidence): Violation[] {
  return [...agents.values()].flatMap((agent) => [...effectsTwice(agent), ...timersTwice(agent)]);
}

function effectsTwice({ agent, effects }: AgentEvidence): Violation[] {
  const times = new Map<string, number>();
  for (const { message } of effects) times.set(message, (times.get(message) ?? 0) + 1);
  return [...times]
    .filter(([, count]) => count > 1)
    .map(([id, count]) => violation('duplicated', id, `${id} took effect ${count} times in ${agent.name}`));
}

function timersTwice({ agent, timers }: AgentEvidence): Violation[] {
  return timers
    .filter(({ fired }) => fired > 1)
    .map(({ name, fired }) =>
      violation('duplicated', '', `timer ${name} of ${agent.name} took effect ${fired} times`),
    );
}

function unsettled({ messages }: Evidence): Violation[] {
  return messages.flatMap(({ message: { id, intent, to }, outcome }) => {
    const what = `${id} (${intent} to ${to})`;
    if (outcome === undefined)
      return [violation('stuck', id, `${what} was neither acknowledged nor refused`)];
    if (outcome.kind === 'given up')
      return [violation('stuck', id, `${what} never got through: ${outcome.reason}`)];
    return [];
  });
}

/** Set in a transaction that was committed, due long ago, and never handled. */
function timersLost({ agents, dueBefore, deadTimers }: Evidence): Violation[] {
  return [...agents.values()].flatMap(({ agent, timers }) =>
    timers
      .filter(({ due, fired }) => fired === 0 && due < dueBefore)
      .filter(({ name }) => ![...deadTimers].some((dead) => dead.endsWith(`.${agent.name}/${name}`)))
      .map(({ name }) => violation('stuck', '', `timer ${name} of ${agent.name} never fired`)),
  );
}

function violation(invariant: Invariant, message: string, text: string): Violation {
  return { invariant, message, text };
}

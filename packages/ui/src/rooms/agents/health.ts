/** An agent's health in a colour, a shape and a word that people use. */

import type { Health } from '@kai/protocol';
import type { Agent } from '../../connection/wire.ts';
import type { StatusMarkProps } from '../../parts/status-mark.tsx';
import { counted } from '../../words/amount.ts';

export const HEALTH_MARKS: Readonly<Record<Health, StatusMarkProps>> = {
  alive: { tone: 'good', shape: 'disc', word: 'Well' },
  busy: { tone: 'accent', shape: 'half', word: 'Busy' },
  suspect: { tone: 'warn', shape: 'triangle', word: 'Silent' },
  dead: { tone: 'bad', shape: 'cross', word: 'Down' },
  left: { tone: 'quiet', shape: 'ring', word: 'Left' },
};

/** All agents in one line: what a glance wants to know. */
export function summary(agents: readonly Agent[]): StatusMarkProps {
  const ill = agents.filter(({ health }) => health === 'suspect' || health === 'dead');
  if (ill.length === 0) {
    const word =
      agents.length === 1 ? 'The agent is well' : `All ${counted(agents.length, 'agent')} are well`;
    return { tone: 'good', shape: 'disc', word };
  }
  const down = ill.some(({ health }) => health === 'dead');
  const names = ill.map(({ name }) => name).join(', ');
  return { tone: down ? 'bad' : 'warn', shape: down ? 'cross' : 'triangle', word: `Look at: ${names}` };
}

/** Who needs attention comes first, then by name. */
export function inOrder(agents: readonly Agent[]): readonly Agent[] {
  const rank = (agent: Agent): number => (agent.health === 'dead' ? 0 : agent.health === 'suspect' ? 1 : 2);
  return [...agents].sort((one, other) => rank(one) - rank(other) || one.name.localeCompare(other.name));
}

/** Who owns which agent: one living process at a time. Claimed with each message that a process handles. */

import type { Process } from '../world/process.ts';

export class Ownership {
  readonly #owners = new Map<string, Process>();
  /** Claims of an agent while another living process had it, in words. */
  readonly conflicts: string[] = [];

  claim(agent: string, process: Process): void {
    const owner = this.#owners.get(agent);
    if (!process.isAlive) return;
    if (owner !== undefined && owner !== process && owner.isAlive) {
      this.conflicts.push(`${agent} is awake in ${named(owner)} and in ${named(process)}`);
    }
    this.#owners.set(agent, process);
  }
}

function named({ node, number }: Process): string {
  return `${node} (start ${number})`;
}

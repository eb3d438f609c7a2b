/**
 * Who holds the thread. The cell says so before and after each synchronous stretch of a handler, so that
 * something outside the thread can name the agent that blocks it. Must cost no more than a store to memory.
 */

export interface Occupancy {
  /** A number for the agent, by which {@link enter} names it. */
  admit(agent: string): number;
  enter(agent: number): void;
  leave(): void;
  /** Frees the number of an agent that has gone. */
  forget(agent: number): void;
}

export const unwatched: Occupancy = { admit: () => 0, enter() {}, leave() {}, forget() {} };

/**
 * Who holds the thread. The cell says so before and after each synchronous stretch of a handler, so that
 * something outside the thread can name the agent that blocks it. Must cost no more than a store to memory.
 */

export interface Occupancy {
  /** A number above 0 for an agent, by which {@link hold} names it. */
  admit(agent: string): number;
  /** The agent of this number has the thread now; 0: none. */
  hold(agent: number): void;
  /** Frees the number of an agent that has gone. */
  forget(agent: number): void;
}

export const unwatched: Occupancy = { admit: () => 0, hold() {}, forget() {} };

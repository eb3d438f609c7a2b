/**
 * One simulated process: a node between a start and a crash. Once it is dead nothing of it reaches the world any more,
 * though its code may still hold the thread until it next waits.
 */

export interface Process {
  readonly node: string;
  /** Counts from 1 with each start of the node. */
  readonly number: number;
  isAlive: boolean;
  /** Called once when it dies. */
  readonly whenDead: Set<() => void>;
}

/** What a dead process waits for. */
export function never<T>(): Promise<T> {
  return new Promise(() => {});
}

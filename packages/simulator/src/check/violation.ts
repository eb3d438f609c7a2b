/** What a run broke. */

/**
 * - `lost`: a message whose effect was promised (to a client as `durable` or `effected`, or by the commit of the handling
 *   that sent it) has none.
 * - `unsent`: a message took effect, and the handling that sent it was never committed.
 * - `duplicated`: a message or a timer took effect more than once.
 * - `stuck`: something reached no end: a message, a timer, an inbox record, a node.
 * - `owner`: an agent was awake in two living processes.
 * - `replay`: a pure agent's state is not what its effects, in their order, make of it.
 * - `expect`: an expectation of the scenario does not hold.
 * - `uncaught`: a process ended by an error that nobody caught.
 */
export type Invariant =
  | 'lost'
  | 'unsent'
  | 'duplicated'
  | 'stuck'
  | 'owner'
  | 'replay'
  | 'expect'
  | 'uncaught';

export interface Violation {
  readonly invariant: Invariant;
  /** The simulated message that it is about; empty when it is about none. */
  readonly message: string;
  readonly text: string;
}

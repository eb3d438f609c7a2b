/** What the two processes of a torture say to each other. */

import type { MessageId } from '@kai/protocol';
import type { AckLevel } from '../../../runtime/src/agents/context.ts';

/** A message of the driver's. However it is sent, it ends in the ledger once, under its number. */
export interface Order {
  readonly n: number;
  readonly id: MessageId;
  /** `enter` goes to the ledger; the others to an account, which takes further steps. */
  readonly kind: 'enter' | 'pay' | 'spend';
  readonly account: number;
  /** The account that is paid. */
  readonly to: number;
  readonly coins: number;
  /** `call` waits for the answer, the others for that acknowledgement. */
  readonly until: AckLevel | 'call';
}

export type ToNode =
  | { readonly op: 'send'; readonly orders: readonly Order[] }
  | { readonly op: 'waiting?' }
  | { readonly op: 'stop' };

export type FromNode =
  | { readonly op: 'up'; readonly incarnation: number }
  | { readonly op: 'heard'; readonly heard: readonly Heard[] }
  | { readonly op: 'waiting'; readonly agents: readonly string[] };

/** What became of one order. */
export type Heard =
  | { readonly n: number; readonly level: AckLevel }
  | { readonly n: number; readonly refused: string; readonly retryable: boolean };

/**
 * A refusal inside a database thread. It becomes a KaiError on the node's side: the thread itself loads nothing of
 * the protocol package, whose schema compiler would triple the time that opening a file takes.
 */

import type { ErrorCode } from '@kai/protocol';

export class Refused extends Error {
  override readonly name = 'Refused';
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

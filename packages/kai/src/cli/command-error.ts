/** Why a command ends without its result: what is told to the person, and the exit code. */

import type { Ending } from './exit-codes.ts';

export class CommandError extends Error {
  override readonly name = 'CommandError';
  readonly ending: Ending;

  constructor(ending: Ending, message: string, options?: ErrorOptions) {
    super(message, options);
    this.ending = ending;
  }
}

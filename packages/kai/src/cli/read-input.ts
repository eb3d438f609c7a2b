/** All of stdin as text, as far as one message may be. */

import { MESSAGE_BYTES_MAX } from '@kai/protocol';
import { CommandError } from './command-error.ts';

export async function readInput(stdin: NodeJS.ReadStream): Promise<string> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of stdin as AsyncIterable<Buffer>) {
    size += part.length;
    if (size > MESSAGE_BYTES_MAX)
      throw new CommandError('usage', `at most ${MESSAGE_BYTES_MAX} bytes are taken from stdin`);
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}

/** How every command of `kai` ends: one table, printed by `kai help exit-codes`. Numbers never change. */

import type { ErrorCode } from '@kai/protocol';

export const EXIT_CODES = {
  ok: { code: 0, meaning: 'It worked.' },
  failed: { code: 1, meaning: 'It failed; the last line on stderr says why.' },
  usage: { code: 2, meaning: 'The command was written wrongly.' },
  noNode: { code: 3, meaning: 'No node runs that could be asked.' },
  refused: { code: 4, meaning: 'It was refused: not allowed, or further than the privacy label lets it go.' },
  timedOut: { code: 5, meaning: 'No answer came in time.' },
  interrupted: { code: 130, meaning: 'It was taken back with Ctrl-C.' },
} as const;

export type Ending = keyof typeof EXIT_CODES;

export function endingOf(code: ErrorCode): Ending {
  switch (code) {
    case 'UNAUTHORIZED':
    case 'POLICY_DENIED':
    case 'REACH_DENIED':
      return 'refused';
    case 'EXPIRED':
      return 'timedOut';
    case 'CANCELLED':
      return 'interrupted';
    default:
      return 'failed';
  }
}

export function exitCodesText(): string {
  const lines = Object.values(EXIT_CODES).map(
    ({ code, meaning }) => `  ${String(code).padStart(3)}  ${meaning}`,
  );
  return `Exit codes of every command:\n\n${lines.join('\n')}\n`;
}

/** What lies between a snapshot and now: one sentence, and the keys that differ. */

import type { JSX } from 'preact';
import type { Difference } from '../../connection/wire.ts';
import { counted } from '../../words/amount.ts';
import { type ChangeLine, changeLines, type Direction, differenceSentence } from '../../words/difference.ts';

/** Keys that are shown; the sentence counts all of them, and the command line has the rest. */
const LINES_MAX = 20;

export interface DifferenceViewProps {
  readonly difference: Difference;
  readonly to: Direction;
}

export function DifferenceView({ difference, to }: DifferenceViewProps): JSX.Element {
  const lines = changeLines(difference, to);
  return (
    <>
      <p>{differenceSentence(difference, to)}</p>
      {lines.length > 0 && (
        <ul>
          {lines.slice(0, LINES_MAX).map((line) => (
            <Change key={`${line.verb} ${line.key}`} line={line} />
          ))}
        </ul>
      )}
      {lines.length > LINES_MAX && (
        <p class="soft">
          {counted(lines.length - LINES_MAX, 'line')} more; the CLI command shows all of them.
        </p>
      )}
    </>
  );
}

function Change({ line: { verb, key, value } }: { readonly line: ChangeLine }): JSX.Element {
  return (
    <li class="change">
      <span class="soft">{verb}</span>
      <span class="change-words">
        <code>{key}</code> {value}
      </span>
    </li>
  );
}

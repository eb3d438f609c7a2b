/** A moment, as the distance from now, with the exact time on hover and for machines. */

import type { JSX } from 'preact';
import type { Moment } from '../connection/wire.ts';
import { useCell } from '../state/cell.ts';
import { now } from '../state/now.ts';
import { absolute, relative } from '../words/moment.ts';

export function When({ at }: { readonly at: Moment }): JSX.Element {
  const present = useCell(now);
  return (
    <time dateTime={Number.isFinite(at) ? new Date(at).toISOString() : ''} title={absolute(at, present)}>
      {relative(at, present)}
    </time>
  );
}

/**
 * The snapshots that an agent's definition asks for: every so often, and when it leaves, if something has changed.
 *
 * One that cannot be taken is named in the log and tried again the next time; the agent does not notice.
 */

import type { Cell } from '../agents/cell.ts';
import type { SnapshotEntry } from '../ports/index.ts';
import { type AgentSnapshots, keepOf } from './agent-snapshots.ts';
import type { Captured } from './archive.ts';
import { capture } from './capture.ts';
import { difference, isSame } from './difference.ts';

/** Looks at the agent as its definition says. Returns how to stop that. */
export function captureRegularly(cell: Cell, snapshots: AgentSnapshots): () => void {
  const { everyMs } = cell.compiled.definition.snapshots ?? {};
  if (everyMs === undefined || !snapshots.isKept) return () => {};
  const stopped = new AbortController();
  const { clock } = cell.surroundings;
  const look = async (): Promise<void> => {
    // One that sleeps has changed nothing.
    if (cell.phase === 'awake') await quietly(cell, () => snapshots.takeChanged(cell, stopped.signal));
    if (!stopped.signal.aborted) timer = clock.after(everyMs, look);
  };
  let timer = clock.after(everyMs, look);
  return () => {
    timer.cancel();
    stopped.abort();
  };
}

/** Captures an agent that has gone. Never rejects. */
export async function captureLast(cell: Cell, snapshots: AgentSnapshots): Promise<void> {
  if (cell.compiled.definition.snapshots?.onLeave !== true || !snapshots.isKept) return;
  await quietly(cell, async () => {
    const captured = await capture(cell, undefined);
    return keepChanged(cell, snapshots, captured, 'as it left');
  });
}

/** Keeps what was captured unless it is what the newest snapshot holds. */
export async function keepChanged(
  cell: Cell,
  { archive }: AgentSnapshots,
  captured: Captured,
  note: string,
): Promise<SnapshotEntry | undefined> {
  const [newest] = await archive.list(captured.agent);
  const before = newest && (await archive.read(newest.id).catch(() => undefined));
  const isEmpty = captured.state.size === 0 && captured.timers.length === 0;
  const isKnown =
    before === undefined ? isEmpty && newest === undefined : isSame(difference(before, captured));
  if (isKnown) return undefined;
  return archive.keep(captured, { kind: 'auto', note, keep: keepOf(cell) });
}

async function quietly(cell: Cell, take: () => Promise<unknown>): Promise<void> {
  try {
    await take();
  } catch (error) {
    cell.log.warn({ error: String(error) }, 'no snapshot was taken this time');
  }
}

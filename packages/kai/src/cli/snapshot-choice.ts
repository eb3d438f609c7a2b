/** Which agent and which snapshot are meant, by what a person types. */

import type { JsonObject } from '@kai/protocol';
import { CommandError } from './command-error.ts';
import type { Live } from './live.ts';
import type { Terminal } from './terminal.ts';
import { askFor, listOf, textOf } from './with-node.ts';

/** Enough of an id to tell a node's snapshots apart. */
const ID_SHOWN = 12;
const PREFIX = 'sha256-';
/** Digits of an id that a person must type at least. */
const ID_TYPED_MIN = 4;

/** The address of an agent of this node: `notes` stands for `kai://ada.hub.notes`. */
export function agentAt(live: Live, name: string): string {
  return name.startsWith('kai://') ? name : `${live.hello.node}.${name}`;
}

export function shortId(id: string): string {
  return id.slice(PREFIX.length, PREFIX.length + ID_SHOWN);
}

/** Newest first. */
export async function snapshotsOf(
  live: Live,
  terminal: Terminal,
  agent: string | undefined,
): Promise<readonly JsonObject[]> {
  const query = agent === undefined ? {} : { agent };
  return listOf(await askFor(live, terminal, live.hello.node, 'node.snapshots', query), 'snapshots');
}

/**
 * The whole id of the snapshot that `typed` means: the beginning of an id, or `latest`, which is the newest one that no
 * rollback left behind.
 *
 * @throws CommandError when it means none, or several.
 */
export function chosenId(entries: readonly JsonObject[], typed: string): string {
  if (typed === 'latest') {
    const latest = entries.find(({ kind }) => kind !== 'rollback');
    if (latest !== undefined) return textOf(latest.id);
    throw new CommandError('failed', 'there is no snapshot yet; take one with: kai snapshot <agent>');
  }
  const digits = typed.startsWith(PREFIX) ? typed.slice(PREFIX.length) : typed;
  if (!/^[0-9a-f]{1,64}$/.test(digits) || digits.length < ID_TYPED_MIN) {
    const what = `the beginning of an id as kai snapshots lists it, at least ${ID_TYPED_MIN} digits`;
    throw new CommandError('usage', `${typed} is no snapshot: ${what}`);
  }
  const ids = entries.map(({ id }) => textOf(id)).filter((id) => id.startsWith(`${PREFIX}${digits}`));
  const [id] = ids;
  if (id === undefined) throw new CommandError('failed', `there is no snapshot ${typed}; see: kai snapshots`);
  if (ids.length > 1)
    throw new CommandError('failed', `${ids.length} snapshots begin with ${typed}; type more of it`);
  return id;
}

/**
 * A file's version in the index: what tells whether it changed, and what came of reading it. So a start knows how
 * many passages there are and why files were skipped without reading anything again.
 */

/** Raised when the same file would be taken apart differently: then everything is read anew. */
const FORMAT = 1;

export type ReadAs =
  | { readonly kind: 'read'; readonly passages: number }
  | { readonly kind: 'skipped'; readonly reason: string };

export interface FileStamp {
  readonly modifiedMs: number;
  readonly size: number;
}

export function encodeVersion({ modifiedMs, size }: FileStamp, as: ReadAs): string {
  const outcome = as.kind === 'read' ? `+${as.passages}` : `!${as.reason}`;
  return `${FORMAT}:${modifiedMs}:${size}:${outcome}`;
}

const VERSION = /^(\d+):(-?\d+):(\d+):(?:\+(\d+)|!([\s\S]*))$/;

/** Nothing when it was written in another format. */
export function decodeVersion(version: string): (FileStamp & { readonly as: ReadAs }) | undefined {
  const [, format, modifiedMs, size, passages, reason = ''] = VERSION.exec(version) ?? [];
  if (Number(format) !== FORMAT) return undefined;
  const as: ReadAs =
    passages === undefined ? { kind: 'skipped', reason } : { kind: 'read', passages: Number(passages) };
  return { modifiedMs: Number(modifiedMs), size: Number(size), as };
}

/** Whether a file is still as it was when this version was written. */
export function isCurrent(version: string | undefined, { modifiedMs, size }: FileStamp): boolean {
  const known = version === undefined ? undefined : decodeVersion(version);
  return known !== undefined && known.modifiedMs === modifiedMs && known.size === size;
}

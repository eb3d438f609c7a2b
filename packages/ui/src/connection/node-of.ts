/** Whom the window asks about the node itself. */

import type { Link } from './link.ts';

/** The node's own address; empty while there is no connection, where nothing is sent anyway. */
export function nodeOf(link: Link): string {
  const state = link.state.get();
  return state.kind === 'open' ? state.hello.node : '';
}

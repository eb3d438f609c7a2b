/** Lets an agent hear the topics that its definition names. */

import type { Cell } from '../agents/cell.ts';
import type { Router } from '../router/router.ts';
import type { Topics } from './topics.ts';

/** Returns how to stop it. */
export function hearTopics(cell: Cell, topics: Topics, router: Router): () => void {
  const ends = cell.compiled.topics.map(({ pattern, intent }) =>
    topics.subscribe(pattern, (message) => cell.hear(router.open(message, 'topic'), intent)),
  );
  return () => {
    for (const end of ends) end();
  };
}

/** Agents in the node's own thread, and the watch that names the one that blocks it. */

export {
  BLOCKED_AFTER_MS,
  openThreadWatch,
  type ThreadWatch,
  type ThreadWatchOptions,
} from './thread-watch.ts';

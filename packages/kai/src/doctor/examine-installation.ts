/** What was installed: the version of Node, and the window. */

import { isBuilt } from '../gateway/window-route.ts';
import { WINDOW_FOLDER } from '../node/open-node.ts';
import { type Finding, fail, ok, warn } from './finding.ts';

const NODE_NEEDED = [24, 15] as const;

export function examineNodeVersion(version: string): Finding {
  const [major = 0, minor = 0] = version.replace('v', '').split('.').map(Number);
  const [majorNeeded, minorNeeded] = NODE_NEEDED;
  const isEnough = major > majorNeeded || (major === majorNeeded && minor >= minorNeeded);
  if (isEnough) return ok('node', `Node ${version}`);
  return fail(
    'node',
    `Node ${version} is too old; ${NODE_NEEDED.join('.')} is needed`,
    'get it from https://nodejs.org',
  );
}

export function examineWindow(): Finding {
  if (isBuilt(WINDOW_FOLDER)) return ok('window', 'the window is built');
  return warn('window', 'the window is not built; only the command line works', 'run: npm run prepare');
}

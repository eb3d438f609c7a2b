/** A broken store: it says that a commit is on disk, and writes it a little later, so that a crash takes the last ones. */

import type { Commit, Store } from '@kai/runtime/ports';
import type { HostPorts } from '../src/index.ts';

const LATER_MS = 20;

export function forgetfulStore({ store, clock }: HostPorts): Store {
  const commit = async (records: Commit): Promise<void> => {
    clock.after(LATER_MS, () => void store.commit(records));
  };
  return new Proxy(store, {
    get(target, name) {
      if (name === 'commit') return commit;
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

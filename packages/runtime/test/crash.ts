/** A machine whose power can be cut: what its store had taken stays, everything else is gone. */

import type { Commit, Store } from '../src/ports/index.ts';
import { emptyDisk, type Fixture, type FixtureOptions, startFixture, VirtualClock } from './node-fixture.ts';

export class Machine {
  readonly disk = emptyDisk();
  /** Asked for each commit; the power goes before it is on disk when this says so. */
  failsAt: (commit: Commit) => boolean = () => false;
  #power = { isOn: true };
  #starts = 0;

  /** Starts a node over what the last one left. */
  async start(options: FixtureOptions = {}): Promise<Fixture> {
    this.#power = { isOn: true };
    this.#starts += 1;
    return startFixture({
      // No two runs draw the same ids.
      seed: this.#starts,
      clock: new VirtualClock(),
      disk: this.disk,
      wrapStore: (store) => this.#wrapped(store, this.#power),
      ...options,
    });
  }

  /** The node ends here: nothing of it runs, is answered or is written any more. */
  cut(): void {
    this.#power.isOn = false;
    this.disk.inUse = false;
  }

  #wrapped(store: Store, power: { isOn: boolean }): Store {
    return new Proxy(store, {
      get: (target, name) => {
        const member: unknown = Reflect.get(target, name, target);
        if (typeof member !== 'function') return member;
        return (...args: unknown[]) => {
          if (power.isOn && name === 'commit' && this.failsAt(args[0] as Commit)) this.cut();
          return power.isOn ? member.apply(target, args) : new Promise(() => {});
        };
      },
    });
  }
}

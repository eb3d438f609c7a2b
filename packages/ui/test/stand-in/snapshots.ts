/** The stand-in's snapshots: what each agent keeps is a record of its own, compared and put back as the node does it. */

import type { JsonValue } from '@kai/protocol';
import type { Changes, Difference, Snapshot } from '../../src/connection/wire.ts';
import { type Reply, refuse } from './reply.ts';

type State = Readonly<Record<string, JsonValue>>;

const HOUR = 3_600_000;
const NONE: Changes = { added: [], removed: [], changed: [], more: 0 };
const FIRST: State = { 'note/1': 'Ask the electrician', 'note/2': 'Paint for the fence', count: 2 };
const NOW: State = { 'note/1': 'Ask the electrician', 'note/4': 'Mila is allergic to walnuts', count: 3 };

export class Snapshots {
  /** Whether the node keeps any. */
  offered = true;
  readonly #now = new Map<string, State>();
  readonly #kept = new Map<string, { readonly snapshot: Snapshot; readonly state: State }[]>();
  #count = 0;

  /** Newest first. */
  of(agent: string): readonly Snapshot[] {
    return this.#of(agent).map(({ snapshot }) => snapshot);
  }

  stateOf(agent: string): State {
    return this.#now.get(agent) ?? NOW;
  }

  change(agent: string, state: State): void {
    this.#now.set(agent, { ...this.stateOf(agent), ...state });
  }

  list(agent: string): Reply {
    return this.offered ? { payload: { snapshots: this.of(agent) } } : refuseAll();
  }

  take(agent: string, note: string): Reply {
    return this.offered ? { payload: this.#keep(agent, 'manual', note) } : refuseAll();
  }

  compare(id: string): Reply {
    const found = [...this.#kept.values()].flat().find(({ snapshot }) => snapshot.id === id);
    if (found === undefined) return refuse('NO_ROUTE', `there is no snapshot ${id}`);
    const { agent } = found.snapshot;
    return { payload: { from: id, to: 'now', agent, difference: between(found.state, this.stateOf(agent)) } };
  }

  rollBack(agent: string, to: string, dryRun: boolean): Reply {
    const found = this.#of(agent).find(({ snapshot }) => snapshot.id === to);
    if (found === undefined) return refuse('NO_ROUTE', `there is no snapshot ${to}`);
    const difference = between(this.stateOf(agent), found.state);
    if (dryRun) return { payload: { to, dryRun, difference, refusal: null } };
    const replaced = this.#keep(agent, 'rollback', '');
    this.#now.set(agent, found.state);
    return { payload: { to, dryRun, difference, replaced, awake: true } };
  }

  #of(agent: string): { readonly snapshot: Snapshot; readonly state: State }[] {
    const known = this.#kept.get(agent);
    if (known !== undefined) return known;
    const made: { readonly snapshot: Snapshot; readonly state: State }[] = [];
    this.#kept.set(agent, made);
    this.#add(made, agent, 'auto', '', Date.now() - 26 * HOUR, FIRST);
    this.#add(made, agent, 'manual', 'before the holidays', Date.now() - 3 * HOUR, FIRST);
    return made;
  }

  #keep(agent: string, kind: Snapshot['kind'], note: string): Snapshot {
    return this.#add(this.#of(agent), agent, kind, note, Date.now(), this.stateOf(agent));
  }

  #add(
    kept: { readonly snapshot: Snapshot; readonly state: State }[],
    agent: string,
    kind: Snapshot['kind'],
    note: string,
    at: number,
    state: State,
  ): Snapshot {
    this.#count += 1;
    const id = `sha256-${this.#count.toString(16).padStart(64, '0')}`;
    const parent = kept[0]?.snapshot.id ?? null;
    const snapshot: Snapshot = {
      id,
      agent,
      at,
      parent,
      kind,
      note,
      bytes: JSON.stringify(state).length + 900,
    };
    kept.unshift({ snapshot, state });
    return snapshot;
  }
}

function between(one: State, other: State): Difference {
  const added = Object.entries(other).filter(([key]) => !(key in one));
  const removed = Object.entries(one).filter(([key]) => !(key in other));
  const changed = Object.entries(one).filter(([key, value]) => key in other && other[key] !== value);
  return {
    state: {
      added: added.map(([key, value]) => ({ key, value })),
      removed: removed.map(([key, value]) => ({ key, value })),
      changed: changed.map(([key, before]) => ({ key, before, after: other[key] ?? null })),
      more: 0,
    },
    timers: NONE,
    settings: NONE,
    inbox: { added: [], removed: [], more: 0 },
    version: null,
  };
}

function refuseAll(): Reply {
  return refuse('UNAVAILABLE', 'this node keeps no snapshots: it was started without a place for them');
}

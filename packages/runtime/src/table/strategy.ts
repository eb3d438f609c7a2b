/**
 * Strategies: which of a service's instances takes a message (protocol §5). Only instances that can take one are
 * offered. All but round-robin are functions of what they are given.
 */

import type { Message } from '@kai/protocol';
import type { Endpoint } from '../registrar/endpoint.ts';
import type { Strategy } from './rule.ts';

export type Choice =
  | { readonly kind: 'one'; readonly endpoint: Endpoint }
  | { readonly kind: 'all'; readonly endpoints: readonly Endpoint[] }
  | { readonly kind: 'none' };

const NONE: Choice = { kind: 'none' };

export class InstanceChooser {
  /** Whose turn it is by service, for round-robin; as many as there are services. */
  readonly #turns = new Map<string, number>();

  /** `able`: whether an instance can take this message. */
  choose(
    service: string,
    strategy: Strategy,
    serving: readonly Endpoint[],
    able: (endpoint: Endpoint) => boolean,
    message: Message,
  ): Choice {
    if (strategy === 'round-robin') return this.#inTurn(service, serving, able);
    const candidates = serving.filter(able);
    if (candidates.length === 0) return NONE;
    switch (strategy) {
      case 'broadcast':
        return { kind: 'all', endpoints: candidates };
      case 'least-loaded':
        return one(candidates.reduce((best, next) => (next.load < best.load ? next : best)));
      case 'sticky':
        return one(rendezvous(candidates, message.context.key ?? message.from.text));
    }
  }

  /** Looks no further than the first one that is able: a service of many costs no more than one of few. */
  #inTurn(service: string, serving: readonly Endpoint[], able: (endpoint: Endpoint) => boolean): Choice {
    const turn = this.#turns.get(service) ?? 0;
    for (let step = 0; step < serving.length; step += 1) {
      const place = (turn + step) % serving.length;
      const endpoint = serving[place];
      if (endpoint === undefined || !able(endpoint)) continue;
      this.#turns.set(service, place + 1);
      return one(endpoint);
    }
    return NONE;
  }
}

function one(endpoint: Endpoint): Choice {
  return { kind: 'one', endpoint };
}

/**
 * Highest random weight (Thaler and Ravishankar, 1996): a key stays with its instance as long as that one is there,
 * and only the keys of an instance that goes move.
 */
export function rendezvous(endpoints: readonly Endpoint[], key: string): Endpoint {
  return endpoints.reduce((best, next) => {
    const [ours, theirs] = [hash(key, next.address.text), hash(key, best.address.text)];
    return ours > theirs || (ours === theirs && next.address.text < best.address.text) ? next : best;
  });
}

/** FNV-1a (32 bits) over both texts, mixed so that near texts are far apart. */
function hash(key: string, address: string): number {
  let value = 0x811c9dc5;
  for (const text of [key, '\0', address]) {
    for (let index = 0; index < text.length; index += 1) {
      value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
    }
  }
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return (value ^ (value >>> 16)) >>> 0;
}

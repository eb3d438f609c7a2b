/**
 * Addresses that senders write as text, parsed once each and remembered.
 */

import { KaiError, parseTarget, type Target } from '@kai/protocol';

/** Texts that are remembered; then it begins anew. */
const REMEMBERED_MAX = 10_000;

export class AddressBook {
  readonly #known = new Map<string, Target>();

  /** @throws KaiError `INVALID_MESSAGE` when the text is no target. */
  parse(text: string): Target {
    return this.#known.get(text) ?? this.#remember(text);
  }

  #remember(text: string): Target {
    const target = parseTarget(text);
    if (!target.ok) throw new KaiError('INVALID_MESSAGE', `to: ${target.problem.message}`);
    if (this.#known.size >= REMEMBERED_MAX) this.#known.clear();
    this.#known.set(text, target.value);
    return target.value;
  }
}

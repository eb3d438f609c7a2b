/**
 * Which models may answer a message: those within its reach, in the node's order. A model that cannot be asked is named
 * with the reason, so that a reply can say what was tried.
 */

import { type JsonObject, KaiError, mayCross, type Reach } from '@kai/protocol';
import type { ModelRuntime } from '../ports/index.ts';

export interface ModelChoice {
  readonly usable: readonly ModelRuntime[];
  /** Models that were left out: `{ model, why }`. */
  readonly left: readonly JsonObject[];
}

export function chooseModels(models: readonly ModelRuntime[], label: Reach, name?: string): ModelChoice {
  const usable: ModelRuntime[] = [];
  const left: JsonObject[] = [];
  for (const model of models) {
    if (name !== undefined && model.name !== name)
      left.push({ model: model.name, why: `${name} is asked for` });
    else if (!mayCross(label, model.reach)) left.push({ model: model.name, why: tooFar(model, label) });
    else usable.push(model);
  }
  return { usable, left };
}

/** Whether another model may be asked after this one failed before it said anything. */
export function mayAskAnother(error: unknown): boolean {
  if (!(error instanceof KaiError)) return false;
  switch (error.code) {
    case 'UNAVAILABLE':
    case 'OVERLOADED':
    case 'UNAUTHORIZED':
    case 'UNREACHABLE':
    case 'INVALID_PAYLOAD':
      return true;
    default:
      return false;
  }
}

function tooFar(model: ModelRuntime, label: Reach): string {
  return `it runs at ${model.where}, which is ${model.reach}; this message stays within ${label}`;
}

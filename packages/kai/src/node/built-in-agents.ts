/** The agents that come with kAI, loaded only when a configuration uses them. */

import type { AgentDefinition } from '@kai/runtime';
import type { BUILT_IN_AGENTS } from '../config/schema.ts';

type BuiltIn = (typeof BUILT_IN_AGENTS)[number];

const LOADERS: Readonly<Record<BuiltIn, () => Promise<AgentDefinition>>> = {
  'kai-core': async () => (await import('../core/index.ts')).kaiCore,
};

export function builtInAgent(name: BuiltIn): Promise<AgentDefinition> {
  return LOADERS[name]();
}

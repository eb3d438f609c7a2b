/** Servers that follow OpenAI's API behind the model port. */

export { reachOfHost } from '../http/reach-of-host.ts';
export { type OpenAiOptions, openAiRuntime } from './runtime.ts';
export type { TokensMaxField } from './wire.ts';

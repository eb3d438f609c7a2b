/** Contract suites per port, for every adapter to run (development only). */

export { type ModelAdapter, type ModelSetting, modelContract } from './model-contract.ts';
export type { RecordedRequest, Script, ScriptStep } from './model-script.ts';
export {
  type OllamaModel,
  type OllamaStandInOptions,
  standInVector,
  startOllamaStandIn,
} from './ollama-stand-in.ts';
export { type OpenAiStandInOptions, startOpenAiStandIn } from './openai-stand-in.ts';
export { type SnapshotsMedium, snapshotsContract } from './snapshots-contract.ts';
export type { StandInServer } from './stand-in-server.ts';
export { type StoreMedium, storeContract } from './store-contract.ts';
export { textIndexContract } from './text-index-contract.ts';
export { settle, VirtualClock } from './virtual-clock.ts';

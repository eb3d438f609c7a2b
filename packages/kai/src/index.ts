/** What an agent's author imports: an agent file needs nothing but `kai`. */

export {
  type Address,
  address,
  type ErrorCode,
  type JsonObject,
  type JsonSchema,
  type JsonValue,
  KaiError,
  type Message,
  type MessageContext,
  type Reach,
} from '@kai/protocol';
export {
  type AgentContext,
  type AgentDefinition,
  type AgentState,
  type Answer,
  type CallOptions,
  type Capability,
  defineAgent,
  defineIntent,
  type IntentDefinition,
  type MessageHandling,
  type SendOptions,
  type Timers,
  type TypedIntent,
} from '@kai/runtime';
export type {
  ChatEvent,
  ChatRequest,
  Clock,
  Hit,
  Log,
  ModelCall,
  ModelHealth,
  ModelRuntime,
  ModelTool,
  ModelTurn,
  Passage,
  Random,
  SearchOptions,
  SourceEntry,
  TextIndex,
  Timer,
  TimerRecord,
} from '@kai/runtime/ports';
export { systemClock } from './system/clock.ts';
export { type LogOptions, openLog } from './system/log.ts';
export { systemRandom } from './system/random.ts';

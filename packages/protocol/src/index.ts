/** Words on the wire: addresses, messages, intents, errors, codecs. Pure; runs in a browser. */

export {
  ADDRESS_BYTES_MAX,
  type Address,
  type AdminAddress,
  type AgentAddress,
  AUTHORITY_LABELS_MAX,
  address,
  agentAddress,
  isLabel,
  LABEL_LENGTH_MAX,
  type NodeAddress,
  nodeOf,
  type PolicyChannel,
  parseAddress,
  parsePolicyChannel,
  parseSecretReference,
  parseTarget,
  parseTopic,
  RESERVED_OWNERS,
  type SecretReference,
  type ServiceAddress,
  type Target,
  type Topic,
  target,
  toLabel,
  type VaultAddress,
} from './address.ts';
export { decodeDraft, decodeJson, draftFrom, encodeJson, toWire, type WireMessage } from './codec-json.ts';
export {
  ERRORS,
  type ErrorCode,
  type ErrorPayload,
  isErrorCode,
  KaiError,
  type KaiErrorOptions,
} from './error.ts';
export { type Effect, type IntentDeclaration, isPrimitive, PRIMITIVES, type Primitive } from './intent.ts';
export {
  approximateSize,
  findUnsafe,
  isJsonObject,
  JSON_DEPTH_MAX,
  type JsonObject,
  type JsonValue,
} from './json.ts';
export {
  DELIVERIES,
  type Delivery,
  HOPS_DEFAULT,
  INTENT_LENGTH_MAX,
  isIntentName,
  isMessageId,
  MESSAGE_BYTES_MAX,
  MESSAGE_KINDS,
  type Message,
  type MessageContext,
  type MessageDraft,
  type MessageId,
  type MessageKind,
  PRIORITIES,
  type Priority,
  type RouteNote,
} from './message.ts';
export { type Parsed, type Problem, parsed, problem, quoted } from './parsed.ts';
export {
  type Disconnect,
  type HandoverRequest,
  HEALTHS,
  type Health,
  type Heartbeat,
  type Ping,
  type Pong,
  PRIMITIVE_SCHEMAS,
  type Pulse,
  type RollbackRequest,
  type SnapshotRequest,
} from './primitives.ts';
export { isReach, mayCross, narrower, REACHES, type Reach } from './reach.ts';
export {
  type Admits,
  compileSchema,
  describeMisfits,
  type JsonSchema,
  MISFITS_MAX,
  type Misfit,
  type SchemaSource,
  type StandardJsonSchema,
  toJsonSchema,
  type Validator,
} from './schema.ts';
export { matchesTopic, parseTopicPattern, type TopicPattern } from './topic-pattern.ts';
export { childTraceparent, parseTraceparent, type TraceContext, traceIdOf } from './trace-context.ts';

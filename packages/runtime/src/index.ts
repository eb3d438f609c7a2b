/** A node without I/O: router, registrar, orchestration table, mailboxes, topics, timers, trace. */

export {
  type AgentContext,
  type AgentState,
  CALL_TIMEOUT_MS,
  type CallOptions,
  type Capability,
  CHUNKS_WAITING_MAX,
  type MessageHandling,
  type Sender,
  type SendOptions,
  STATE_KEYS_MAX,
  type Timers,
} from './agents/context.ts';
export {
  type AgentDefinition,
  type Answer,
  defineAgent,
  defineIntent,
  INTENTS_MAX,
  type IntentDefinition,
  MAILBOX_MAX,
  type SnapshotPlan,
  type TypedIntent,
} from './agents/definition.ts';
export type { Client, Subscription } from './client.ts';
export {
  type AgentHandle,
  type KaiNode,
  type NodeOptions,
  type NodePorts,
  type RegisterOptions,
  startNode,
} from './node.ts';
export { chooseModels, type ModelChoice, mayAskAnother } from './prompt/choose-model.ts';
export { type PromptAgentSource, promptAgent } from './prompt/prompt-agent.ts';
export { type LoopEvent, type LoopRequest, ROUNDS_MAX, toolLoop } from './prompt/tool-loop.ts';
export { type IntentTool, TOOLS_MAX, toolsFrom } from './prompt/tools.ts';
export { nearestName } from './router/nearest-name.ts';
export type { Facts } from './table/condition.ts';
export { matchesName, type NamePattern, parseNamePattern } from './table/name-pattern.ts';
export {
  type Action,
  type Match,
  parseRule,
  RULE_SCHEMA,
  RULES_MAX,
  type Rule,
  STRATEGIES,
  type Strategy,
} from './table/rule.ts';

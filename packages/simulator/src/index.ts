/** Real nodes on virtual time, with seeded chance and a simulated disk. */

export type { Invariant, Violation } from './check/violation.ts';
export type {
  Acknowledgement,
  Host,
  HostedAgent,
  HostedNode,
  HostPorts,
  HostStart,
  Submission,
} from './host/host.ts';
export { runtimeHost } from './host/runtime-host.ts';
export type { Minimal, Replay, SimCounts, SimReport } from './report.ts';
export { enumerateCrashPoints, runScenario, type SimOptions } from './run-scenario.ts';
export {
  CHAOS_NAMES,
  type ChaosName,
  type Expectation,
  type Level,
  parseScenario,
  type Scenario,
  type ScenarioAgent,
  type Step,
} from './scenario/scenario.ts';
export { SHRINK_RUNS_MAX } from './shrink.ts';
export type { Resolve } from './world/world.ts';

/** The scenario's own expectations, asked of its agents once the world is healed and quiet. */

import { type JsonValue, KaiError } from '@kai/protocol';
import { nodeOfAgent } from '../plan/plan.ts';
import type { Expectation, Scenario } from '../scenario/scenario.ts';
import { shown, type World } from '../world/world.ts';
import { holds, isEqual } from './match.ts';
import type { Violation } from './violation.ts';

/** How long an agent has for its answer. */
const ANSWER_MS = 30_000;

export async function checkExpectations(scenario: Scenario, world: World): Promise<readonly Violation[]> {
  const violations: Violation[] = [];
  for (const expectation of scenario.expect ?? []) {
    const wrong = await checkOne(scenario, world, expectation);
    if (wrong !== undefined) violations.push({ invariant: 'expect', message: '', text: wrong });
  }
  return violations;
}

async function checkOne(
  scenario: Scenario,
  world: World,
  expectation: Expectation,
): Promise<string | undefined> {
  const { agent, intent, payload = {}, equals, contains } = expectation;
  const asked = `${agent} ${intent}`;
  const answer = await ask(world, nodeOfAgent(scenario, agent), agent, intent, payload);
  if (answer instanceof KaiError) return `${asked} is refused: ${answer.code}: ${answer.message}`;
  if (equals !== undefined && !isEqual(answer, equals)) {
    return `${asked} gives ${shown(answer)} in place of ${shown(equals)}`;
  }
  if (contains !== undefined && !holds(answer, contains)) {
    return `${asked} gives ${shown(answer)}, which does not hold ${shown(contains)}`;
  }
  return undefined;
}

/** Resolves with the refusal, too; time passes until there is an answer. */
async function ask(
  world: World,
  node: string,
  agent: string,
  intent: string,
  payload: JsonValue,
): Promise<JsonValue | KaiError> {
  const hosted = world.nodes.get(node)?.running?.hosted;
  if (hosted === undefined) return new KaiError('UNREACHABLE', `${node} is not up`);
  const late = new KaiError('EXPIRED', `no answer within ${ANSWER_MS} ms`);
  let answer: JsonValue | KaiError | undefined;
  hosted.ask(agent, intent, payload).then(
    (given) => {
      answer = given;
    },
    (error: unknown) => {
      answer = error instanceof KaiError ? error : new KaiError('INTERNAL', String(error));
    },
  );
  await world.run(() => answer !== undefined, world.time.now + ANSWER_MS);
  return answer ?? late;
}

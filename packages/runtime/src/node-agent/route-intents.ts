/** Where messages go, and why: `node.explain` and `node.routes`. */

import { draftFrom, type JsonObject, type JsonValue, KaiError, type Message } from '@kai/protocol';
import { defineIntent, type IntentDefinition } from '../agents/definition.ts';
import { describeRule } from './describe-rule.ts';
import { jsonOf } from './json-of.ts';
import type { NodeView } from './node-view.ts';

export function routeIntents(view: NodeView): Record<string, IntentDefinition> {
  return {
    'node.explain': defineIntent({
      summary: 'Where a message would go, and why.',
      handler: (draft, { message }) => explain(view, draft, message),
    }),
    'node.routes': defineIntent({
      summary: 'The rules of the orchestration table.',
      handler: () => ({ version: view.table.version, rules: jsonOf(view.table.rules.map(describeRule)) }),
    }),
  };
}

function explain(view: NodeView, draft: JsonValue, asked: Message): JsonValue {
  const parsed = draftFrom((draft ?? {}) as JsonObject);
  if (!parsed.ok) throw new KaiError('INVALID_PAYLOAD', parsed.problem.message);
  const { to, intent, payload = null, context = {}, priority = 'normal' } = parsed.value;
  if (typeof to === 'string') throw new KaiError('INVALID_PAYLOAD', 'to: not parsed');
  const message = { to, intent, payload, context, priority, from: asked.from };
  const steps = view.table.explain(message, view.circumstances);
  const rule = view.table.match(message, view.circumstances);
  return jsonOf({
    rule: rule?.name ?? 'address',
    action: rule === undefined ? { to: to.text } : describeRule(rule),
    targets: view.router.receivers(to, rule?.action),
    steps: [
      ...steps,
      ...(rule === undefined
        ? [{ rule: 'address', matched: true, why: 'no rule matches: the address decides' }]
        : []),
    ],
  });
}

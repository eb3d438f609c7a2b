/** The `routes:` of `kai.yaml` as rules of the orchestration table, parsed by the table itself. */

import type { JsonObject, JsonValue } from '@kai/protocol';
import { parseRule, type Rule } from '@kai/runtime';
import type { Refuse } from './config-from.ts';
import { partsOf } from './json-pointer.ts';

export function rulesFrom(body: JsonObject, refuse: Refuse): readonly Rule[] {
  const routes = (body.routes ?? []) as readonly JsonValue[];
  const names = new Set<string>();
  const rules: Rule[] = [];
  for (const [index, route] of routes.entries()) {
    const parsed = parseRule(route, index);
    if (!parsed.ok) {
      for (const { path, message } of parsed.misfits)
        refuse([...['routes', index], ...partsOf(path)], message);
      continue;
    }
    const { name } = parsed.rule;
    if (names.has(name)) refuse(['routes', index], `another rule is named ${name} already; names are unique`);
    names.add(name);
    rules.push(parsed.rule);
  }
  return rules;
}

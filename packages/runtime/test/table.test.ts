import { address, type JsonObject, type JsonValue, PRIORITIES, target } from '@kai/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { firstUnmet, meets } from '../src/table/condition.ts';
import { withinDayTime } from '../src/table/day-time.ts';
import { matchesName } from '../src/table/name-pattern.ts';
import { parseRule, RULES_MAX, type Rule } from '../src/table/rule.ts';
import { type Circumstances, type MatchedMessage, OrchestrationTable } from '../src/table/table.ts';

function rule(source: object): Rule {
  const outcome = parseRule(source as JsonValue, 0);
  if (!outcome.ok) throw new Error(JSON.stringify(outcome.misfits));
  return outcome.rule;
}

function circumstances(
  facts: Record<string, string | number | boolean>,
  day = 1,
  minute = 720,
): Circumstances {
  return { facts: () => facts, moment: () => ({ day, minute }) };
}

const NOON = circumstances({ load: 0.1 });

function message(
  changes: Partial<Record<'from' | 'to' | 'intent', string>> & Partial<MatchedMessage> = {},
): MatchedMessage {
  const {
    from = 'kai://alice.hub.kai',
    to = 'kai://agent.notes',
    ...rest
  } = changes as Record<string, never>;
  return {
    intent: 'notes.add',
    payload: { text: 'milk' },
    context: {},
    priority: 'normal',
    ...rest,
    from: address(from),
    to: target(to),
  };
}

function table(...rules: Rule[]): OrchestrationTable {
  const made = new OrchestrationTable();
  made.replace(rules);
  return made;
}

/** What the specification says, without a cache. */
function naive(rules: readonly Rule[], m: MatchedMessage, now: Circumstances): string | undefined {
  return rules.find(({ match, action }) => {
    const size = JSON.stringify(m.payload).length;
    return (
      (match.from === undefined || matchesName(match.from, m.from.text)) &&
      (match.to === undefined || matchesName(match.to, m.to.text)) &&
      (match.intent === undefined || matchesName(match.intent, m.intent)) &&
      (match.priority === undefined || match.priority.includes(m.priority)) &&
      Object.entries(match.context ?? {}).every(([key, value]) => m.context[key] === value) &&
      (match.bytes === undefined || meets(size, match.bytes)) &&
      (match.time === undefined || withinDayTime(match.time, now.moment())) &&
      (match.facts === undefined || firstUnmet(now.facts(), match.facts) === undefined) &&
      (action.kind !== 'hold' || firstUnmet(now.facts(), action.until) !== undefined)
    );
  })?.name;
}

describe('the orchestration table', () => {
  it('lets the first rule that matches decide', () => {
    const rules = table(
      rule({ name: 'lists', match: { intent: 'notes.list' }, reject: 'no' }),
      rule({ name: 'notes', match: { intent: 'notes.*' }, reject: 'no' }),
      rule({ name: 'all', match: {}, reject: 'no' }),
    );
    expect(rules.match(message(), NOON)?.name).toBe('notes');
    expect(rules.match(message({ intent: 'notes.list' }), NOON)?.name).toBe('lists');
    expect(rules.match(message({ intent: 'other' }), NOON)?.name).toBe('all');
    expect(table().match(message(), NOON)).toBeUndefined();
  });

  it.each<[string, object, MatchedMessage, Circumstances, boolean]>([
    ['from', { from: 'kai://bob.>' }, message(), NOON, false],
    ['priority', { priority: ['high', 'critical'] }, message({ priority: 'high' }), NOON, true],
    ['priority', { priority: ['high', 'critical'] }, message(), NOON, false],
    ['context', { context: { session: 's1' } }, message({ context: { session: 's1' } }), NOON, true],
    ['context', { context: { session: 's1' } }, message({ context: { session: 's2' } }), NOON, false],
    ['bytes', { bytes: '> 10' }, message(), NOON, true],
    ['bytes in UTF-8', { bytes: '>= 11' }, message({ payload: 'äöü€' }), NOON, true],
    ['bytes in UTF-8', { bytes: '> 11' }, message({ payload: 'äöü€' }), NOON, false],
    ['time', { time: '22:00-07:00' }, message(), NOON, false],
    ['time', { time: '22:00-07:00' }, message(), circumstances({}, 2, 60), true],
    ['facts', { facts: { load: '< 0.5' } }, message(), NOON, true],
    ['facts', { facts: { battery: '< 20' } }, message(), NOON, false],
  ])('matches by %s: %j', (_, match, asked, now, expected) => {
    expect(table(rule({ name: 'r', match, reject: 'no' })).match(asked, now) !== undefined).toBe(expected);
  });

  it('holds only as long as there is something to wait for', () => {
    const rules = table(rule({ name: 'wait', hold: { until: { online: true } } }));
    expect(rules.match(message(), circumstances({ online: false }))?.name).toBe('wait');
    expect(rules.match(message(), circumstances({ online: true }))).toBeUndefined();
  });

  it('takes new rules with the next message, also for a pair that it remembers', () => {
    const rules = table(rule({ name: 'old', reject: 'no' }));
    expect(rules.match(message(), NOON)?.name).toBe('old');
    rules.replace([rule({ name: 'new', reject: 'no' })]);
    expect(rules.match(message(), NOON)?.name).toBe('new');
    expect(rules.version).toBe(2);
  });

  it('keeps the old rules when new ones are wrong', () => {
    const rules = table(rule({ name: 'old', reject: 'no' }));
    const twice = [rule({ name: 'x', reject: 'a' }), rule({ name: 'x', reject: 'b' })];
    expect(() => rules.replace(twice)).toThrow(/two rules are named x/);
    const many = Array.from({ length: RULES_MAX + 1 }, (_, n) => rule({ name: `r${n}`, reject: 'no' }));
    expect(() => rules.replace(many)).toThrow(/at most 1000 rules/);
    expect(rules.rules.map(({ name }) => name)).toEqual(['old']);
    expect(rules.version).toBe(1);
  });

  it('says why each rule does not match, and stops at the one that does', () => {
    const rules = table(
      rule({ name: 'a', match: { to: 'kai://agent.other' }, reject: 'x' }),
      rule({ name: 'b', match: { facts: { battery: '< 20' } }, reject: 'x' }),
      rule({ name: 'c', match: { intent: 'notes.>' }, reject: 'x' }),
      rule({ name: 'd', reject: 'x' }),
    );
    expect(rules.explain(message(), circumstances({ battery: 80 }))).toEqual([
      { rule: 'a', matched: false, why: 'to is not kai://agent.other' },
      { rule: 'b', matched: false, why: 'battery is 80' },
      { rule: 'c', matched: true, why: 'everything it asks for holds' },
    ]);
  });

  it('forgets what it remembers rather than grow without end', () => {
    const rules = table(rule({ name: 'r', match: { intent: 'a.*' }, reject: 'x' }));
    for (let n = 0; n < 25_000; n += 1) {
      expect(rules.match(message({ intent: `a.b${n}` }), NOON)?.name).toBe('r');
    }
  });

  const name = fc.constantFrom('a', 'b', 'a.a', 'a.b', 'b.a');
  const namePattern = fc.constantFrom('a', '*', '>', 'a.*', '*.a', 'a.>');
  const maybe = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined, freq: 2 });
  const match = fc.record({
    from: maybe(namePattern.map((text) => `kai://${text}`)),
    to: maybe(namePattern.map((text) => `kai://agent.${text}`)),
    intent: maybe(namePattern),
    priority: maybe(fc.subarray([...PRIORITIES], { minLength: 1 })),
    context: maybe(fc.constantFrom<JsonObject>({ key: 'x' }, { key: 'y', session: 's' })),
    bytes: maybe(fc.constantFrom('> 3', '<= 3', '< 10')),
    time: maybe(fc.constantFrom('00:00-12:00', '22:00-07:00', 'mon 00:00-24:00')),
    facts: maybe(fc.constantFrom({ load: '> 0.5' }, { load: '< 0.9', on: true })),
  });
  const action = fc.constantFrom<object>(
    { reject: 'no' },
    { service: 's' },
    { hold: { until: { on: true } } },
  );
  const someMessage = fc
    .record({
      from: name.map((text) => `kai://x.${text}`),
      to: name.map((text) => `kai://agent.${text}`),
      intent: name,
      payload: fc.constantFrom<JsonValue>('', 'long enough', { a: 1 }),
      context: fc.constantFrom<JsonObject>({}, { key: 'x' }, { key: 'y', session: 's' }),
      priority: fc.constantFrom(...PRIORITIES),
    })
    .map((parts) => message(parts as never));
  const now = fc
    .record({ load: fc.constantFrom(0.1, 0.6, 0.95), on: fc.boolean(), day: fc.nat(6), minute: fc.nat(1439) })
    .map(({ day, minute, ...facts }) => circumstances(facts, day, minute));

  it('agrees with a plain evaluation, asked once or often, and explains just what it decides', () => {
    const rules = fc.array(fc.tuple(match, action), { maxLength: 8 });
    fc.assert(
      fc.property(rules, fc.array(fc.tuple(someMessage, now), { maxLength: 20 }), (sources, asked) => {
        const parsed = sources.map(([m, a], n) =>
          rule(JSON.parse(JSON.stringify({ name: `r${n}`, match: m, ...a }))),
        );
        const made = table(...parsed);
        for (const [m, at] of [...asked, ...asked]) {
          const decided = made.match(m, at)?.name;
          expect(decided).toBe(naive(parsed, m, at));
          const steps = made.explain(m, at);
          expect(steps.find(({ matched }) => matched)?.rule).toBe(decided);
          expect(steps.map(({ rule: r }) => r)).toEqual(parsed.slice(0, steps.length).map((r) => r.name));
        }
      }),
      { numRuns: 200 },
    );
  });
});

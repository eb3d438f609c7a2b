/** What holds for every configuration, and for every text that is none. */

import { readFile } from 'node:fs/promises';
import { compileSchema, isJsonObject, type JsonObject, type JsonValue } from '@kai/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { checkValue } from '../../src/config/check.ts';
import { printFaults } from '../../src/config/fault.ts';
import { nearest } from '../../src/config/nearest.ts';
import { CONFIG_SCHEMA } from '../../src/config/schema.ts';
import { configOf } from './config-of.ts';

const junk = fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<JsonValue>;

/** Values that fit a key, and some that nearly do. */
const near = {
  owner: fc.constantFrom('ada', 'Ada', '', '-a', 'a'.repeat(64)),
  device: fc.constantFrom('hub', 'h u b'),
  topology: fc.constantFrom('local', 'mesh'),
  data: fc.constantFrom('.kai', ''),
  reach: fc.constantFrom('device', 'public', 'moon'),
  gateway: fc.record({ port: fc.oneof(fc.integer({ min: -1, max: 70_000 }), fc.double()) }),
  agents: fc.array(
    fc.oneof(
      fc.record(
        { file: fc.constantFrom('a.ts', ''), name: fc.constantFrom('x', 'x.y', 'X') },
        { requiredKeys: [] },
      ),
      fc.record({ use: fc.constantFrom('kai-core', 'core'), settings: junk }, { requiredKeys: ['use'] }),
      fc.record(
        {
          name: fc.constantFrom('p', 'p p'),
          prompt: fc.string(),
          intents: fc.array(fc.constantFrom('a.b', 'a b')),
        },
        { requiredKeys: ['prompt'] },
      ),
    ),
    { maxLength: 3 },
  ),
  routes: fc.array(
    fc.record({ name: fc.string(), match: junk, to: fc.string(), strategy: junk }, { requiredKeys: [] }),
    {
      maxLength: 3,
    },
  ),
  models: fc.oneof(
    fc.constantFrom('none', 'all'),
    fc.array(
      fc.record(
        {
          kind: fc.constantFrom('ollama', 'openai-compatible', 'x'),
          url: fc.constantFrom('http://127.0.0.1:1', 'ftp://x'),
          name: fc.constantFrom('a', 'A'),
          model: fc.string(),
          reach: fc.constantFrom('lan', 'x'),
        },
        { requiredKeys: ['kind'] },
      ),
      { maxLength: 2 },
    ),
  ),
  journal: fc.constantFrom('durable', 'all', 'none'),
  trace: fc.record({ entries: fc.integer({ min: -1, max: 2_000_000 }) }),
  retention: fc.record(
    { entries: fc.nat(), days: fc.double({ noNaN: true, noDefaultInfinity: true }) },
    { requiredKeys: [] },
  ),
};
/** Values that fit. */
const sound = {
  owner: fc.constantFrom('ada', 'b-1'),
  reach: fc.constantFrom('device', 'public'),
  gateway: fc.record({ port: fc.integer({ min: 0, max: 65_535 }) }),
  agents: fc.array(
    fc.oneof(
      fc.record(
        { file: fc.constant('a.ts'), settings: fc.dictionary(fc.string(), junk) },
        { requiredKeys: ['file'] },
      ),
      fc.record({ name: fc.constant('p'), prompt: fc.constant('Be kind.'), intents: fc.constant(['a.b']) }),
    ),
  ),
  routes: fc.array(fc.record({ match: fc.constantFrom({}, { intent: 'a.*' }), reject: fc.constant('no') })),
  models: fc.oneof(
    fc.constant('none'),
    fc.array(fc.record({ kind: fc.constant('ollama') }), { maxLength: 2 }),
  ),
  retention: fc.record({ days: fc.integer({ min: 0, max: 100 }) }, { requiredKeys: [] }),
};
const config = fc.oneof(
  junk,
  fc.record(sound, { requiredKeys: [] }),
  fc.record(near, { requiredKeys: [] }),
  fc
    .tuple(fc.record(near, { requiredKeys: [] }), fc.dictionary(fc.string(), junk, { maxKeys: 1 }))
    .map(([known, unknown]) => ({ ...unknown, ...known })),
) as fc.Arbitrary<JsonValue>;

describe('the schema of kai.yaml', () => {
  const validate = compileSchema(CONFIG_SCHEMA);

  it('is explained by the same verdicts as a validator gives', () => {
    const both = { admitted: 0, refused: 0 };
    fc.assert(
      fc.property(config, (value) => {
        const admitted = validate(value) === undefined;
        both[admitted ? 'admitted' : 'refused'] += 1;
        expect(checkValue(CONFIG_SCHEMA, value).length === 0).toBe(admitted);
      }),
      { numRuns: 2_000 },
    );
    expect(both.admitted).toBeGreaterThan(200);
    expect(both.refused).toBeGreaterThan(200);
  });

  it('is written to kai.schema.json', async () => {
    const written = await readFile(new URL('../../kai.schema.json', import.meta.url), 'utf8');
    expect(JSON.parse(written), 'stale; run: npm run schema').toEqual(
      JSON.parse(JSON.stringify(CONFIG_SCHEMA)),
    );
  });

  it('explains every key', () => {
    const silent: string[] = [];
    const walk = (schema: JsonValue | undefined, path: string): void => {
      if (!isJsonObject(schema)) return;
      for (const [key, member] of Object.entries((schema.properties ?? {}) as JsonObject)) {
        const place = `${path}.${key}`;
        if (isJsonObject(member) && member.description === undefined && member.const === undefined)
          silent.push(place);
        walk(member, place);
      }
      for (const branch of [schema.items, ...((schema.anyOf ?? []) as readonly JsonValue[])])
        walk(branch, path);
    };
    // The table's own schema is the runtime's.
    walk(
      {
        ...CONFIG_SCHEMA,
        properties: { ...(CONFIG_SCHEMA.properties as JsonObject), routes: { description: '' } },
      },
      '',
    );
    expect(silent).toEqual([]);
  });
});

describe('reading kai.yaml', () => {
  it('never fails otherwise than by telling what is wrong, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        const outcome = configOf(bytes);
        if (!outcome.ok) expect(printFaults(outcome.faults)).not.toBe('');
      }),
      { numRuns: 1_000 },
    );
  });

  it('nor whatever the YAML', () => {
    const piece = fc.constantFrom(
      ...[
        'owner',
        ': ',
        '\n',
        '  ',
        '- ',
        '{',
        '}',
        '[',
        ']',
        '&a ',
        '*a',
        '|',
        '>',
        '"',
        "'",
        '#',
        '? ',
        '!t ',
        '---\n',
        '\t',
        ',',
        '0',
        'agents',
        '\r',
        '%',
        '<<',
        '~',
      ],
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        const outcome = configOf(pieces.join(''));
        if (!outcome.ok) expect(printFaults(outcome.faults)).not.toBe('');
      }),
      { numRuns: 3_000 },
    );
  });

  it('nor whatever the values, and every fault has its place in the file', () => {
    fc.assert(
      fc.property(config, (value) => {
        const outcome = configOf(stringify(value, { aliasDuplicateObjects: false }));
        if (outcome.ok) return;
        for (const { position, line } of outcome.faults) {
          expect(position?.column).toBeLessThanOrEqual((line ?? '').length + 1);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('takes time in proportion to the size, whatever is repeated', () => {
    const keys = Array.from({ length: 20_000 }, (_, index) => `k${index}: 1`).join('\n');
    for (const text of [
      '['.repeat(200_000),
      '- \n'.repeat(60_000),
      '{a: '.repeat(50_000),
      '? '.repeat(100_000),
      keys,
    ]) {
      expect(configOf(text).ok).toBe(false);
    }
  });
});

describe('the nearest word', () => {
  it('is the word itself when it is known', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.stringMatching(/^[a-z]{1,20}$/), { minLength: 1 }), (words) => {
        for (const word of words) expect(nearest(word, words)).toBe(word);
      }),
    );
  });

  it('is found through one slip, and not through many', () => {
    expect(nearest('gatway', ['gateway', 'data'])).toBe('gateway');
    expect(nearest('agetns', ['agents', 'data'])).toBe('agents');
    expect(nearest('xyz', ['data', 'trace'])).toBeUndefined();
    expect(nearest('x'.repeat(1000), ['x'.repeat(999)])).toBeUndefined();
  });
});

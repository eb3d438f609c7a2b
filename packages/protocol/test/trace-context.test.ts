/** Trace context: every vector, and that a trace keeps its id (W3C Trace Context, level 1). */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { childTraceparent, isMessageId, parseTraceparent, traceIdOf } from '../src/index.ts';
import { messageIds } from './arbitraries.ts';
import { readVectors } from './vectors.ts';

interface TraceCase {
  readonly note: string;
  readonly text: string;
  readonly valid?: object;
}
interface ChildCase {
  readonly note: string;
  readonly id: string;
  readonly given: string | null;
  readonly trace: string;
  readonly child: string;
}

const vectors = readVectors<{ cases: TraceCase[]; children: ChildCase[] }>('traceparent.json');

describe('the vectors of trace contexts', () => {
  it.each(vectors.cases)('$note', ({ text, valid }) => expect(parseTraceparent(text)).toEqual(valid));

  it.each(vectors.children)('$note', ({ id, given, trace, child }) => {
    if (!isMessageId(id)) expect.fail('no id');
    expect(traceIdOf(id, given ?? undefined)).toBe(trace);
    expect(childTraceparent(id, given ?? undefined)).toBe(child);
  });
});

describe('a trace', () => {
  it('keeps its id and its sampling over any number of messages', () => {
    fc.assert(
      fc.property(fc.array(messageIds, { minLength: 2, maxLength: 6 }), fc.boolean(), (ids, sampled) => {
        const [first, ...rest] = ids;
        if (first === undefined) return;
        const start = childTraceparent(first, undefined).replace(/..$/, sampled ? '01' : '00');
        const last = rest.reduce((given, id) => childTraceparent(id, given), start);
        const traceId = first.replaceAll('-', '');
        expect(parseTraceparent(last)).toMatchObject({ traceId, sampled });
      }),
    );
  });

  it('any text is a trace context or nothing', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'0af-A\n'), maxLength: 60 }), (text) => {
        const found = parseTraceparent(text);
        expect(found === undefined || /^[0-9a-f]{32}$/.test(found.traceId)).toBe(true);
      }),
    );
  });
});

/** The frames of clients: what is right comes out as it was meant, and nothing whatever makes the parser fail. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseFrame } from '../../src/gateway/frames.ts';
import { REQUEST_TIMEOUT_MS_MAX } from '../../src/gateway/request-body.ts';

const ref = fc.string({ minLength: 1, maxLength: 64 });

describe('a frame', () => {
  it('comes out as it was meant', () => {
    const message = fc.record({
      to: fc.constant('kai://agent.notes'),
      intent: fc.constant('notes.list'),
      payload: fc.jsonValue({ maxDepth: 4 }),
    });
    const timeoutMs = fc.integer({ min: 1, max: REQUEST_TIMEOUT_MS_MAX });
    const request = fc.record({ op: fc.constant('request'), ref, message, timeoutMs });
    fc.assert(
      fc.property(request, (frame) => {
        const parsed = parseFrame(JSON.stringify(frame));
        fc.pre(parsed.ok || !parsed.message.includes('__proto__'));
        expect(parsed).toMatchObject({
          ok: true,
          frame: { op: 'request', ref: frame.ref, timeoutMs: frame.timeoutMs },
        });
        if (parsed.ok && parsed.frame.op === 'request') {
          expect(parsed.frame.draft.payload).toEqual(JSON.parse(JSON.stringify(frame.message.payload)));
        }
      }),
    );
  });

  it('is refused, not run, when its op has a toString of its own', () => {
    expect(parseFrame('{"op":{"toString":false},"ref":"1"}').ok).toBe(false);
  });

  it('is a frame or a refusal that can be told, whatever the text', () => {
    const nearly = fc.record(
      {
        op: fc.oneof(fc.constantFrom('request', 'cancel', 'subscribe', 'unsubscribe'), fc.jsonValue()),
        ref: fc.oneof(ref, fc.jsonValue()),
        message: fc.jsonValue(),
        topic: fc.oneof(fc.constantFrom('tasks:a.>', 'tasks:>.a'), fc.jsonValue()),
        timeoutMs: fc.jsonValue(),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          nearly.map((frame) => JSON.stringify(frame)),
        ),
        (text) => {
          const parsed = parseFrame(text);
          if (!parsed.ok) expect(parsed.message).not.toBe('');
        },
      ),
      { numRuns: 2_000 },
    );
  });
});

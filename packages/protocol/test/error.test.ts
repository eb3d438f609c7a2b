/** The error catalogue is frozen, its page is current, and an error survives the wire. */

import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { errorPage } from '../../../scripts/write-error-docs.ts';
import { ERRORS, type ErrorCode, isErrorCode, KaiError } from '../src/index.ts';
import { jsonValues } from './arbitraries.ts';
import { readVectors } from './vectors.ts';

const codes = Object.keys(ERRORS).filter(isErrorCode);

describe('the catalogue', () => {
  it('is the one that was frozen', () => {
    const { cases } = readVectors<{ cases: object[] }>('errors.json');
    const actual = Object.entries(ERRORS).map(([code, { number, retryable }]) => ({
      code,
      number,
      retryable,
    }));
    expect(actual).toEqual(cases);
  });

  it('is what docs/errors.md says; otherwise run `node scripts/write-error-docs.ts`', () => {
    const page = readFileSync(new URL('../../../docs/errors.md', import.meta.url), 'utf8');
    expect(page).toBe(errorPage());
  });

  it('has no code that objects have by themselves', () => {
    expect(['toString', 'constructor', '__proto__', 'not_found', '', 4, null].some(isErrorCode)).toBe(false);
  });
});

describe('KaiError', () => {
  it('takes from the catalogue whether to try again, unless told', () => {
    for (const code of codes) {
      expect(new KaiError(code, 'x').retryable).toBe(ERRORS[code].retryable);
      expect(new KaiError(code, 'x', { retryable: !ERRORS[code].retryable }).retryable).toBe(
        !ERRORS[code].retryable,
      );
    }
  });

  it('keeps its cause, and does not send it', () => {
    const cause = new Error('disk');
    const error = new KaiError('UNAVAILABLE', 'no room', { cause });
    expect(error.cause).toBe(cause);
    expect(JSON.stringify(error.toPayload())).not.toContain('disk');
  });

  it('comes out of a payload as it went in', () => {
    const code: fc.Arbitrary<ErrorCode> = fc.constantFrom(...codes);
    const details = fc.option(fc.dictionary(fc.string(), fc.integer()), { nil: undefined });
    fc.assert(
      fc.property(
        code,
        fc.string(),
        fc.boolean(),
        fc.string(),
        details,
        (name, message, retryable, at, more) => {
          const options = more === undefined ? { retryable, at } : { retryable, at, details: more };
          const payload = new KaiError(name, message, options).toPayload();
          expect(KaiError.fromPayload(JSON.parse(JSON.stringify(payload))).toPayload()).toEqual(
            JSON.parse(JSON.stringify(payload)),
          );
        },
      ),
    );
  });

  it('any payload is an error; one without a code of the catalogue is INTERNAL', () => {
    fc.assert(fc.property(jsonValues, (payload) => KaiError.fromPayload(payload).code === 'INTERNAL'));
    expect(KaiError.fromPayload({ code: 'NO_ROUTE' })).toMatchObject({
      message: ERRORS.NO_ROUTE.meaning,
      retryable: false,
    });
  });
});

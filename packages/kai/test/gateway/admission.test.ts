/** Who may: every kind of request, and the one decision about it. */

import { describe, expect, it } from 'vitest';
import { type Admission, admit, type Visit } from '../../src/gateway/admission.ts';
import { sessionOf } from '../../src/gateway/token.ts';

const TOKEN = 'T'.repeat(43);
const OWN = { port: 5240, token: TOKEN };
const SESSION = sessionOf(TOKEN);

function verdict(visit: Partial<Visit>): Admission['kind'] {
  const nothing = { origin: undefined, fetchSite: undefined, authorization: undefined, session: undefined };
  return admit({ api: true, host: '127.0.0.1:5240', ...nothing, ...visit }, OWN).kind;
}

const origin = 'http://127.0.0.1:5240';
const authorization = `Bearer ${TOKEN}`;

const CASES: readonly (readonly [string, Partial<Visit>, Admission['kind']])[] = [
  ['the token', { authorization }, 'token'],
  ['the token, in lower-case scheme', { authorization: `bearer ${TOKEN}` }, 'token'],
  ['the token from the window', { authorization, origin, fetchSite: 'same-origin' }, 'token'],
  ['the token by the name localhost', { authorization, host: 'localhost:5240' }, 'token'],
  ['a session with its origin', { session: SESSION, origin }, 'session'],
  ['a session with same-origin', { session: SESSION, fetchSite: 'same-origin' }, 'session'],
  ['a session with both', { session: SESSION, origin, fetchSite: 'same-origin' }, 'session'],
  ['nothing', {}, 'unknown'],
  ['a wrong token', { authorization: `Bearer ${'U'.repeat(43)}` }, 'unknown'],
  ['a longer token', { authorization: `${authorization}T` }, 'unknown'],
  ['an empty token', { authorization: 'Bearer ' }, 'unknown'],
  ['another scheme', { authorization: `Basic ${TOKEN}` }, 'unknown'],
  [
    'a wrong token beside a right session',
    { authorization: 'Bearer x', session: SESSION, origin },
    'unknown',
  ],
  ['the token as a session', { session: TOKEN, origin }, 'unknown'],
  ['a session as a token', { authorization: `Bearer ${SESSION}` }, 'unknown'],
  ['a session of another token', { session: sessionOf('U'.repeat(43)), origin }, 'unknown'],
  ['a session alone', { session: SESSION }, 'unknown'],
  ['a session that someone typed into the address bar', { session: SESSION, fetchSite: 'none' }, 'unknown'],
  ['no host', { authorization, host: undefined }, 'forbidden'],
  ['a foreign host (DNS rebinding)', { authorization, host: 'evil.example:5240' }, 'forbidden'],
  [
    'a foreign host of the same beginning',
    { authorization, host: '127.0.0.1:5240.evil.example' },
    'forbidden',
  ],
  ['another port', { authorization, host: '127.0.0.1:5241' }, 'forbidden'],
  ['no port', { authorization, host: '127.0.0.1' }, 'forbidden'],
  ['another loopback address', { authorization, host: '127.0.0.2:5240' }, 'forbidden'],
  ['a foreign origin', { session: SESSION, origin: 'https://evil.example' }, 'forbidden'],
  ['a foreign origin with the token', { authorization, origin: 'https://evil.example' }, 'forbidden'],
  ['the origin null', { authorization, origin: 'null' }, 'forbidden'],
  ['the origin by another name', { session: SESSION, origin: 'http://localhost:5240' }, 'forbidden'],
  ['the origin by another scheme', { session: SESSION, origin: 'https://127.0.0.1:5240' }, 'forbidden'],
  ['the origin of another port', { session: SESSION, origin: 'http://127.0.0.1:3000' }, 'forbidden'],
  ['another site', { session: SESSION, fetchSite: 'cross-site' }, 'forbidden'],
  ['another port of this site', { session: SESSION, fetchSite: 'same-site' }, 'forbidden'],
  ['another site with the token', { authorization, fetchSite: 'cross-site' }, 'forbidden'],
  ['a file of the window', { api: false }, 'open'],
  ['a link to the window from elsewhere', { api: false, fetchSite: 'cross-site' }, 'open'],
  ['a file for a foreign page', { api: false, origin: 'https://evil.example' }, 'forbidden'],
  ['a file by a foreign name', { api: false, host: 'evil.example:5240' }, 'forbidden'],
];

describe('a request to the gateway', () => {
  it.each(CASES)('with %s', (_name, visit, kind) => {
    expect(verdict(visit)).toBe(kind);
  });
});

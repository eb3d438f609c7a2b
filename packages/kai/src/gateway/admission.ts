/**
 * Who may: one pure decision about every request to the gateway, before anything else looks at it.
 *
 * - `Host` must be the gateway's own, which defeats DNS rebinding: a foreign name that leads here keeps its name.
 * - `Origin`, where it is sent, must be the gateway's own, so no page elsewhere can send or listen.
 * - The API takes the token, or the cookie of a session together with a sign that the window itself asks.
 *
 * The window's files are no secret and need neither token nor cookie.
 */

import { sameSecret, sessionOf } from './token.ts';

export const SESSION_COOKIE = 'kai_session';

/** What is looked at; absent headers are undefined. */
export interface Visit {
  /** Whether it asks for the API, or for a file of the window. */
  readonly api: boolean;
  readonly host: string | undefined;
  readonly origin: string | undefined;
  /** `Sec-Fetch-Site`: browsers send it, pages cannot change it. */
  readonly fetchSite: string | undefined;
  readonly authorization: string | undefined;
  /** The value of {@link SESSION_COOKIE}. */
  readonly session: string | undefined;
}

export interface Own {
  readonly port: number;
  readonly token: string;
}

export type Admission =
  | { readonly kind: 'open' }
  | { readonly kind: 'token' }
  | { readonly kind: 'session' }
  | { readonly kind: 'forbidden'; readonly why: string }
  | { readonly kind: 'unknown'; readonly why: string };

export function admit(visit: Visit, own: Own): Admission {
  const { host, origin, fetchSite } = visit;
  if (host === undefined || !ownHosts(own.port).includes(host)) {
    return {
      kind: 'forbidden',
      why: `this gateway answers to 127.0.0.1:${own.port} and localhost:${own.port} only`,
    };
  }
  if (origin !== undefined && origin !== `http://${host}`) {
    return { kind: 'forbidden', why: 'pages from elsewhere may not use this gateway' };
  }
  if (!visit.api) return { kind: 'open' };
  if (fetchSite !== undefined && fetchSite !== 'same-origin' && fetchSite !== 'none') {
    return { kind: 'forbidden', why: 'pages from elsewhere may not use this gateway' };
  }
  return identify(visit, own);
}

function identify(visit: Visit, own: Own): Admission {
  const { authorization, session, origin, fetchSite } = visit;
  if (authorization !== undefined) {
    const [, given = ''] = /^Bearer ([A-Za-z0-9_-]{1,128})$/i.exec(authorization) ?? [];
    return sameSecret(given, own.token)
      ? { kind: 'token' }
      : { kind: 'unknown', why: 'this is not the token' };
  }
  if (session === undefined) {
    return {
      kind: 'unknown',
      why: 'open the link that kai up printed, or send Authorization: Bearer <token>',
    };
  }
  if (!sameSecret(session, sessionOf(own.token))) {
    return { kind: 'unknown', why: 'this session has ended; open the link that kai up printed' };
  }
  if (origin === undefined && fetchSite !== 'same-origin') {
    return { kind: 'unknown', why: 'a cookie counts only together with Origin or Sec-Fetch-Site' };
  }
  return { kind: 'session' };
}

function ownHosts(port: number): readonly string[] {
  return [`127.0.0.1:${port}`, `localhost:${port}`];
}

/** One thing that was looked at: how it is, what that means, and what to do about it. */

export interface Finding {
  readonly verdict: 'ok' | 'warn' | 'fail';
  readonly subject: string;
  /** What was found and what it means. */
  readonly what: string;
  /** What to do; only where something is to be done. */
  readonly todo?: string;
}

export function ok(subject: string, what: string): Finding {
  return { verdict: 'ok', subject, what };
}

export function warn(subject: string, what: string, todo: string): Finding {
  return { verdict: 'warn', subject, what, todo };
}

export function fail(subject: string, what: string, todo: string): Finding {
  return { verdict: 'fail', subject, what, todo };
}

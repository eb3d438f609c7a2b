/**
 * What a stand-in for a model server answers, step by step, whichever API it speaks.
 *
 * A script that ends without an `end` is an answer that was cut, with the connection closed properly.
 */

import type { JsonObject, JsonValue } from '@kai/protocol';

export type ScriptStep =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'call'; readonly id?: string; readonly tool: string; readonly args: JsonObject }
  /** Whether there were calls the stand-in knows itself. */
  | { readonly kind: 'end'; readonly reason?: 'stop' | 'length'; readonly tokens?: number }
  /** An error in the midst of the answer, in the server's own form. */
  | { readonly kind: 'error'; readonly message: string }
  /** Written as it is. */
  | { readonly kind: 'raw'; readonly text: string }
  | { readonly kind: 'wait'; readonly until: Promise<unknown> }
  /** Says nothing until the client leaves. */
  | { readonly kind: 'hang' }
  /** Breaks the connection. */
  | { readonly kind: 'cut' }
  /** Instead of an answer; only as the first step. Without a body the server's own form of `message`. */
  | {
      readonly kind: 'refuse';
      readonly status: number;
      readonly message?: string;
      readonly body?: string;
      readonly headers?: Readonly<Record<string, string>>;
    };

export interface RecordedRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** Parsed; nothing when there was none or it was no JSON. */
  readonly body: JsonValue | undefined;
}

export type Script = (request: RecordedRequest) => Iterable<ScriptStep>;

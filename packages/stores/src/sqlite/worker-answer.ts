/**
 * The database thread's side of a call: each request is answered once, in the order of arrival, by a synchronous
 * function of its name. What it throws travels as a code and a sentence, because errors lose their class between
 * threads.
 */

import { parentPort } from 'node:worker_threads';
import type { ErrorCode } from '@kai/protocol';
import { diskError } from './disk-error.ts';

/** What a database thread can be asked. Answers must survive structured cloning. */
export type Calls = Record<string, (...args: never[]) => unknown>;

export interface Request {
  readonly ref: number;
  readonly name: string;
  readonly args: readonly unknown[];
}

export interface Refusal {
  readonly code: ErrorCode;
  readonly message: string;
}

export type Answer =
  | { readonly kind: 'answer'; readonly ref: number; readonly value: unknown }
  | { readonly kind: 'refusal'; readonly ref: number; readonly refusal: Refusal }
  /** Something that a person should know, for the log; answers nothing. */
  | { readonly kind: 'warning'; readonly message: string };

/** Answers calls until the thread ends. After the call named `close` the thread ends by itself. */
export function answerCalls(path: string, calls: Calls): void {
  const port = parentPort;
  if (port === null) throw new Error('a database thread is started by its store');
  port.on('message', ({ ref, name, args }: Request) => {
    port.postMessage(answered(path, ref, () => calls[name]?.(...(args as never[]))));
    if (name === 'close') port.close();
  });
}

export function warn(message: string): void {
  const warning: Answer = { kind: 'warning', message };
  parentPort?.postMessage(warning);
}

/** What a person is told when `error` ended a piece of work on the file at `path`. */
export function refusalOf(path: string, error: unknown): Refusal {
  const { code, message } = diskError(path, error);
  return { code, message };
}

function answered(path: string, ref: number, call: () => unknown): Answer {
  try {
    return { kind: 'answer', ref, value: call() };
  } catch (error) {
    return { kind: 'refusal', ref, refusal: refusalOf(path, error) };
  }
}

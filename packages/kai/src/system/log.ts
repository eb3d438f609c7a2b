/**
 * The log of a node: pino behind the {@link Log} port, always on stderr, so that stdout stays a command's answer.
 *
 * On a terminal each entry is one short line; elsewhere one JSON document a line. Fields whose names say that
 * they hold a secret are blanked, two levels deep: deeper ones must not be logged.
 */

import type { Log } from '@kai/runtime/ports';
import { type Logger, pino } from 'pino';
import { prettyLine } from './log-line.ts';

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

const SECRET_FIELDS = ['auth', 'authorization', 'cookie', 'token', 'apiKey', 'password', 'secret'];

export interface LogOptions {
  readonly level: LogLevel;
  /** Lines for people in place of JSON. */
  readonly pretty: boolean;
  /** Colours in those lines. */
  readonly colour?: boolean;
  /** Where lines go; each ends with a line feed. */
  readonly write: (line: string) => void;
}

export function openLog(options: LogOptions): Log {
  const { level, pretty, colour = false, write } = options;
  const settings = {
    level,
    base: null,
    redact: { paths: SECRET_FIELDS.flatMap((field) => [field, `*.${field}`]), censor: '[hidden]' },
  };
  const out = pretty ? { write: (line: string) => write(prettyLine(line, colour)) } : { write };
  return behindPort(pino(settings, out));
}

/** `info` for machines; on a terminal only what deserves attention, since `kai up` tells the rest itself. */
export function logLevelFrom(text: string | undefined, onTerminal: boolean): LogLevel {
  const known = LOG_LEVELS.find((level) => level === text);
  return known ?? (onTerminal ? 'warn' : 'info');
}

function behindPort(logger: Logger): Log {
  return {
    debug: (fields, message) => logger.debug(fields, message),
    info: (fields, message) => logger.info(fields, message),
    warn: (fields, message) => logger.warn(fields, message),
    error: (fields, message) => logger.error(fields, message),
    child: (component) => behindPort(logger.child({ component })),
  };
}

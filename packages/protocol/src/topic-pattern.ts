/**
 * Topic patterns: `tasks:vision.*` and `tasks:vision.>` (protocol §1, as NATS users know them).
 *
 * `*` matches exactly one dot-separated part, `>` one or more and only at the end.
 */

import { ADDRESS_BYTES_MAX, AUTHORITY_LABELS_MAX, isLabel } from './address.ts';
import { type Parsed, parsed, problem, quoted } from './parsed.ts';

declare const brand: unique symbol;
export interface TopicPattern {
  readonly [brand]: 'topic-pattern';
  readonly text: string;
  readonly parts: readonly string[];
}

/** Parses a pattern of topics; one without wildcards matches that topic only. */
export function parseTopicPattern(text: string): Parsed<TopicPattern> {
  if (!text.startsWith('tasks:'))
    return problem(0, `a topic pattern begins with tasks:; got ${quoted(text)}`);
  if (text.length > ADDRESS_BYTES_MAX)
    return problem(ADDRESS_BYTES_MAX, `a topic has at most ${ADDRESS_BYTES_MAX} bytes`);
  const parts = text.slice(6).split('.');
  if (parts.length > AUTHORITY_LABELS_MAX) {
    return problem(
      6 + parts.slice(0, AUTHORITY_LABELS_MAX).join('.').length,
      `a topic has at most ${AUTHORITY_LABELS_MAX} parts; this one has ${parts.length}`,
    );
  }
  let at = 6;
  for (const [index, part] of parts.entries()) {
    if (part === '>' && index !== parts.length - 1)
      return problem(at, '> stands only at the end of a pattern');
    if (part !== '*' && part !== '>' && !isLabel(part)) {
      return problem(at, `a part is a label, * or a final >; got ${quoted(part)}`);
    }
    at += part.length + 1;
  }
  return parsed(Object.freeze<Omit<TopicPattern, typeof brand>>({ text, parts }) as TopicPattern);
}

/** Whether `name`, a topic's name without `tasks:`, is one that the pattern means. */
export function matchesTopic(pattern: TopicPattern, name: string): boolean {
  const parts = name.split('.');
  for (const [index, wanted] of pattern.parts.entries()) {
    if (wanted === '>') return parts.length > index;
    if (index >= parts.length) return false;
    if (wanted !== '*' && wanted !== parts[index]) return false;
  }
  return parts.length === pattern.parts.length;
}

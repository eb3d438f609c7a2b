/**
 * The assistant's answer on a terminal: text as it comes on stdout, what it is doing meanwhile on stderr, then the
 * sources, and last who answered and why.
 */

import type { JsonObject } from '@kai/protocol';
import { printable, printableLine } from '../system/printable.ts';
import { memberObject } from './live.ts';
import type { Terminal } from './terminal.ts';
import { listOf, textOf } from './with-node.ts';

export class AnswerPrinter {
  readonly #terminal: Terminal;
  #said = '';

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  /** A part of the streamed answer. */
  part(part: JsonObject): void {
    if (part.kind === 'text') this.#say(textOf(part.text));
    else if (part.kind === 'step' && part.status !== 'started') this.#step(part);
  }

  /** The whole of it: what was streamed already is not said again. */
  end(reply: JsonObject): void {
    const { ink } = this.#terminal;
    if (this.#said === '') this.#say(textOf(reply.text));
    if (!this.#said.endsWith('\n')) this.#terminal.line();
    const sources = listOf(reply, 'sources');
    for (const [index, source] of sources.entries()) {
      const place = [source.source, source.place].map(textOf).filter((text) => text !== '');
      this.#terminal.line(ink.dim(`  [${index + 1}] ${printableLine(place.join(', '))}`));
    }
    this.#signature(memberObject(reply.answeredBy));
  }

  #say(text: string): void {
    const safe = printable(text);
    this.#said += safe;
    this.#terminal.write(safe);
  }

  #step(step: JsonObject): void {
    const took = typeof step.tookMs === 'number' ? ` in ${Math.round(step.tookMs)} ms` : '';
    const failed = step.status === 'failed' ? ' failed' : '';
    this.#terminal.note(
      this.#terminal.errorInk.dim(`  ${printableLine(textOf(step.intent))}${failed}${took}`),
    );
  }

  #signature({ kind, name, where, why }: JsonObject): void {
    if (kind === undefined) return;
    const who = [name, where]
      .map(textOf)
      .filter((text) => text !== '')
      .join(', ');
    const reason = textOf(why) === '' ? '' : `: ${textOf(why)}`;
    this.#terminal.note(this.#terminal.errorInk.dim(printableLine(`— ${who}${reason}`)));
  }
}

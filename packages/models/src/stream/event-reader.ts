/**
 * Server-sent events out of lines (HTML Living Standard, 9.2.6), as far as model servers use them: the data of
 * each event. Comments (`: ping`), names, ids and retry times say nothing about an answer and are passed over.
 *
 * An event ends at an empty line. What stands after the last one was cut and is no event.
 */

import { type Parsed, parsed, problem } from '@kai/protocol';
import { LINE_BYTES_MAX, LineReader } from './line-reader.ts';

const BYTE_ORDER_MARK = '\ufeff';

export class EventReader {
  readonly #lines = new LineReader();
  #data: string[] = [];
  #dataLength = 0;
  #begun = false;

  /** The data of the events that are whole now. */
  push(bytes: Uint8Array): Parsed<readonly string[]> {
    const lines = this.#lines.push(bytes);
    if (!lines.ok) return lines;
    const events: string[] = [];
    for (const line of lines.value) {
      if (line !== '') this.#field(this.#begun ? line : line.replace(BYTE_ORDER_MARK, ''));
      else if (this.#data.length > 0) events.push(this.#event());
      this.#begun = true;
      if (this.#dataLength > LINE_BYTES_MAX) {
        return problem(LINE_BYTES_MAX, `an event has more than ${LINE_BYTES_MAX} characters`);
      }
    }
    return parsed(events);
  }

  #field(line: string): void {
    if (line !== 'data' && !line.startsWith('data:')) return;
    const value = line.slice(5);
    const data = value.startsWith(' ') ? value.slice(1) : value;
    this.#data.push(data);
    this.#dataLength += data.length + 1;
  }

  #event(): string {
    const event = this.#data.join('\n');
    this.#data = [];
    this.#dataLength = 0;
    return event;
  }
}

/**
 * What `kai up` tells while it runs: documents being indexed, and reminders that are due. On a terminal the progress
 * stays on one line.
 */

import { type JsonObject, type Message, parseTopicPattern, type TopicPattern } from '@kai/protocol';
import type { OpenNode } from '../node/open-node.ts';
import { printableLine } from '../system/printable.ts';
import { memberObject } from './live.ts';
import type { Terminal } from './terminal.ts';

export function showNews(open: OpenNode, json: boolean, terminal: Terminal): Disposable {
  const client = open.node.client('terminal');
  const hear = (topic: string, tell: (payload: JsonObject) => void): void => {
    client.subscribe(pattern(topic), (message: Message) => {
      if (json) terminal.json({ event: topic, payload: message.payload });
      else tell(memberObject(message.payload));
    });
  };
  hear('tasks:reminders.fired', (payload) => tellReminder(payload, terminal));
  hear('tasks:documents.progress', progressTeller(terminal));
  return client;
}

function tellReminder(payload: JsonObject, terminal: Terminal): void {
  const what = printableLine(String(memberObject(payload.reminder).what ?? ''));
  const late = payload.late === true ? terminal.ink.dim(' (it was due while the node was off)') : '';
  terminal.line(`  ${terminal.ink.yellow('Reminder')}  ${what}${late}`);
}

/** `indexing` is null once all is read. */
function progressTeller(terminal: Terminal): (payload: JsonObject) => void {
  let isIndexing = false;
  return (payload) => {
    const { files, passages, folder } = payload;
    const { done, total } = memberObject(payload.indexing);
    if (typeof done === 'number') {
      if (terminal.isTerminal) terminal.write(`\r\u001b[2K  Documents  ${done} of ${total} read`);
      else if (!isIndexing) terminal.line(`  Documents  reading ${total} files`);
      isIndexing = true;
      return;
    }
    if (!isIndexing) return;
    isIndexing = false;
    const start = terminal.isTerminal ? '\r\u001b[2K' : '';
    terminal.line(
      `${start}  Documents  ${files} files, ${passages} passages in ${printableLine(String(folder))}`,
    );
  };
}

function pattern(topic: string): TopicPattern {
  const parsed = parseTopicPattern(topic);
  if (!parsed.ok) throw new TypeError(parsed.problem.message);
  return parsed.value;
}

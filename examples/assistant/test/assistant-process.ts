/**
 * The assistant in a process of its own, to be killed by tests: keeps everything under argv[2], reads the folder
 * argv[3], and does what comes as a line of JSON, [intent, payload], answering in lines of JSON.
 */

import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { silentLog } from '@kai/runtime/ports';
import { openSqliteIndexes, openSqliteStore } from '@kai/stores/sqlite';
import { type JsonObject, systemClock } from 'kai';
import { documents } from '../agents/documents/documents.ts';
import { notes } from '../agents/notes.ts';
import { reminders } from '../agents/reminders/reminders.ts';
import { Assistant } from './assistant.ts';

const [data = '', folder = ''] = process.argv.slice(2);
const store = await openSqliteStore({ path: join(data, 'store.db'), clock: systemClock, log: silentLog });
const indexes = await openSqliteIndexes({ path: join(data, 'index.db'), log: silentLog });
const assistant = await Assistant.start({ agents: [], store, indexes });
const heard = assistant.hear('tasks:reminders.fired');
for (const { definition, settings = {} } of [
  { definition: documents, settings: { folder } },
  { definition: notes },
  { definition: reminders, settings: { timeZone: 'UTC' } },
]) {
  assistant.node.register(definition, { settings });
}

process.stdout.write('"ready"\n');
for await (const line of createInterface({ input: process.stdin })) {
  const [intent, payload] = JSON.parse(line) as [string, JsonObject];
  const answer = intent === 'fired' ? heard : await assistant.ask(intent, payload);
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}

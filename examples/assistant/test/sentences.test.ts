import { compilePhrasebook } from '@kai/models/phrasebook';
import { toJsonSchema } from '@kai/protocol';
import { describe, expect, it } from 'vitest';
import { documents } from '../agents/documents/documents.ts';
import { notes } from '../agents/notes.ts';
import { reminders } from '../agents/reminders/reminders.ts';

/** All that the assistant's agents can be told, as one phrasebook. */
const book = compilePhrasebook(
  [documents, notes, reminders].flatMap(({ name, intents = {} }) =>
    Object.entries(intents).map(([intent, { summary, effect = 'read', input = {}, phrases = [] }]) => ({
      address: `kai://me.here.${name}`,
      intent: { name: intent, summary, effect, input: toJsonSchema(input), phrases },
    })),
  ),
);

describe('what people say', () => {
  it('is declared in templates that all can match', () => {
    expect(book.problems).toEqual([]);
  });

  it.each([
    ['What do my documents say about the boiler?', 'documents.ask', { topic: 'the boiler' }],
    ['search my files for lentil soup', 'documents.ask', { topic: 'lentil soup' }],
    ['search documents for soup', 'documents.ask', { topic: 'soup' }],
    ['find the dentist in my documents', 'documents.ask', { topic: 'the dentist' }],
    [
      'what do I do when the boiler shows E119',
      'documents.ask',
      { topic: 'do I do when the boiler shows E119' },
    ],
    ['when do the summer holidays start?', 'documents.ask', { topic: 'do the summer holidays start' }],
    ["where's the spare key", 'documents.ask', { topic: 'the spare key' }],
    ['how many documents do you know', 'documents.status', {}],
    ['rescan my documents', 'documents.rescan', {}],
    ['note: the boiler was serviced in May', 'notes.add', { text: 'the boiler was serviced in May' }],
    ['note that Eva likes pancakes', 'notes.add', { text: 'Eva likes pancakes' }],
    ['remember that Eva likes pancakes', 'notes.add', { text: 'Eva likes pancakes' }],
    ['what did I note about the boiler?', 'notes.search', { query: 'the boiler' }],
    ['show my notes', 'notes.list', {}],
    ['list my notes', 'notes.list', {}],
    ['what are my notes', 'notes.list', {}],
    ['delete the note about the boiler', 'notes.delete', { query: 'the boiler' }],
    ['delete note boiler', 'notes.delete', { query: 'boiler' }],
    ['remind me in ten minutes to call mum', 'reminders.add', { when: 'in ten minutes', what: 'call mum' }],
    ['remind me tomorrow at 9 to call mum', 'reminders.add', { when: 'tomorrow at 9', what: 'call mum' }],
    ['remind me to take the pills at 17:00', 'reminders.add', { text: 'take the pills at 17:00' }],
    [
      'please remind me at 17:00 that the bus leaves',
      'reminders.add',
      { text: 'at 17:00 that the bus leaves' },
    ],
    ['what are my reminders', 'reminders.list', {}],
    ['which reminders do I have?', 'reminders.list', {}],
    ['when is my next reminder', 'reminders.list', {}],
    ['cancel the reminder about the pills', 'reminders.cancel', { query: 'the pills' }],
    ['cancel the pills reminder', 'reminders.cancel', { query: 'pills' }],
    ['stop reminding me to call mum', 'reminders.cancel', { query: 'call mum' }],
  ])('%s', (text, intent, payload) => {
    const match = book.match(text);
    expect([match?.intent, match?.payload]).toEqual([intent, payload]);
  });

  it('that is no question and no command is left to others', () => {
    for (const text of ['hello', 'thanks', 'turn on the light']) expect(book.match(text)).toBeUndefined();
  });
});

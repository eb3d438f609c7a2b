/** The conversation's pure step: what streams, what other windows say, and what is recorded meet once each. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SayReply, Turn } from '../src/connection/wire.ts';
import { SILENCE, stepTalk, type Talk, type TalkEvent, TURNS_MAX } from '../src/feeds/talk.ts';

const AT = 1_700_000_000_000;
const BY = { kind: 'model', name: 'm', where: 'on this device', why: '' } as const;

function play(events: readonly TalkEvent[], from: Talk = SILENCE): Talk {
  return events.reduce(stepTalk, from);
}

function turn(id: string, role: Turn['role'], text: string, at = AT): Turn {
  return { id, at, role, text };
}

const said: TalkEvent = { kind: 'said', id: '1', at: AT, text: 'hello' };
const word: TalkEvent = { kind: 'chunk', chunk: { kind: 'text', text: 'Hi there' } };
const reply: SayReply = {
  text: 'Hi there',
  session: 's',
  turn: 'k1',
  asked: 'p1',
  answeredBy: BY,
  sources: [],
};
const answered: TalkEvent = { kind: 'answered', at: AT + 5, reply, trace: 't' };
const heardPerson: TalkEvent = { kind: 'heard', turn: turn('p1', 'person', 'hello', AT + 1) };
const heardKai: TalkEvent = { kind: 'heard', turn: turn('k1', 'kai', 'Hi there', AT + 4) };

describe('a talk', () => {
  it('shows each sentence once, in whichever order the reply and the published turns come', () => {
    for (const order of [
      [said, heardPerson, word, heardKai, answered],
      [said, heardPerson, word, answered, heardKai],
      [said, word, answered, heardPerson, heardKai],
    ]) {
      const { turns, pending } = play(order);
      expect(turns.map(({ id }) => id)).toEqual(['p1', 'k1']);
      expect(turns[1]).toMatchObject({ text: 'Hi there', answeredBy: BY, trace: 't' });
      expect(pending).toBeUndefined();
    }
  });

  it('keeps a reply of another window apart from the one that streams here', () => {
    const other: TalkEvent = { kind: 'heard', turn: turn('x1', 'kai', 'Something else', AT + 2) };
    const { turns } = play([said, word, other, answered, heardKai]);
    expect(turns.map(({ text }) => text).sort()).toEqual(['Hi there', 'Something else', 'hello']);
  });

  it('knows its own turns where two windows say the same at the same time', () => {
    const otherPerson: TalkEvent = { kind: 'heard', turn: turn('p2', 'person', 'hello', AT + 1) };
    const otherKai: TalkEvent = { kind: 'heard', turn: turn('k2', 'kai', 'Hi there', AT + 3) };
    for (const order of [
      [said, otherPerson, heardPerson, otherKai, word, heardKai, answered],
      [said, otherPerson, heardPerson, word, heardKai, otherKai, answered],
      [said, otherPerson, word, answered, otherKai, heardKai, heardPerson],
    ]) {
      const { turns } = play(order);
      expect(turns.map(({ id }) => id).sort()).toEqual(['k1', 'k2', 'p1', 'p2']);
      expect(turns.find(({ trace }) => trace === 't')?.id).toBe('k1');
    }
  });

  it('keeps what other windows were told when its own answer fails', () => {
    const other: TalkEvent = { kind: 'heard', turn: turn('x1', 'kai', 'For another window', AT + 2) };
    const error = { code: 'EXPIRED', message: 'too late', retryable: true, at: '' } as const;
    const { turns } = play([said, other, { kind: 'failed', at: AT + 9, error }]);
    expect(turns.map(({ text }) => text)).toEqual(['hello', 'For another window', '']);
  });

  it('takes a reminder that fires during an answer for what it is', () => {
    const fired: TalkEvent = {
      kind: 'heard',
      turn: { ...turn('r1', 'kai', 'Bread!'), about: { kind: 'reminder', id: 'b' } },
    };
    const { turns, pending } = play([said, fired]);
    expect(turns.at(-1)?.text).toBe('Bread!');
    expect(pending?.echoes).toEqual([]);
  });

  it('ends a step where it began', () => {
    const step = (status: 'started' | 'done'): TalkEvent => ({
      kind: 'chunk',
      chunk: {
        kind: 'step',
        intent: 'notes.add',
        to: 'n',
        status,
        ...(status === 'done' ? { tookMs: 4 } : {}),
      },
    });
    const { pending } = play([said, step('started'), step('done'), step('started')]);
    expect(pending?.steps.map(({ status }) => status)).toEqual(['done', 'started']);
  });

  it('keeps what was answered until a failure, and the question to ask again', () => {
    const error = { code: 'CANCELLED', message: 'stopped', retryable: true, at: '' } as const;
    const { turns } = play([said, word, { kind: 'failed', at: AT, error }]);
    expect(turns.at(-1)).toMatchObject({ text: 'Hi there', failure: error, asked: 'hello' });
  });

  it('drops a failed reply once the history has the answer, and keeps it with its question otherwise', () => {
    const error = { code: 'UNREACHABLE', message: 'lost', retryable: true, at: '' } as const;
    const failed = play([said, { kind: 'failed', at: AT, error }]);
    const recorded = play(
      [{ kind: 'history', turns: [turn('p1', 'person', 'hello'), turn('k1', 'kai', 'Hi')] }],
      failed,
    );
    expect(recorded.turns.map(({ id }) => id)).toEqual(['p1', 'k1']);
    const unrecorded = play([{ kind: 'history', turns: [] }], failed);
    expect(unrecorded.turns.map(({ text }) => text)).toEqual(['hello', '']);
  });

  it('is empty once cleared, failed replies included', () => {
    const error = { code: 'CANCELLED', message: 'stopped', retryable: true, at: '' } as const;
    const cleared = play([
      said,
      { kind: 'failed', at: AT, error },
      { kind: 'cleared' },
      { kind: 'history', turns: [] },
    ]);
    expect(cleared.turns).toEqual([]);
  });

  it('never shows an id twice and stays bounded, whatever is heard', () => {
    const heard = fc.record({
      id: fc.integer({ min: 0, max: 30 }),
      text: fc.constantFrom('a', 'b'),
      at: fc.nat(1_000),
    });
    const event = fc.oneof(
      heard.map(
        ({ id, text, at }): TalkEvent => ({ kind: 'heard', turn: turn(`t${id}`, 'kai', text, AT + at) }),
      ),
      fc.nat(1_000).map((id): TalkEvent => ({ kind: 'said', id: String(id), at: AT, text: 'a' })),
      fc.constant(word),
      fc.constant(answered),
    );
    fc.assert(
      fc.property(fc.array(event, { maxLength: 60 }), (events) => {
        const unique = events.filter(
          (one, at) =>
            one.kind !== 'said' ||
            !events.slice(0, at).some((two) => two.kind === 'said' && two.id === one.id),
        );
        const { turns } = play(unique);
        const ids = turns.map(({ id }) => id);
        expect(new Set(ids).size).toBe(ids.length);
      }),
    );
    const many = Array.from({ length: TURNS_MAX + 50 }, (_, at) => turn(`m${at}`, 'kai', `${at}`, AT + at));
    expect(play([{ kind: 'history', turns: many }]).turns).toHaveLength(TURNS_MAX);
  });
});

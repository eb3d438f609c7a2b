/**
 * The part of a store's contract that durable delivery rests on: what was accepted is in the inbox or settled, never
 * neither and never both, and a message's end is in the same transaction as what it changed.
 */

import type {
  AgentRecords,
  Commit,
  InboxRecord,
  Settlement,
  StateWrite,
  StepRecord,
  Store,
} from '@kai/runtime/ports';
import { describe, expect, it } from 'vitest';
import type { KeptHistory, StoreMedium } from './store-contract.ts';

const AGENT = 'kai://alice.hub.notes';
const OTHER = 'kai://alice.hub.other';
const SENDER = 'kai://alice.phone.kai-core';
const DAY_MS = 24 * 60 * 60 * 1000;
const EMPTY: AgentRecords = { state: new Map(), inbox: [], steps: [] };

/** Runs this part against the adapter `name`, on the media of the whole contract. */
export function durableMessagesContract(
  name: string,
  create: (kept: KeptHistory) => Promise<StoreMedium>,
): void {
  const medium = () => create({ journal: 100, dead: 100, settlements: 1_000 });

  describe(`${name} keeps durable messages`, () => {
    it('gives back all of one agent, in the order of acceptance, after reopening', async () => {
      await using disk = await medium();
      await withStore(disk, async (store) => {
        await store.commit({ accepted: [message('9'), message('1')], state: [write('k', 1)] });
        await store.commit({ accepted: [message('5'), { ...message('2'), agent: OTHER }] });
        await store.commit({ steps: [step('9', 1), step('1', 0), step('9', 0)] });
      });
      await withStore(disk, async (store) => {
        expect(await store.loadAgent(AGENT)).toEqual({
          state: new Map([['k', 1]]),
          inbox: [message('9'), message('1'), message('5')],
          steps: [step('1', 0), step('9', 0), step('9', 1)],
        });
        expect((await store.loadAgent(OTHER)).inbox).toEqual([{ ...message('2'), agent: OTHER }]);
        expect(await store.loadAgent('kai://alice.hub.nobody')).toEqual(EMPTY);
      });
    });

    it('names the agents for which messages wait', async () => {
      await using disk = await medium();
      await using store = await disk.open();
      await store.commit({ accepted: [message('1'), message('2'), { ...message('1'), agent: OTHER }] });
      expect([...(await store.waiting())].sort()).toEqual([AGENT, OTHER]);
      await store.commit({ settled: [settlement('1'), { ...settlement('1'), agent: OTHER }] });
      expect(await store.waiting()).toEqual([AGENT]);
      await store.commit({ settled: [settlement('2')] });
      expect(await store.waiting()).toEqual([]);
    });

    it('changes nothing when the same message is accepted again', async () => {
      await using disk = await medium();
      await using store = await disk.open();
      await store.commit({ accepted: [message('1'), { ...message('1'), message: 'again' }, message('2')] });
      await store.commit({ accepted: [{ ...message('1'), message: 'again' }] });
      expect((await store.loadAgent(AGENT)).inbox).toEqual([message('1'), message('2')]);
    });

    it('tells messages apart by agent, sender and id', async () => {
      await using disk = await medium();
      await using store = await disk.open();
      const theirs = { ...message('1'), from: 'kai://bob.phone.camera' };
      await store.commit({ accepted: [message('1'), theirs, { ...message('1'), agent: OTHER }] });
      await store.commit({ settled: [settlement('1')] });
      expect((await store.loadAgent(AGENT)).inbox).toEqual([theirs]);
      expect((await store.loadAgent(OTHER)).inbox).toHaveLength(1);
      expect(await store.findSettlement(AGENT, SENDER, '1')).toEqual(settlement('1'));
      expect(await store.findSettlement(AGENT, theirs.from, '1')).toBeUndefined();
      expect(await store.findSettlement(OTHER, SENDER, '1')).toBeUndefined();
      expect(await store.findSettlement(AGENT, SENDER, '2')).toBeUndefined();
    });

    it('ends a message together with its steps and what it changed', async () => {
      await using disk = await medium();
      await withStore(disk, async (store) => {
        await store.commit({ accepted: [message('1'), message('2')] });
        await store.commit({ steps: [step('1', 0), step('1', 1), step('2', 0)] });
        await store.commit({ state: [write('done', 1)], settled: [settlement('1')] });
      });
      await withStore(disk, async (store) => {
        expect(await store.loadAgent(AGENT)).toEqual({
          state: new Map([['done', 1]]),
          inbox: [message('2')],
          steps: [step('2', 0)],
        });
        expect(await store.findSettlement(AGENT, SENDER, '1')).toEqual(settlement('1'));
        expect(await store.inspect()).toMatchObject({ inbox: 1, settlements: 1, problems: [] });
      });
    });

    it('ends a message that it takes in the same commit', async () => {
      await using disk = await medium();
      await using store = await disk.open();
      await store.commit({ settled: [settlement('1')], accepted: [message('1')], steps: [step('1', 0)] });
      expect(await store.loadAgent(AGENT)).toEqual(EMPTY);
      expect(await store.inspect()).toMatchObject({ inbox: 0, settlements: 1 });
    });

    it('keeps the first answer, and takes nothing of a message that is settled', async () => {
      await using disk = await medium();
      await using store = await disk.open();
      await store.commit({ settled: [settlement('1')] });
      await store.commit({ settled: [settlement('1', { outcome: 'failed', answer: '{"code":"EXPIRED"}' })] });
      await store.commit({ accepted: [message('1')], steps: [step('1', 0)] });
      expect(await store.findSettlement(AGENT, SENDER, '1')).toEqual(settlement('1'));
      expect(await store.loadAgent(AGENT)).toEqual(EMPTY);
    });

    it('keeps the first result of a step', async () => {
      await using disk = await medium();
      await using store = await disk.open();
      await store.commit({ accepted: [message('1')], steps: [step('1', 0), step('1', 0, '"other"')] });
      await store.commit({ steps: [step('1', 0, '"other"')] });
      expect((await store.loadAgent(AGENT)).steps).toEqual([step('1', 0)]);
    });

    it('gives texts back as they were handed over', async () => {
      await using disk = await medium();
      await using store = await disk.open();
      const texts = { message: '{"text":"„ü“\u0000\\n"}', answer: '["\u{1f600}",null]', result: '-0.5' };
      await store.commit({
        accepted: [{ ...message('1'), message: texts.message }],
        steps: [step('1', 0, texts.result)],
        settled: [settlement('2', { at: 12.5, answer: texts.answer, outcome: 'failed' })],
      });
      const { inbox, steps } = await store.loadAgent(AGENT);
      expect([inbox[0]?.message, steps[0]?.result]).toEqual([texts.message, texts.result]);
      expect(await store.findSettlement(AGENT, SENDER, '2')).toEqual(
        settlement('2', { at: 12.5, answer: texts.answer, outcome: 'failed' }),
      );
    });

    it.each<[string, Commit]>([
      ['a message whose text is no Unicode text', { accepted: [{ ...message('1'), message: '\ud800' }] }],
      ['a message without a proper id', { accepted: [message('x'.repeat(2_000))] }],
      ['a settlement without a time', { settled: [settlement('1', { at: Number.NaN })] }],
      ['an answer that is no Unicode text', { settled: [settlement('1', { answer: '\udfff' })] }],
      ['a step before the first', { steps: [step('1', -1)] }],
      ['a step between two others', { steps: [step('1', 0.5)] }],
      ['a raised id that is no Unicode text', { raised: ['\ud800'] }],
    ])('refuses %s, and nothing of that commit has happened', async (_, bad) => {
      await using disk = await medium();
      await using store = await disk.open();
      const good: Commit = {
        state: [write('k', 1)],
        accepted: [message('2')],
        steps: [step('2', 0)],
        settled: [settlement('3')],
      };
      const refused = store.commit({ ...good, ...bad });
      await expect(refused).rejects.toMatchObject({ code: 'INVALID_PAYLOAD', retryable: false });
      expect(await store.loadAgent(AGENT)).toEqual(EMPTY);
      expect(await store.inspect()).toMatchObject({ state: 0, inbox: 0, settlements: 0 });
    });

    it('bounds settlements by number, and never the inbox', async () => {
      await using disk = await create({ journal: 10, dead: 10, settlements: 100 });
      await using store = await disk.open();
      for (let n = 0; n < 20; n += 1) {
        const ids = Array.from({ length: 50 }, (_, k) => `${n * 50 + k}`);
        await store.commit({
          accepted: ids.map((id) => message(`open-${id}`)),
          settled: ids.map((id) => settlement(id)),
        });
      }
      const { inbox, settlements } = await store.inspect();
      expect(inbox).toBe(1_000);
      expect(settlements).toBeGreaterThanOrEqual(100);
      expect(settlements).toBeLessThan(500);
      expect(await store.findSettlement(AGENT, SENDER, '999')).toBeDefined();
      expect(await store.findSettlement(AGENT, SENDER, '0')).toBeUndefined();
    });

    it('forgets settlements after seven days, and never what is in the inbox', async () => {
      await using disk = await medium();
      await using store = await disk.open();
      await store.commit({ accepted: [message('open')], settled: [settlement('old', { at: 0 })] });
      await store.commit({ settled: [settlement('kept', { at: DAY_MS })] });
      await store.commit({ settled: [settlement('new', { at: 7 * DAY_MS + 1 })] });
      expect(await store.findSettlement(AGENT, SENDER, 'old')).toBeUndefined();
      expect(await store.findSettlement(AGENT, SENDER, 'kept')).toBeDefined();
      expect((await store.loadAgent(AGENT)).inbox).toHaveLength(1);
      await store.commit({ accepted: [message('old')] });
      expect((await store.loadAgent(AGENT)).inbox).toHaveLength(2);
    });
  });
}

function message(id: string): InboxRecord {
  return { agent: AGENT, id, from: SENDER, message: `{"id":"${id}"}` };
}

function settlement(id: string, fields: Partial<Settlement> = {}): Settlement {
  return { agent: AGENT, from: SENDER, id, at: 7, outcome: 'replied', answer: `{"to":"${id}"}`, ...fields };
}

function step(id: string, position: number, result = `{"of":"${id}"}`): StepRecord {
  return { agent: AGENT, message: id, position, name: `step ${position}`, digest: 'd1', result };
}

function write(key: string, value: number): StateWrite {
  return { agent: AGENT, key, value };
}

async function withStore<T>(medium: StoreMedium, use: (store: Store) => Promise<T>): Promise<T> {
  await using store = await medium.open();
  return await use(store);
}

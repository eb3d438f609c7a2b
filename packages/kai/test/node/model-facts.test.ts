import type { ModelRuntime } from '@kai/runtime/ports';
import { settle, VirtualClock } from '@kai/testing';
import { expect, it } from 'vitest';
import { openModelFacts } from '../../src/node/model-facts.ts';

it('tells which models are ready, looked at no more often than it must', async () => {
  const clock = new VirtualClock();
  let [looks, ready] = [0, true];
  const traits = { model: 'tiny', reach: 'device', where: 'on this device', async *chat() {} } as const;
  const model: ModelRuntime = {
    ...traits,
    name: 'ollama',
    health: async () => {
      looks += 1;
      return { ready, detail: '' };
    },
  };
  const deaf: ModelRuntime = {
    ...traits,
    name: 'deaf',
    health: () => Promise.reject(new Error('no answer')),
  };
  await using models = openModelFacts([model, deaf], clock);
  expect(models.facts()).toEqual({});
  await settle();
  expect(models.facts()).toEqual({ 'model.ollama': 'ready', 'model.deaf': 'away' });
  ready = false;
  await clock.advance(4_000);
  models.facts();
  expect(looks).toBe(1);
  await clock.advance(1_000);
  models.facts();
  await settle();
  expect(models.facts()).toMatchObject({ 'model.ollama': 'away' });
  expect(looks).toBe(2);
});

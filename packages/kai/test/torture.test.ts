import { expect, it } from 'vitest';
import { torture } from './torture/torture.ts';

it('loses nothing that it acknowledged and does nothing twice, killed three times on a real disk', async () => {
  const lines: string[] = [];
  const seed = 1 + (process.pid % 1000);
  const outcome = await torture({
    kills: 3,
    messages: 2_000,
    seed,
    progress: (line) => lines.push(line),
  });
  expect(outcome, `seed ${seed}; ${lines.join('; ')}`).toMatchObject({
    passed: true,
    lost: [],
    twice: [],
    wrong: [],
    kills: 3,
    coins: outcome.coinsWanted,
  });
  expect(outcome.messages).toBeGreaterThanOrEqual(2_000);
  expect(outcome.acknowledged).toBe(outcome.messages);
});

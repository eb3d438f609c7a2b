/**
 * `npm run torture -- --kills 200 [--messages N] [--seed S]`: kills a node on a real disk again and again, and says what
 * was lost or done twice. Exits with 1 when anything was. It stands among the tests of `kai`, because only this
 * room may put the runtime and the SQLite store together, and nothing of it ships.
 */

import { parseArgs } from 'node:util';
import { torture } from './torture.ts';

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '20' },
    messages: { type: 'string' },
    seed: { type: 'string', default: '1' },
  },
});

/** Messages for each kill unless a number is given. */
const MESSAGES_PER_KILL = 600;

const kills = Number(values.kills);
const outcome = await torture({
  kills,
  messages: Number(values.messages ?? kills * MESSAGES_PER_KILL),
  seed: Number(values.seed),
  progress: (line) => console.error(line),
});
const { lost, twice, coins, coinsWanted, wrong } = outcome;
console.log(
  `${outcome.messages} messages, ${outcome.acknowledged} acknowledged, ${outcome.sentAgain} sent again; ` +
    `${outcome.kills} kills, ${outcome.killsAtStart} of them during the start; ${outcome.seconds.toFixed(1)} s`,
);
console.log(
  `${lost.length} lost, ${twice.length} twice, ${coins} of ${coinsWanted} coins; ` +
    `${outcome.receivedOnly} were only received, and went with their process`,
);
for (const line of [
  ...lost.map((n) => `order ${n} is lost`),
  ...twice.map((n) => `order ${n} was done twice`),
  ...wrong,
].slice(0, 50))
  console.log(line);
process.exitCode = outcome.passed ? 0 : 1;

/**
 * How long a person waits: for `kai --help`, for `kai up` on an empty data folder, and for the phrasebook's answer
 * over the window's own connection. The answer keeps a note, so it is on disk when it comes.
 */

import { atMost, type Figure, type Measurement, type Scale, scaled, type Target } from '../measurement.ts';
import { runKai, upKai } from '../sides/kai-process.ts';
import { connect } from '../sides/live-client.ts';
import { quantile } from '../statistics.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const ANSWERS = 50;
/** Answers before the counted ones: the compiler's. */
const WARM_UP_ANSWERS = 5;
/** A few seconds each, so fewer than of others. */
const ROUNDS_MAX = 5;

interface Run {
  readonly helpSeconds: number;
  readonly upSeconds: number;
  readonly answerMs: number;
  readonly firstAnswerMs: number;
}

export const startUp: Measurement = {
  name: 'start-up',
  async measure(scale) {
    const runs: Run[] = [];
    for (let round = 0; round < Math.min(scale.rounds, ROUNDS_MAX); round += 1) runs.push(await once(scale));
    const first = quantile(
      runs.map(({ firstAnswerMs }) => firstAnswerMs),
      0.5,
    );
    const figure = (subject: string, key: keyof Run, target: Target, note: string): Figure => ({
      subject,
      unit: key.endsWith('Seconds') ? 'seconds' : 'milliseconds',
      samples: runs.map((run) => run[key]),
      target,
      note,
    });
    return [
      figure('kai --help, whole process', 'helpSeconds', atMost(0.25), ''),
      figure(
        'kai up on an empty data folder, until ready',
        'upSeconds',
        atMost(1),
        'the assistant, four agents',
      ),
      figure(
        `phrasebook answer over WebSocket, p50 of ${ANSWERS}`,
        'answerMs',
        atMost(5),
        `a note, on disk; the very first one ${first.toFixed(1)} ms`,
      ),
    ];
  },
};

async function once(scale: Scale): Promise<Run> {
  const helpSeconds = await runKai(['--help']);
  await using folder = await temporaryFolder();
  await using kai = await upKai(folder.path);
  using client = await connect(kai);
  const answers: number[] = [];
  for (let n = 0; n < WARM_UP_ANSWERS + scaled(ANSWERS, scale); n += 1) {
    const text = `call the plumber, number ${n}`;
    const began = performance.now();
    const answer = await client.request('kai://agent.kai-core', 'conversation.say', {
      text: `note: ${text}`,
    });
    answers.push(performance.now() - began);
    requirePhrasebook(answer);
  }
  const [firstAnswerMs = Number.NaN] = answers;
  return {
    helpSeconds,
    upSeconds: kai.secondsToReady,
    answerMs: quantile(answers.slice(WARM_UP_ANSWERS), 0.5),
    firstAnswerMs,
  };
}

/** Whether the sentence was understood, not merely answered. */
function requirePhrasebook(answer: object): void {
  const { answeredBy } = answer as { readonly answeredBy?: { readonly kind: string } };
  if (answeredBy?.kind !== 'phrasebook')
    throw new Error(`not the phrasebook's answer: ${JSON.stringify(answer)}`);
}

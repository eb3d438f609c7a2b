/** What kAI did for an answer: which agents it asked, how long each took. Folded once it is done. */

import type { JSX } from 'preact';
import type { TalkStep } from '../../feeds/talk.ts';
import { StatusMark } from '../../parts/status-mark.tsx';
import { took } from '../../words/amount.ts';

const MARKS = {
  started: { tone: 'accent', shape: 'half', word: 'asking' },
  done: { tone: 'good', shape: 'disc', word: 'done' },
  failed: { tone: 'bad', shape: 'cross', word: 'failed' },
} as const;

export function Steps({
  steps,
  open,
}: {
  readonly steps: readonly TalkStep[];
  readonly open?: boolean;
}): JSX.Element | null {
  if (steps.length === 0) return null;
  const total = steps.reduce((sum, { tookMs = 0 }) => sum + tookMs, 0);
  return (
    <details class="steps" open={open}>
      <summary>
        {told(steps)}
        {total > 0 && <span class="numbers"> · {took(total)}</span>}
      </summary>
      <ol class="step-list">
        {steps.map((step, at) => (
          <Step key={at} step={step} />
        ))}
      </ol>
    </details>
  );
}

/** "Asked documents and notes". */
function told(steps: readonly TalkStep[]): string {
  const names = [...new Set(steps.map(({ to }) => nameOf(to)))];
  const asked = steps.some(({ status }) => status === 'started') ? 'Asking' : 'Asked';
  return `${asked} ${LIST.format(names)}`;
}

const LIST = new Intl.ListFormat('en-GB');

/** The agent's own name: the last part of its address. */
function nameOf(address: string): string {
  return address.split('.').at(-1) ?? address;
}

function Step({ step }: { readonly step: TalkStep }): JSX.Element {
  const { tone, shape, word } = MARKS[step.status];
  return (
    <li class="step">
      <StatusMark tone={tone} shape={shape} word={word} />
      <code>{step.intent}</code>
      <span class="soft step-to">{step.to.replace('kai://', '')}</span>
      <span class="numbers soft">{step.tookMs === undefined ? '' : took(step.tookMs)}</span>
    </li>
  );
}

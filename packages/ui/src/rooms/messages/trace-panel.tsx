/**
 * One trace as a timeline, from the sender to the effect: when each step happened, between whom, which rule or
 * error decided, how long it took as a part of the whole, and what it carried.
 */

import type { JSX } from 'preact';
import { useEffect, useMemo, useState } from 'preact/hooks';
import type { Answer } from '../../connection/link.ts';
import type { JournalEntry } from '../../connection/wire.ts';
import { useFeeds } from '../../feeds/feeds.ts';
import { CopyMenu } from '../../parts/copy-menu.tsx';
import { DetailPanel } from '../../parts/detail-panel.tsx';
import { Empty } from '../../parts/empty.tsx';
import { JsonBox, pretty } from '../../parts/json-box.tsx';
import { StatusMark } from '../../parts/status-mark.tsx';
import { Trouble } from '../../parts/trouble.tsx';
import { useCell } from '../../state/cell.ts';
import { counted, took } from '../../words/amount.ts';
import { traceCommand } from '../../words/command.ts';
import { exactClock } from '../../words/moment.ts';
import { OUTCOME_MARKS, short } from './outcome.ts';
import { type TimelineStep, toTimeline } from './timeline.ts';

export function TracePanel({
  trace,
  onClose,
}: {
  readonly trace: string;
  readonly onClose: () => void;
}): JSX.Element {
  const { messages, link } = useFeeds();
  const state = useCell(link.state);
  const open = state.kind === 'open';
  const node = open ? state.hello.node : '';
  const [answer, setAnswer] = useState<Answer<{ entries: readonly JournalEntry[] }>>();
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    if (answer?.kind === 'reply') return;
    let left = false;
    void messages.trace(trace).then((got) => left || setAnswer(got));
    return () => {
      left = true;
    };
  }, [trace, open, attempt]);
  const entries = answer?.kind === 'reply' ? answer.payload.entries : [];
  const again = (): void => {
    setAnswer(undefined);
    setAttempt(attempt + 1);
  };
  return (
    <DetailPanel
      title={entries[0]?.intent ?? 'One message'}
      subtitle={`Trace ${trace}`}
      actions={<CopyMenu of="this trace" command={traceCommand(trace)} json={entries} text={trace} />}
      onClose={onClose}
    >
      {answer === undefined && <p class="soft panel-note">Reading the journal…</p>}
      {answer?.kind === 'error' && (
        <Trouble error={answer.error} button={{ label: 'Try again', press: again }} />
      )}
      {answer?.kind === 'reply' && <Timeline entries={entries} node={node} />}
    </DetailPanel>
  );
}

interface TimelineProps {
  readonly entries: readonly JournalEntry[];
  readonly node: string;
}

function Timeline({ entries, node }: TimelineProps): JSX.Element {
  const timeline = useMemo(() => toTimeline(entries), [entries]);
  const first = entries[0];
  if (first === undefined) {
    return (
      <Empty icon="messages" title="The journal no longer has this trace">
        Old entries make room for new ones; the limit stands in <code>kai.yaml</code>.
      </Empty>
    );
  }
  return (
    <>
      <p class="trace-sum numbers">
        {counted(timeline.steps.length, 'step')} in {took(timeline.totalMs)}, from {exactClock(first.at)}
      </p>
      <ol class="timeline">
        {timeline.steps.map((step, at) => (
          <Step key={at} step={step} node={node} />
        ))}
      </ol>
    </>
  );
}

function Step({ step, node }: { readonly step: TimelineStep; readonly node: string }): JSX.Element {
  const { entry, offsetMs, start, length } = step;
  return (
    <li class={`timeline-step tone-${OUTCOME_MARKS[entry.outcome].tone}`}>
      <div class="timeline-line">
        <StatusMark {...OUTCOME_MARKS[entry.outcome]} />
        <code class="timeline-intent">{entry.intent}</code>
        <span class="timeline-offset numbers">+{took(offsetMs)}</span>
      </div>
      <p class="timeline-way" title={`${entry.from} → ${entry.to}`}>
        {short(entry.from, node)} → {short(entry.to, node)}
      </p>
      <div class="timeline-bar" aria-hidden="true">
        <span style={{ left: `${start * 100}%`, width: `${length * 100}%` }} />
      </div>
      <p class="timeline-note numbers">
        {decided(entry)}
        {entry.tookMs > 0 && ` · took ${took(entry.tookMs)}`}
        {entry.priority !== 'normal' && ` · ${entry.priority} priority`}
      </p>
      <details class="timeline-payload">
        <summary>Payload</summary>
        <JsonBox text={pretty(entry.payload)} />
      </details>
    </li>
  );
}

/** The rule that let it pass, what stopped it, or how many hear it. */
function decided({ note, outcome }: JournalEntry): string {
  if (note === '') return OUTCOME_MARKS[outcome].word;
  if (outcome === 'published') return note;
  return outcome === 'failed' || outcome === 'refused' ? `Reason: ${note}` : `Rule: ${note}`;
}

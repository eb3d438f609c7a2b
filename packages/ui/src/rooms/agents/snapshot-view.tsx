/**
 * One snapshot: when it was taken, why, how large it is; what has changed since, and the way back to it. Going back is
 * shown before it is done, and asks once.
 */

import type { ErrorPayload } from '@kai/protocol';
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { Answer } from '../../connection/link.ts';
import type { Agent, Difference, Rehearsed, Snapshot } from '../../connection/wire.ts';
import { useFeeds } from '../../feeds/feeds.ts';
import { CopyMenu } from '../../parts/copy-menu.tsx';
import { Trouble } from '../../parts/trouble.tsx';
import { When } from '../../parts/when.tsx';
import { useCell } from '../../state/cell.ts';
import { now } from '../../state/now.ts';
import { bytes } from '../../words/amount.ts';
import { diffCommand } from '../../words/command.ts';
import { leftAsNow } from '../../words/difference.ts';
import { absolute } from '../../words/moment.ts';
import { DifferenceView } from './difference-view.tsx';

const KIND_WORDS: Readonly<Record<Snapshot['kind'], string>> = {
  manual: 'taken by hand',
  auto: 'taken by itself',
  rollback: 'before going back',
};

type Found =
  | { readonly kind: 'nothing' | 'reading' }
  | { readonly kind: 'compared'; readonly difference: Difference }
  | { readonly kind: 'rehearsed'; readonly rehearsed: Rehearsed }
  | { readonly kind: 'failed'; readonly error: ErrorPayload };

export interface SnapshotViewProps {
  readonly agent: Agent;
  readonly snapshot: Snapshot;
  /** Whether the agent is being captured or rolled back. */
  readonly busy: boolean;
  readonly rollBack: (snapshot: Snapshot) => Promise<void>;
}

export function SnapshotView({ agent, snapshot, busy, rollBack }: SnapshotViewProps): JSX.Element {
  const { snapshots } = useFeeds();
  const present = useCell(now);
  const [found, setFound] = useState<Found>({ kind: 'nothing' });
  const { id, at, kind, note } = snapshot;
  const time = absolute(at, present);
  const waiting = busy || found.kind === 'reading';
  async function find<T>(asked: Promise<Answer<T>>, toFound: (payload: T) => Found): Promise<void> {
    setFound({ kind: 'reading' });
    const answer = await asked;
    setFound(answer.kind === 'error' ? { kind: 'failed', error: answer.error } : toFound(answer.payload));
  }
  const compare = (): Promise<void> =>
    find(snapshots.compare(id), ({ difference }) => ({ kind: 'compared', difference }));
  const rehearse = (): Promise<void> =>
    find(snapshots.rehearse(agent.address, id), (rehearsed) => ({ kind: 'rehearsed', rehearsed }));
  return (
    <li class="snapshot" data-item>
      <div class="snapshot-head numbers">
        <span>
          <span class="snapshot-when">{time}</span>{' '}
          <span class="soft">
            <When at={at} /> · {KIND_WORDS[kind]} · <span class="snapshot-size">{bytes(snapshot.bytes)}</span>
          </span>
        </span>
        <CopyMenu of={`the snapshot of ${time}`} text={id} command={diffCommand(id)} json={snapshot} />
      </div>
      {note !== '' && <p class="snapshot-note">{note}</p>}
      <div class="snapshot-acts">
        <button
          type="button"
          class="button small"
          disabled={waiting}
          aria-label={`Compare with now: ${time}`}
          onClick={() => void compare()}
        >
          Compare with now
        </button>
        <button
          type="button"
          class="button small"
          disabled={waiting}
          aria-label={`Roll back to this: ${time}`}
          onClick={() => void rehearse()}
        >
          Roll back to this
        </button>
      </div>
      <FoundView
        found={found}
        busy={busy}
        button={`Roll ${agent.name} back to ${time}`}
        confirm={() => void rollBack(snapshot)}
        leave={() => setFound({ kind: 'nothing' })}
      />
    </li>
  );
}

interface FoundViewProps {
  readonly found: Found;
  readonly busy: boolean;
  readonly button: string;
  readonly confirm: () => void;
  readonly leave: () => void;
}

function FoundView({ found, busy, button, confirm, leave }: FoundViewProps): JSX.Element | null {
  switch (found.kind) {
    case 'nothing':
      return null;
    case 'reading':
      return <p class="soft">Reading…</p>;
    case 'failed':
      return <Trouble error={found.error} />;
    case 'compared':
      return (
        <div class="snapshot-found" role="status">
          <DifferenceView difference={found.difference} to="since" />
        </div>
      );
    case 'rehearsed':
      return (
        <Rehearsal rehearsed={found.rehearsed} busy={busy} button={button} confirm={confirm} leave={leave} />
      );
  }
}

function Rehearsal({
  rehearsed: { difference, refusal },
  busy,
  button,
  confirm,
  leave,
}: Omit<FoundViewProps, 'found'> & { readonly rehearsed: Rehearsed }): JSX.Element {
  if (refusal !== null) return <Trouble error={refusal} />;
  return (
    <div class="snapshot-found" role="status">
      <DifferenceView difference={difference} to="back" />
      <p class="soft">{leftAsNow(difference)} What is there now is kept as a snapshot.</p>
      <div class="snapshot-acts">
        <button type="button" class="button primary" disabled={busy} onClick={confirm}>
          {button}
        </button>
        <button type="button" class="button quiet" disabled={busy} onClick={leave}>
          Leave it
        </button>
      </div>
    </div>
  );
}

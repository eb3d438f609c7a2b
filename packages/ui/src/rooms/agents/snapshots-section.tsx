/**
 * The snapshots of one agent: take one, see what has changed since, go back. The node's own agent has none. A node that
 * keeps none says so in its own words.
 */

import type { ErrorPayload } from '@kai/protocol';
import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { Answer } from '../../connection/link.ts';
import type { Agent, RolledBack, Snapshot } from '../../connection/wire.ts';
import { useFeeds } from '../../feeds/feeds.ts';
import { AddForm } from '../../parts/add-form.tsx';
import { StatusMark } from '../../parts/status-mark.tsx';
import { toast } from '../../parts/toast.tsx';
import { Trouble } from '../../parts/trouble.tsx';
import { useCell } from '../../state/cell.ts';
import { now } from '../../state/now.ts';
import { failureLine } from '../../words/failure.ts';
import { absolute } from '../../words/moment.ts';
import { SnapshotView } from './snapshot-view.tsx';

export function SnapshotsSection({ agent }: { readonly agent: Agent }): JSX.Element | null {
  const { snapshots, link } = useFeeds();
  const state = useCell(link.state);
  const open = state.kind === 'open';
  const [answer, setAnswer] = useState<Answer<{ snapshots: readonly Snapshot[] }>>();
  const load = async (): Promise<void> => setAnswer(await snapshots.list(agent.address));
  useEffect(() => {
    if (open || answer === undefined) void load();
  }, [open]);
  if (open && state.hello.node === agent.address) return null;
  return (
    <section class="snapshots" aria-labelledby="snapshots-heading">
      <h3 class="panel-heading" id="snapshots-heading">
        Snapshots
      </h3>
      {answer === undefined && <p class="soft">Reading…</p>}
      {answer?.kind === 'error' && <NotThere error={answer.error} again={() => void load()} />}
      {answer?.kind === 'reply' && (
        <SnapshotList agent={agent} all={answer.payload.snapshots} reload={load} />
      )}
    </section>
  );
}

function NotThere({ error, again }: { readonly error: ErrorPayload; again: () => void }): JSX.Element {
  if (error.code === 'UNAVAILABLE') return <p class="soft">{error.message}.</p>;
  return <Trouble error={error} button={{ label: 'Try again', press: again }} />;
}

interface SnapshotListProps {
  readonly agent: Agent;
  /** Newest first. */
  readonly all: readonly Snapshot[];
  readonly reload: () => Promise<void>;
}

type Rolled =
  | { readonly kind: 'done'; readonly to: Snapshot; readonly result: RolledBack }
  | { readonly kind: 'failed'; readonly error: ErrorPayload };

function SnapshotList({ agent, all, reload }: SnapshotListProps): JSX.Element {
  const { snapshots } = useFeeds();
  const [busy, setBusy] = useState(false);
  const [rolled, setRolled] = useState<Rolled>();
  /** What was found before a rollback says nothing about what is there after it. */
  const [rollbacks, setRollbacks] = useState(0);
  async function take(note: string): Promise<string | undefined> {
    const taken = await snapshots.take(agent.address, note);
    if (taken.kind === 'error') return failureLine(taken.error);
    toast(`Took a snapshot of ${agent.name}.`);
    await reload();
    return undefined;
  }
  async function rollBack(to: Snapshot): Promise<void> {
    setBusy(true);
    const done = await snapshots.rollBack(agent.address, to.id);
    setRolled(
      done.kind === 'error'
        ? { kind: 'failed', error: done.error }
        : { kind: 'done', to, result: done.payload },
    );
    await reload();
    setRollbacks((sum) => sum + 1);
    setBusy(false);
  }
  return (
    <>
      <p class="soft">What {agent.name} keeps, as it was between two of its messages.</p>
      <AddForm
        label="Note on the snapshot"
        placeholder="A note, if you like…"
        button="Take a snapshot"
        mayBeEmpty
        add={take}
      />
      {rolled !== undefined && (
        <RolledNote agent={agent} rolled={rolled} busy={busy} goBack={(to) => void rollBack(to)} />
      )}
      {all.length === 0 && <p class="soft">There is none yet.</p>}
      <ul>
        {all.map((snapshot) => (
          <SnapshotView
            key={`${snapshot.id} ${rollbacks}`}
            agent={agent}
            snapshot={snapshot}
            busy={busy}
            rollBack={rollBack}
          />
        ))}
      </ul>
    </>
  );
}

interface RolledNoteProps {
  readonly agent: Agent;
  readonly rolled: Rolled;
  readonly busy: boolean;
  readonly goBack: (to: Snapshot) => void;
}

/** Takes the focus: the button that was pressed is further down, and gone. */
function RolledNote({ agent, rolled, busy, goBack }: RolledNoteProps): JSX.Element {
  const present = useCell(now);
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => box.current?.focus(), [rolled]);
  return (
    <div ref={box} tabIndex={-1} class="rolled">
      {rolled.kind === 'failed' ? (
        <Trouble error={rolled.error} />
      ) : (
        <div class="rolled-back" role="status">
          <p>
            {agent.name} is what it was {absolute(rolled.to.at, present)}. What this replaced was kept as a
            snapshot.
          </p>
          {!rolled.result.awake && <StatusMark tone="warn" shape="triangle" word={NOT_AWAKE} />}
          <button type="button" class="button" disabled={busy} onClick={() => goBack(rolled.result.replaced)}>
            Go back to before that
          </button>
        </div>
      )}
    </div>
  );
}

const NOT_AWAKE = 'It did not start with what it was given back; it is being started anew.';

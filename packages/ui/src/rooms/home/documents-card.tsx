/** The documents folder: how much of it is known, what is being read now, what could not be read and why. */

import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { useFeeds } from '../../feeds/feeds.ts';
import { Fact } from '../../parts/fact.tsx';
import { Meter } from '../../parts/meter.tsx';
import { toast } from '../../parts/toast.tsx';
import { useCell } from '../../state/cell.ts';
import { count, counted } from '../../words/amount.ts';
import { Card } from './card.tsx';

export function DocumentsCard(): JSX.Element {
  const { status } = useFeeds();
  const { value: documents } = useCell(status.documents);
  if (documents === undefined) {
    return (
      <Card title="Documents">
        <p class="soft">
          No documents are known yet. Name a folder in <code>kai.yaml</code>, and kAI finds answers in it.
        </p>
      </Card>
    );
  }
  const { folder, files, passages, indexing, skipped } = documents;
  return (
    <Card title="Documents" aside={<Rescan />}>
      <p class="soft">{folder}</p>
      {indexing !== null && (
        <p class="indexing numbers">
          <Meter value={indexing.done} max={indexing.total} plain />
          Reading {count(indexing.done)} of {count(indexing.total)}
        </p>
      )}
      <dl class="facts">
        <Fact name="Files">{count(files)}</Fact>
        <Fact name="Passages">{count(passages)}</Fact>
      </dl>
      {skipped.length > 0 && (
        <details class="skipped">
          <summary>{counted(skipped.length, 'file')} could not be read</summary>
          <ul class="card-list">
            {skipped.map(({ source, reason }) => (
              <li key={source} class="card-item">
                <span class="row-title">{source}</span>
                <p class="card-item-sub">{reason}</p>
              </li>
            ))}
          </ul>
        </details>
      )}
    </Card>
  );
}

function Rescan(): JSX.Element {
  const { status } = useFeeds();
  const [busy, setBusy] = useState(false);
  async function rescan(): Promise<void> {
    setBusy(true);
    const done = await status.rescan();
    setBusy(false);
    toast(
      done ? 'The folder was read again.' : 'The folder could not be read again now; what was known stays.',
    );
  }
  return (
    <button type="button" class="button small" disabled={busy} onClick={() => void rescan()}>
      {busy ? 'Reading…' : 'Read again'}
    </button>
  );
}

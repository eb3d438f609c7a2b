/**
 * One message that could not be delivered: why, the whole of it, and what can be done. Dropping asks once, because what
 * the node forgets cannot be brought back.
 */

import type { ErrorCode, ErrorPayload } from '@kai/protocol';
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { DeadLetter } from '../../connection/wire.ts';
import { CopyMenu } from '../../parts/copy-menu.tsx';
import { JsonBox, pretty } from '../../parts/json-box.tsx';
import { StatusMark } from '../../parts/status-mark.tsx';
import { When } from '../../parts/when.tsx';
import { retryCommand } from '../../words/command.ts';
import { MEANING } from '../../words/failure.ts';
import { letterName } from './letter-name.ts';

export interface LetterProps {
  readonly letter: DeadLetter;
  /** The node whose letter this is. */
  readonly node: string;
  /** Why it stayed when it was sent again. */
  readonly kept: ErrorPayload | undefined;
  /** Whether something is being sent. */
  readonly busy: boolean;
  readonly send: (id: string, name: string) => Promise<void>;
  readonly drop: (id: string, name: string) => Promise<void>;
}

export function Letter({ letter, node, kept, busy, send, drop }: LetterProps): JSX.Element {
  const { at, id, code, reason, message } = letter;
  const name = letterName(letter, node);
  return (
    <li class="row letter" data-item>
      <details class="letter-body">
        <summary data-row class="letter-head">
          <StatusMark tone="bad" shape="cross" word={code} />
          <span class="soft">
            {name} · <When at={at} />
          </span>
          <span class="letter-reason">Not delivered: {reason}.</span>
        </summary>
        <p class="letter-meaning">{MEANING[code as ErrorCode] ?? ''}</p>
        <JsonBox text={pretty(message)} />
      </details>
      <CopyMenu of={`letter ${id}`} command={retryCommand(id)} json={letter} />
      <div class="letter-acts">
        {kept !== undefined && (
          <p class="letter-kept" role="alert">
            <StatusMark
              tone="warn"
              shape="triangle"
              word={`Still not delivered: ${kept.message} (${kept.code})`}
            />
          </p>
        )}
        <Acts name={name} busy={busy} send={() => void send(id, name)} drop={() => void drop(id, name)} />
      </div>
    </li>
  );
}

interface ActsProps {
  readonly name: string;
  readonly busy: boolean;
  readonly send: () => void;
  readonly drop: () => void;
}

function Acts({ name, busy, send, drop }: ActsProps): JSX.Element {
  const [asking, setAsking] = useState(false);
  if (asking) {
    return (
      <>
        <span role="alert">Drop {name}? It is forgotten for good, and never delivered.</span>
        <button type="button" class="button small" disabled={busy} onClick={drop}>
          Drop it
        </button>
        <button type="button" class="button small quiet" onClick={() => setAsking(false)}>
          Keep it
        </button>
      </>
    );
  }
  return (
    <>
      <button
        type="button"
        class="button small"
        disabled={busy}
        aria-label={`Send again ${name}`}
        onClick={send}
      >
        Send again
      </button>
      <button
        type="button"
        class="button small quiet"
        disabled={busy}
        aria-label={`Drop ${name}`}
        onClick={() => setAsking(true)}
      >
        Drop
      </button>
    </>
  );
}

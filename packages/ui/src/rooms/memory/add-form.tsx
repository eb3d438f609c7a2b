/** One line that adds something. The text stays until the node has taken it; a refusal is said right here. */

import type { ErrorPayload } from '@kai/protocol';
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { Answer } from '../../connection/link.ts';
import { MEANING } from '../../words/failure.ts';

export interface AddFormProps {
  readonly label: string;
  readonly placeholder: string;
  readonly button: string;
  readonly add: (text: string) => Promise<Answer<unknown>>;
}

const TEXT_LENGTH_MAX = 4_000;

export function AddForm({ label, placeholder, button, add }: AddFormProps): JSX.Element {
  const [text, setText] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<ErrorPayload>();
  async function submit(event: Event): Promise<void> {
    event.preventDefault();
    if (text.trim() === '' || busy) return;
    setBusy(true);
    const answer = await add(text.trim());
    setBusy(false);
    setError(answer.kind === 'error' ? answer.error : undefined);
    if (answer.kind === 'reply') setText('');
  }
  return (
    <form class="add-form" onSubmit={(event) => void submit(event)}>
      <input
        class="field"
        aria-label={label}
        placeholder={placeholder}
        maxLength={TEXT_LENGTH_MAX}
        value={text}
        onInput={(event) => setText(event.currentTarget.value)}
      />
      <button type="submit" class="button primary" disabled={text.trim() === '' || busy}>
        {button}
      </button>
      {error !== undefined && (
        <p class="add-refusal" role="alert">
          {error.message} {MEANING[error.code]}
        </p>
      )}
    </form>
  );
}

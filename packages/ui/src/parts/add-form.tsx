/** One line that adds something. The text stays until the node has taken it; why it did not is said right here. */

import type { JSX } from 'preact';
import { useState } from 'preact/hooks';

export interface AddFormProps {
  readonly label: string;
  readonly placeholder: string;
  readonly button: string;
  /** Whether it can be sent without a text. */
  readonly mayBeEmpty?: boolean;
  /** Why it was not added, or nothing when it was. */
  readonly add: (text: string) => Promise<string | undefined>;
}

const TEXT_LENGTH_MAX = 4_000;

export function AddForm({ label, placeholder, button, mayBeEmpty = false, add }: AddFormProps): JSX.Element {
  const [text, setText] = useState('');
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<string>();
  const blocked = busy || (text.trim() === '' && !mayBeEmpty);
  async function submit(event: Event): Promise<void> {
    event.preventDefault();
    if (blocked) return;
    setBusy(true);
    const why = await add(text.trim());
    setBusy(false);
    setRefusal(why);
    if (why === undefined) setText('');
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
      <button type="submit" class="button primary" disabled={blocked}>
        {button}
      </button>
      {refusal !== undefined && (
        <p class="add-refusal" role="alert">
          {refusal}
        </p>
      )}
    </form>
  );
}

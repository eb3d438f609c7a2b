/** An error as a person needs it: what happened, what it means, one button that helps. */

import type { ErrorPayload } from '@kai/protocol';
import type { JSX } from 'preact';
import { MEANING } from '../words/failure.ts';
import { StatusMark } from './status-mark.tsx';

export interface TroubleProps {
  readonly error: ErrorPayload;
  readonly button?: { readonly label: string; readonly press: () => void };
}

export function Trouble({ error, button }: TroubleProps): JSX.Element {
  return (
    <div class="trouble" role="alert">
      <StatusMark tone="bad" shape="cross" word={error.message} />
      <p class="trouble-meaning">{MEANING[error.code]}</p>
      {button !== undefined && (
        <button type="button" class="button" onClick={button.press}>
          {button.label}
        </button>
      )}
    </div>
  );
}

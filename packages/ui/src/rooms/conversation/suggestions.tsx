/** The empty conversation: what the agents of this node can do, in sentences that work. */

import type { JSX } from 'preact';
import type { Ability } from '../../connection/wire.ts';
import { useFeeds } from '../../feeds/feeds.ts';
import { Mark } from '../../parts/icon.tsx';
import { useCell } from '../../state/cell.ts';

/** More would be a manual; Agents shows the rest. */
const SHOWN_MAX = 6;

export function Suggestions({ onChoose }: { readonly onChoose: (text: string) => void }): JSX.Element {
  const { conversation } = useFeeds();
  const { value: abilities } = useCell(conversation.abilities);
  const usable = variedFirst(abilities.filter(({ examples }) => examples.length > 0)).slice(0, SHOWN_MAX);
  return (
    <div class="suggestions">
      <Mark />
      <h2 class="suggestions-title">What shall be done?</h2>
      <p class="soft">
        {usable.length > 0
          ? 'Choose an example, make it yours, and send it.'
          : 'As soon as kAI is connected, examples of what its agents can do stand here.'}
      </p>
      <ul class="suggestion-list">
        {usable.map(({ agent, intent, summary, examples }) => (
          <li key={`${agent} ${intent}`}>
            <button type="button" class="suggestion" onClick={() => onChoose(examples[0] ?? '')}>
              <span class="suggestion-example">{examples[0]}</span>
              <span class="suggestion-summary">{summary}</span>
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}

/** The first ability of each agent, then the others: six of one agent would hide what the rest can do. */
function variedFirst(abilities: readonly Ability[]): readonly Ability[] {
  const isFirst = ({ agent }: Ability, at: number): boolean =>
    abilities.findIndex((one) => one.agent === agent) === at;
  return [...abilities.filter(isFirst), ...abilities.filter((ability, at) => !isFirst(ability, at))];
}

/** The models that were found, where they run, and how far a question to them travels. */

import type { Reach } from '@kai/protocol';
import type { JSX } from 'preact';
import type { ModelPlace } from '../../connection/wire.ts';
import { useFeeds } from '../../feeds/feeds.ts';
import { StatusMark } from '../../parts/status-mark.tsx';
import { useCell } from '../../state/cell.ts';
import { Card } from './card.tsx';

const REACH_WORDS: Readonly<Record<Reach, string>> = {
  device: 'stays on this device',
  lan: 'stays in this network',
  org: 'stays in the organisation',
  public: 'leaves your devices',
};

export function ModelsCard(): JSX.Element {
  const { status } = useFeeds();
  const models = useCell(status.node).value?.models ?? [];
  return (
    <Card title="Models">
      {models.length === 0 ? (
        <p class="soft">
          No model was found, so kAI answers from its phrasebook. Start Ollama on this device, or name a model
          in <code>kai.yaml</code>.
        </p>
      ) : (
        <ul class="card-list">
          {models.map((model) => (
            <Model key={model.name} model={model} />
          ))}
        </ul>
      )}
    </Card>
  );
}

function Model({ model }: { readonly model: ModelPlace }): JSX.Element {
  const { name, where, reach, ready, detail } = model;
  return (
    <li class="card-item">
      <div class="card-item-head">
        <span class="row-title">{model.model}</span>
        {ready ? (
          <StatusMark tone="good" shape="disc" word="Ready" />
        ) : (
          <StatusMark tone="warn" shape="triangle" word="Not ready" />
        )}
      </div>
      <p class="card-item-sub">
        {name}, {where}: what you say {REACH_WORDS[reach]}.
      </p>
      {!ready && detail !== '' && <p class="card-item-sub">Reason: {detail}.</p>}
    </li>
  );
}

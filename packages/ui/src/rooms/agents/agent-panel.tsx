/** One agent in full: its numbers, its last error, what it can be asked, in which words, with which schema. */

import type { ErrorCode, IntentDeclaration } from '@kai/protocol';
import type { JSX } from 'preact';
import type { Agent } from '../../connection/wire.ts';
import { copy } from '../../parts/copy-menu.tsx';
import { DetailPanel } from '../../parts/detail-panel.tsx';
import { Fact } from '../../parts/fact.tsx';
import { Icon } from '../../parts/icon.tsx';
import { JsonBox } from '../../parts/json-box.tsx';
import { Meter } from '../../parts/meter.tsx';
import { StatusMark } from '../../parts/status-mark.tsx';
import { When } from '../../parts/when.tsx';
import { toHash } from '../../shell/route.ts';
import { count } from '../../words/amount.ts';
import { sendCommand } from '../../words/command.ts';
import { MEANING } from '../../words/failure.ts';
import { examplePayload } from './example-payload.ts';
import { HEALTH_MARKS } from './health.ts';
import { SnapshotsSection } from './snapshots-section.tsx';

export function AgentPanel({
  agent,
  onClose,
}: {
  readonly agent: Agent;
  readonly onClose: () => void;
}): JSX.Element {
  const { name, address, health, queue, queueMax, running, concurrency, lastError } = agent;
  return (
    <DetailPanel title={name} subtitle={address} onClose={onClose}>
      <p class="panel-lead">{agent.summary}</p>
      <dl class="facts">
        <Fact name="Health">
          <StatusMark {...HEALTH_MARKS[health]} />
        </Fact>
        <Fact name="Waiting">
          <Meter value={queue} max={queueMax} /> {count(queue)} of {count(queueMax)}
        </Fact>
        <Fact name="Running">
          {count(running)} of {count(concurrency)} at a time
        </Fact>
        <Fact name="Handled">{count(agent.handled)}</Fact>
        <Fact name="Failed">{count(agent.failed)}</Fact>
        <Fact name="Version">{agent.version}</Fact>
        <Fact name="Starts">{count(agent.incarnation)}</Fact>
        <Fact name="Services">{agent.services.join(', ') || '–'}</Fact>
      </dl>
      {lastError !== undefined && <LastError error={lastError} address={address} />}
      <h3 class="panel-heading">What it can be asked</h3>
      {agent.intents.length === 0 && (
        <p class="soft">
          Nothing by other agents: it works for this window and the command line, or by itself.
        </p>
      )}
      {agent.intents.map((intent) => (
        <IntentView key={intent.name} intent={intent} to={addressOf(agent)} />
      ))}
      <SnapshotsSection agent={agent} />
    </DetailPanel>
  );
}

/** Where to ask it: by its service, which may move to another agent, else by itself. */
function addressOf({ services: [service], address }: Agent): string {
  return service === undefined ? address : `kai://agent.${service}`;
}

function LastError({
  error,
  address,
}: {
  error: NonNullable<Agent['lastError']>;
  address: string;
}): JSX.Element {
  return (
    <section class="trouble" aria-label="Last error">
      <StatusMark tone="bad" shape="cross" word={error.message} />
      <p class="trouble-meaning">
        {MEANING[error.code as ErrorCode] ?? ''} Last seen <When at={error.at} />.
      </p>
      <a class="button" href={toHash('messages', 'containing', address)}>
        Show its messages
      </a>
    </section>
  );
}

function IntentView({
  intent,
  to,
}: {
  readonly intent: IntentDeclaration;
  readonly to: string;
}): JSX.Element {
  const { name, summary, effect, phrases = [] } = intent;
  const command = sendCommand(to, name, examplePayload(intent.input));
  return (
    <details class="intent">
      <summary>
        <code class="intent-name">{name}</code>
        <span class="tag">{effect === 'read' ? 'reads' : 'changes'}</span>
        <span class="intent-summary">{summary}</span>
      </summary>
      {phrases.length > 0 && (
        <>
          <h4 class="panel-small-heading">Say it like this</h4>
          <ul class="phrases">
            {phrases.map((phrase) => (
              <li key={phrase}>{phrase}</li>
            ))}
          </ul>
        </>
      )}
      <h4 class="panel-small-heading">Payload</h4>
      <JsonBox text={JSON.stringify(intent.input, null, 2)} />
      <button type="button" class="button small" onClick={() => void copy(command, 'the command')}>
        <Icon name="copy" />
        Copy as CLI command
      </button>
    </details>
  );
}

/** The agents of this node: how each is, what waits for it, what it has done; one opened in full. */

import type { JSX } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import type { Agent } from '../../connection/wire.ts';
import { useFeeds } from '../../feeds/feeds.ts';
import { CopyMenu } from '../../parts/copy-menu.tsx';
import { Empty } from '../../parts/empty.tsx';
import { Meter } from '../../parts/meter.tsx';
import { SearchBox } from '../../parts/search-box.tsx';
import { StatusMark } from '../../parts/status-mark.tsx';
import { goTo, toHash } from '../../shell/route.ts';
import { useCell } from '../../state/cell.ts';
import { count } from '../../words/amount.ts';
import { traceCommand } from '../../words/command.ts';
import { AgentPanel } from './agent-panel.tsx';
import { HEALTH_MARKS, inOrder, summary } from './health.ts';

export function AgentsRoom({ path }: { readonly path: readonly string[] }): JSX.Element {
  const { agents } = useFeeds();
  const { value: all, at } = useCell(agents);
  const [query, setQuery] = useState('');
  const shown = useMemo(() => inOrder(all).filter((agent) => matches(agent, query)), [all, query]);
  const opened = all.find(({ address }) => address === path[0]);
  return (
    <div class={`split${opened === undefined ? '' : ' has-detail'}`}>
      <section class="list-side" aria-label="Agents">
        <header class="room-head">
          <h1 class="room-title">Agents</h1>
          {all.length > 0 && <StatusMark {...summary(all)} />}
        </header>
        <div class="room-tools">
          <SearchBox label="Search agents" value={query} onChange={setQuery} />
        </div>
        {shown.length === 0 ? (
          <Nothing query={query} known={at > 0} />
        ) : (
          <ul class="rows" data-list>
            {shown.map((agent) => (
              <AgentRow key={agent.address} agent={agent} open={agent === opened} />
            ))}
          </ul>
        )}
      </section>
      {opened !== undefined && (
        <AgentPanel key={opened.address} agent={opened} onClose={() => goTo('agents')} />
      )}
    </div>
  );
}

function AgentRow({ agent, open }: { readonly agent: Agent; readonly open: boolean }): JSX.Element {
  const { address, name, health, queue, queueMax, handled, failed } = agent;
  return (
    <li class="row agent-row" data-item>
      <a class="row-link" data-row href={toHash('agents', address)} aria-current={open ? 'true' : undefined}>
        <span class="agent-health">
          <StatusMark {...HEALTH_MARKS[health]} />
        </span>
        <span class="agent-names">
          <span class="row-title">{name}</span>
          <span class="row-sub">{agent.summary}</span>
        </span>
        <span class="agent-queue">
          <Meter value={queue} max={queueMax} />
          <span class="numbers soft">
            {count(queue)}/{count(queueMax)} waiting
          </span>
        </span>
        <span class="agent-counts numbers">
          <span>{count(handled)} done</span>
          <span class={failed > 0 ? 'tone-bad' : 'soft'}>{count(failed)} failed</span>
        </span>
      </a>
      <CopyMenu of={name} command={traceCommand(address)} json={agent} />
    </li>
  );
}

function Nothing({ query, known }: { readonly query: string; readonly known: boolean }): JSX.Element {
  if (query !== '') {
    return (
      <Empty icon="search" title={`No agent matches “${query}”`}>
        The search looks at names, addresses, summaries and intents.
      </Empty>
    );
  }
  return (
    <Empty icon="agents" title={known ? 'No agent is running' : 'Not seen yet'}>
      {known ? (
        <>
          Agents are listed in <code>kai.yaml</code>; after a change there, start the node again with{' '}
          <code>kai up</code>.
        </>
      ) : (
        'The agents of the node stand here as soon as it is connected.'
      )}
    </Empty>
  );
}

function matches(agent: Agent, query: string): boolean {
  const words = [agent.name, agent.address, agent.summary, ...agent.intents.map(({ name }) => name)];
  return words.join(' ').toLowerCase().includes(query.trim().toLowerCase());
}

/** The node itself: is it there, how long, how much does it do, has anything gone wrong. */

import type { JSX } from 'preact';
import { useFeeds } from '../../feeds/feeds.ts';
import { CopyMenu } from '../../parts/copy-menu.tsx';
import { Fact } from '../../parts/fact.tsx';
import { StatusMark, type StatusMarkProps } from '../../parts/status-mark.tsx';
import { useCell } from '../../state/cell.ts';
import { now } from '../../state/now.ts';
import { bytes, count, lasting, rate } from '../../words/amount.ts';
import { sendCommand } from '../../words/command.ts';
import { relative } from '../../words/moment.ts';
import { summary } from '../agents/health.ts';
import { Card } from './card.tsx';

export function NodeCard(): JSX.Element {
  const { status, link, agents } = useFeeds();
  const { value: node, at } = useCell(status.node);
  const { value: known } = useCell(agents);
  const present = useCell(now);
  const open = useCell(link.state).kind === 'open';
  if (node === undefined) {
    return (
      <Card title="This node">
        <p class="soft">Not seen yet. As soon as the node answers, its state stands here.</p>
      </Card>
    );
  }
  const { messages, memory, table } = node;
  return (
    <Card
      title={node.node.replace('kai://', '')}
      aside={<CopyMenu of="this node" command={sendCommand(node.node, 'node.status', {})} json={node} />}
    >
      <p class="card-lead">
        <StatusMark {...health(open)} />
        {open ? <StatusMark {...summary(known)} /> : <span class="soft">Seen {relative(at, present)}</span>}
      </p>
      <dl class="facts">
        <Fact name="Messages">{rate(messages.perSecond)} /s</Fact>
        <Fact name="Load">{count(node.load * 100)} %</Fact>
        <Fact name="Waiting">{count(node.queue)}</Fact>
        <Fact name="Agents">{count(node.agents)}</Fact>
        <Fact name="Admitted">{count(messages.admitted)}</Fact>
        <Fact name="Failed">{count(messages.failed)}</Fact>
        <Fact name="Refused">{count(messages.refused)}</Fact>
        <Fact name="Memory">{bytes(memory.rss)}</Fact>
        <Fact name="Running for">{lasting(present - node.startedAt)}</Fact>
        <Fact name="Rules">
          {count(table.rules)}, v{count(table.version)}
        </Fact>
        <Fact name="Topology">{node.topology}</Fact>
        <Fact name="Version">{node.version}</Fact>
      </dl>
    </Card>
  );
}

function health(open: boolean): StatusMarkProps {
  return open
    ? { tone: 'good', shape: 'disc', word: 'Online' }
    : { tone: 'warn', shape: 'ring', word: 'Offline' };
}

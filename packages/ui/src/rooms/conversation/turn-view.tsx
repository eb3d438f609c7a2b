/** One turn: what a person said, or what kAI answered with its steps, its sources, and who answered and why. */

import type { JSX } from 'preact';
import type { Source } from '../../connection/wire.ts';
import { useFeeds } from '../../feeds/feeds.ts';
import type { ShownTurn } from '../../feeds/talk.ts';
import { CopyMenu, type MenuAction } from '../../parts/copy-menu.tsx';
import { Icon } from '../../parts/icon.tsx';
import { Prose } from '../../parts/prose.tsx';
import { Trouble } from '../../parts/trouble.tsx';
import { When } from '../../parts/when.tsx';
import { goTo } from '../../shell/route.ts';
import { answeredLine } from '../../words/answered.ts';
import { sendCommand } from '../../words/command.ts';
import { SourceCards } from './source-cards.tsx';
import { Steps } from './steps.tsx';

export interface TurnViewProps {
  readonly turn: ShownTurn;
  readonly onSource: (source: Source) => void;
  readonly onAgain: (text: string) => void;
}

export function TurnView({ turn, onSource, onAgain }: TurnViewProps): JSX.Element {
  return turn.role === 'person' ? (
    <Person turn={turn} />
  ) : (
    <Reply turn={turn} onSource={onSource} onAgain={onAgain} />
  );
}

function Person({ turn }: { readonly turn: ShownTurn }): JSX.Element {
  const { text } = turn;
  return (
    <article class="turn turn-person" data-item>
      <h2 class="unseen">You</h2>
      <p class="bubble">{text}</p>
      <div class="turn-foot">
        <When at={turn.at} />
        <CopyMenu of={`“${text}”`} text={text} json={turn} command={command(text)} />
      </div>
    </article>
  );
}

function Reply({ turn, onSource, onAgain }: TurnViewProps): JSX.Element {
  const { text, steps = [], sources = [], answeredBy, trace, failure, about } = turn;
  const follow: readonly MenuAction[] =
    trace === undefined
      ? []
      : [{ label: 'Follow this message', icon: 'messages', press: () => goTo('messages', 'trace', trace) }];
  return (
    <article class="turn turn-kai" data-item>
      <h2 class="unseen">kAI</h2>
      {about !== undefined && (
        <p class="turn-about">
          <Icon name="bell" />
          Reminder
        </p>
      )}
      <Steps steps={steps} />
      {text !== '' && <Prose text={text} />}
      <SourceCards sources={sources} onOpen={onSource} />
      {failure !== undefined && <Failure turn={turn} onAgain={onAgain} />}
      <div class="turn-foot">
        <span>
          {answeredBy !== undefined && <span title={answeredBy.why}>{answeredLine(answeredBy)} · </span>}
          <When at={turn.at} />
        </span>
        <CopyMenu
          of="this reply"
          text={text}
          json={turn}
          command={trace === undefined ? 'kai trace' : `kai trace --containing ${trace}`}
          actions={follow}
        />
      </div>
    </article>
  );
}

/** Stopping is no error: it is said in three words. Everything else is, and can be asked again. */
function Failure({ turn, onAgain }: Omit<TurnViewProps, 'onSource'>): JSX.Element {
  const { conversation, link } = useFeeds();
  const { failure, asked = '' } = turn;
  if (failure === undefined || failure.code === 'CANCELLED')
    return <p class="turn-stopped">You stopped this.</p>;
  const again = (): void => (link.state.get().kind === 'open' ? conversation.say(asked) : onAgain(asked));
  return <Trouble error={failure} button={{ label: 'Ask again', press: again }} />;
}

function command(text: string): string {
  return sendCommand('kai://agent.kai-core', 'conversation.say', { text });
}

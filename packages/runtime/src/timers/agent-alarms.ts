/** Agents' timers, fired as events from the node to the agent. */

import { HOPS_DEFAULT, KaiError, type Message, type NodeAddress } from '@kai/protocol';
import type { MessageIds } from '../ids/message-ids.ts';
import type { Clock, Log, TimerRecord } from '../ports/index.ts';
import type { Registrar } from '../registrar/registrar.ts';
import type { Exchange } from '../router/exchange.ts';
import type { Router } from '../router/router.ts';
import { Alarms } from './alarms.ts';

export function agentAlarms(
  registrar: Registrar,
  router: Router,
  ids: MessageIds,
  clock: Clock,
  log: Log,
  node: NodeAddress,
): Alarms {
  const eventOf = (timer: TimerRecord): Message | undefined => {
    const endpoint = registrar.at(timer.agent);
    return endpoint && timerEvent(timer, ids, node, endpoint.address);
  };
  return new Alarms(clock, log.child('timers'), {
    fire: (timer) => {
      const message = eventOf(timer);
      const endpoint = registrar.at(timer.agent);
      if (message === undefined || endpoint === undefined)
        return Promise.reject(new KaiError('NO_ROUTE', `${timer.agent} has gone`));
      const exchange: Exchange = router.open(message, 'timer');
      exchange.timer = timer.name;
      const settled = exchange.answer();
      endpoint.take(exchange);
      return settled.then(() => {});
    },
    giveUp: (timer, error) => {
      const message = eventOf(timer);
      if (message === undefined) return;
      const reason = error instanceof KaiError ? error : new KaiError('AGENT_FAILED', String(error));
      router.accounts.bury(message, reason, {
        timers: [{ agent: timer.agent, name: timer.name, due: undefined }],
      });
    },
  });
}

function timerEvent(timer: TimerRecord, ids: MessageIds, node: NodeAddress, to: Message['to']): Message {
  return {
    id: ids.next(),
    kind: 'event',
    from: node,
    to,
    intent: timer.intent,
    payload: timer.payload,
    context: { timer: timer.name, due: timer.due },
    priority: 'high',
    auth: undefined,
    re: undefined,
    expires: 0,
    hops: HOPS_DEFAULT,
  };
}

/** What an error means for the person who meets it, in one sentence, by its code. */

import type { ErrorCode, ErrorPayload } from '@kai/protocol';

export const MEANING: Readonly<Record<ErrorCode, string>> = {
  INVALID_MESSAGE: 'This window and the node do not understand each other; reloading usually settles it.',
  INVALID_PAYLOAD: 'Something in it was not as the agent expects; nothing was changed.',
  NO_ROUTE: 'No agent that is running takes this; the agent may be switched off in the configuration.',
  UNREACHABLE: 'What you wrote is still here; try again once the connection is back.',
  UNAUTHORIZED: 'This browser is not known to the node; open the link that “kai up” prints.',
  POLICY_DENIED: 'A rule of this node does not allow it; nothing was changed.',
  REACH_DENIED: 'It would have left the place that its privacy label allows, so it was kept back.',
  EXPIRED: 'The agent took too long; it may be busy, and trying again can help.',
  OVERLOADED: 'The agent has more to do than it can queue; try again in a moment.',
  CANCELLED: 'What was answered until then stays.',
  AGENT_FAILED: 'The agent was started anew; its details are in Agents.',
  AGENT_MOVED: 'The agent lives on another node now; try again.',
  CONFLICT: 'Something changed in the meantime; look again before you repeat it.',
  UNAVAILABLE: 'Something it needs is not there now; try again in a moment.',
  INTERNAL: 'This is a defect in kAI itself; Messages shows what led to it.',
};

/** An error with its meaning, where one line is all there is. */
export function failureLine({ code, message }: ErrorPayload): string {
  return `${message} ${MEANING[code]}`;
}

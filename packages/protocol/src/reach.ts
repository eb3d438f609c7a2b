/**
 * Reach: how far a message may travel (protocol §2, `context.reach`).
 *
 * Every link and every model runtime has a reach, too; a message never crosses one that is wider than its
 * label, whatever the routing table says.
 */

export const REACHES = ['device', 'lan', 'org', 'public'] as const;
export type Reach = (typeof REACHES)[number];

export function isReach(value: unknown): value is Reach {
  return typeof value === 'string' && (REACHES as readonly string[]).includes(value);
}

/** Whether a message labelled `label` may cross something that reaches as far as `crossing`. */
export function mayCross(label: Reach, crossing: Reach): boolean {
  return REACHES.indexOf(crossing) <= REACHES.indexOf(label);
}

/** The narrower of two labels: what a message caused by another may reach at most. */
export function narrower(one: Reach, other: Reach): Reach {
  return mayCross(one, other) ? other : one;
}

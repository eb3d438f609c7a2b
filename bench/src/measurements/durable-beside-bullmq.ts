/**
 * Durable messages beside BullMQ's jobs on a Redis that syncs every write. Says that it is not measured, and why, for as
 * long as that peer is not there: a row that is missing without a word would look like a peer that was left out.
 */

import type { Measurement } from '../measurement.ts';

const PEER = ['bullmq', 'ioredis'] as const;

export const durableBesideBullmq: Measurement = {
  name: 'durable-beside-bullmq',
  async measure() {
    const missing = PEER.filter((name) => !isInstalled(name));
    const reason =
      missing.length > 0
        ? `${missing.join(' and ')} ${missing.length === 1 ? 'is' : 'are'} not installed`
        : `${PEER.join(' and ')} are installed, but no side is written for them`;
    return { notMeasured: reason };
  },
};

function isInstalled(name: string): boolean {
  try {
    import.meta.resolve(name);
    return true;
  } catch {
    return false;
  }
}

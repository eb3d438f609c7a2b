/**
 * What durable messages leave in memory: heap in use after 200,000 of them and a full collection, less what it was
 * before, a message. In a process of its own, whose compiler has seen the same before.
 */

import { heapInUse } from '../alternate.ts';
import { atMost, type Measurement, scaled } from '../measurement.ts';
import { openDurableNode, tellAll } from '../sides/durable-node.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const MESSAGES = 200_000;
/** Before the first look: fills every key, and warms the compiler. */
const WARM_UP_SHARE = 0.1;
const WIDTH = 64;

export const durableMemory: Measurement = {
  name: 'durable-memory',
  async measure(scale) {
    const messages = scaled(MESSAGES, scale);
    await using folder = await temporaryFolder();
    await using node = await openDurableNode(folder.path, messages);
    await tellAll(node, scaled(messages * WARM_UP_SHARE, { ...scale, share: 1 }), WIDTH);
    const before = await heapInUse();
    await tellAll(node, messages, WIDTH);
    const bytes = Math.max(1, (await heapInUse()) - before);
    return [
      {
        subject: `heap that a durable message leaves behind, after ${messages.toLocaleString('en')} of them`,
        unit: 'bytes',
        samples: [bytes / messages],
        target: atMost(50),
        note: `${Math.round(bytes / 1024)} KiB in all, after collection`,
      },
    ];
  },
};

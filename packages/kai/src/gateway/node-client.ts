/** The little that the gateway needs of a node: who it is, and senders on it. */

import type { Client, KaiNode } from '@kai/runtime';

export interface NodeClient
  extends Pick<Client, 'address' | 'request' | 'stream' | 'subscribe'>,
    Disposable {}

export interface NodeFace extends Pick<KaiNode, 'address' | 'incarnation'> {
  client(name: string): NodeClient;
}

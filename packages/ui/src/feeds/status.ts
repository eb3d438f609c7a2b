/**
 * Feeds what the node says of itself and of its documents. The node's status has no stream: it is asked for at each
 * greeting, and again and again only while somebody looks at it, since every question is a message that others see.
 */

import type { Link } from '../connection/link.ts';
import type { DocumentsStatus, NodeStatus } from '../connection/wire.ts';
import { type Kept, keptCell } from '../kept/kept.ts';
import type { Cell } from '../state/cell.ts';

const DOCUMENTS = 'kai://agent.documents';
const STATUS_EVERY_MS = 5_000;
const SKIPPED_KEPT_MAX = 100;

export interface Status {
  readonly node: Cell<Kept<NodeStatus | undefined>>;
  readonly documents: Cell<Kept<DocumentsStatus | undefined>>;
  /** Asks for the node's status regularly until the returned call. */
  watch(): () => void;
  rescan(): Promise<boolean>;
}

export function openStatus(link: Link): Status {
  const node = keptCell<NodeStatus | undefined>('status.1', undefined, (value) => value);
  const documents = keptCell<DocumentsStatus | undefined>(
    'documents.1',
    undefined,
    (value) => value && { ...value, skipped: value.skipped.slice(0, SKIPPED_KEPT_MAX) },
  );

  async function askNode(): Promise<void> {
    const state = link.state.get();
    if (state.kind !== 'open' || document.visibilityState !== 'visible') return;
    const answer = await link.ask<NodeStatus>({ to: state.hello.node, intent: 'node.status' });
    if (answer.kind === 'reply') node.set({ value: answer.payload, at: Date.now() });
  }

  async function askDocuments(intent: string): Promise<boolean> {
    const answer = await link.ask<DocumentsStatus>({ to: DOCUMENTS, intent });
    if (answer.kind === 'reply') documents.set({ value: answer.payload, at: Date.now() });
    return answer.kind === 'reply';
  }

  link.onOpen((_, signal) => {
    void askNode();
    void askDocuments('documents.status');
    link.subscribe('tasks:documents.progress', signal, (value: DocumentsStatus) =>
      documents.set({ value, at: Date.now() }),
    );
  });
  return {
    node,
    documents,
    rescan: () => askDocuments('documents.rescan'),
    watch() {
      void askNode();
      const timer = setInterval(() => void askNode(), STATUS_EVERY_MS);
      return () => clearInterval(timer);
    },
  };
}

import { expect, it } from 'vitest';
import type { Commit, Store } from '../src/ports/index.ts';
import { agentOf, gate, settle, startFixture, withCommit } from './node-fixture.ts';

it('a disk that does not keep up holds messages up, and no entry is lost', async () => {
  const entries: string[] = [];
  let slow = gate();
  const counting = (store: Store): Store =>
    withCommit(store, async (commit: Commit) => {
      await slow.promise;
      for (const { id, outcome } of commit.journal ?? []) entries.push(`${id} ${outcome}`);
    });
  await using fixture = await startFixture({ journal: 'all', wrapStore: counting, traceEntries: 0 });
  fixture.node.register(agentOf('echo', 'say', (payload) => payload, { mailboxMax: 100_000 }));
  slow.open();
  await fixture.client.call('kai://agent.echo', 'say', 'awake');
  slow = gate();
  let answered = 0;
  const calls = Array.from({ length: 20_000 }, (_, n) =>
    fixture.client.call('kai://agent.echo', 'say', n, { timeoutMs: 60_000 }).then(() => {
      answered += 1;
    }),
  );
  await settle(50);
  // Two entries a call: it was held up long before all of them were answered.
  expect(answered).toBeLessThan(15_000);
  slow.open();
  await Promise.all(calls);
  await settle(50);
  expect(new Set(entries).size).toBe(2 * 20_001);
});

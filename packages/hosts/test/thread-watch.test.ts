import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openThreadWatch } from '@kai/hosts/in-process';
import { silentLog } from '@kai/runtime/ports';
import { expect, it, vi } from 'vitest';

function block(ms: number): void {
  const until = performance.now() + ms;
  while (performance.now() < until);
}

it('names the agent that blocks the thread while it still does, and remembers it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'kai-watch-'));
  const file = join(folder, 'stderr');
  const descriptor = openSync(file, 'w');
  await using watch = openThreadWatch({ log: silentLog, blockedAfterMs: 200, descriptor });
  const idle = watch.admit('kai://alice.hub.idle');
  const greedy = watch.admit('kai://alice.hub.greedy');
  // The worker must be running before there is something to see.
  await new Promise((resolve) => setTimeout(resolve, 300));
  watch.hold(idle);
  watch.hold(greedy);
  block(900);
  const seenWhileBlocked = readFileSync(file, 'utf8');
  watch.hold(0);
  expect(seenWhileBlocked).toMatch(
    /^kai: kai:\/\/alice\.hub\.greedy blocks the node's thread, for \d+ ms so far/,
  );
  await vi.waitFor(() => expect(watch.blockers.get('kai://alice.hub.greedy')?.times).toBe(1), 3000);
  expect(watch.blockers.has('kai://alice.hub.idle')).toBe(false);
  closeSync(descriptor);
  rmSync(folder, { recursive: true });
});

it('says nothing about a thread that is served', async () => {
  await using watch = openThreadWatch({ log: silentLog, blockedAfterMs: 400 });
  watch.hold(watch.admit('kai://alice.hub.kind'));
  for (let turn = 0; turn < 10; turn += 1) {
    block(50);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  expect(watch.blockers.size).toBe(0);
});

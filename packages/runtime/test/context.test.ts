import { type MessageContext, parseTraceparent, REACHES, type Reach, traceIdOf } from '@kai/protocol';
import { describe, expect, it } from 'vitest';
import type { CallOptions, MessageHandling } from '../src/index.ts';
import { agentOf, startFixture } from './node-fixture.ts';

/** What the second of two agents sees when the first one calls it with `options`. */
async function seenBy(
  first: MessageContext,
  second: CallOptions | undefined,
  node: { reach?: Reach; traceEntries?: number } = {},
) {
  await using fixture = await startFixture(node);
  let id = '';
  let seen: MessageHandling | undefined;
  fixture.node.register(
    agentOf('front', 'go', (_, handling) => {
      id = handling.message.id;
      return handling.call('kai://alice.hub.back', 'go', {}, second);
    }),
  );
  fixture.node.register(
    agentOf('back', 'go', (_, handling) => {
      seen = handling;
    }),
  );
  await fixture.client.call('kai://alice.hub.front', 'go', {}, { context: first, timeoutMs: 5000 });
  if (seen === undefined) throw new Error('the second was not asked');
  return {
    context: seen.message.context,
    reach: seen.reach,
    expires: seen.message.expires,
    id,
    start: fixture.clock.now(),
  };
}

describe('what a handler sends', () => {
  it('belongs to the trace of the message that it handles', async () => {
    const given = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const { context, id } = await seenBy({ traceparent: given }, undefined);
    const parsed = parseTraceparent(context.traceparent ?? '');
    expect(parsed?.traceId).toBe('0af7651916cd43dd8448eb211c80319c');
    expect(parsed?.parentId).toBe(id.replaceAll('-', '').slice(16));
    const begun = await seenBy({}, undefined);
    expect(parseTraceparent(begun.context.traceparent ?? '')?.traceId).toBe(
      traceIdOf(begun.id as never, undefined),
    );
  });

  it('carries a given trace on also when nobody records', async () => {
    const given = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00';
    const { context } = await seenBy({ traceparent: given }, undefined, { traceEntries: 0 });
    expect(context.traceparent).toMatch(/^00-0af7651916cd43dd8448eb211c80319c-[0-9a-f]{16}-00$/);
    expect((await seenBy({}, undefined, { traceEntries: 0 })).context).toEqual({});
  });

  const labels = [undefined, ...REACHES];
  const cases = labels.flatMap((cause) =>
    labels.flatMap((own) => REACHES.map((node) => ({ cause, own, node }))),
  );

  it.each(cases)(
    'travels no further than its cause: $cause, then $own, on a node of $node',
    async (labelled) => {
      const { cause, own, node } = labelled;
      const options = own === undefined ? undefined : { context: { reach: own } };
      const { reach } = await seenBy(cause === undefined ? {} : { reach: cause }, options, { reach: node });
      const limit = cause ?? node;
      const expected = REACHES[Math.min(REACHES.indexOf(limit), REACHES.indexOf(own ?? limit))];
      expect(reach).toBe(expected);
    },
  );

  it('expires no later than its cause', async () => {
    expect((await seenBy({}, { timeoutMs: 60_000 })).expires).toBe((await seenBy({}, undefined)).expires);
    const sooner = await seenBy({}, { timeoutMs: 100 });
    expect(sooner.expires).toBe(sooner.start + 100);
  });

  it('keeps its own entries and takes no others from its cause', async () => {
    const { context } = await seenBy(
      { session: 's', key: 'k', extra: 1 },
      { context: { key: 'mine', more: true } },
    );
    expect(context).toEqual({ key: 'mine', more: true, traceparent: expect.any(String) });
  });
});

/** The port of the gateway: free, or held by the node that it belongs to. */

import { createServer } from 'node:net';
import { GATEWAY_HOST } from '../gateway/gateway.ts';
import { portTaken } from '../gateway/port-taken.ts';
import type { RunningNode } from '../node/running-nodes.ts';
import { type Finding, fail, ok } from './finding.ts';

export async function examinePort(port: number, running: RunningNode | undefined): Promise<Finding> {
  if (running !== undefined) return ok('port', `the node runs at ${running.url}`);
  const error = await tryPort(port);
  if (error === undefined) return ok('port', port === 0 ? 'any that is free' : `${port} is free`);
  const why = await portTaken(error, port);
  return fail('port', why instanceof Error ? why.message : String(why), 'name another under gateway: port:');
}

/** The error of listening, or nothing. */
function tryPort(port: number): Promise<Error | undefined> {
  const { promise, resolve } = Promise.withResolvers<Error | undefined>();
  const server = createServer();
  server.once('error', resolve);
  server.listen({ port, host: GATEWAY_HOST }, () => server.close(() => resolve(undefined)));
  return promise;
}

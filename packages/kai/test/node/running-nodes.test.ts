/** The list of running nodes: written, read, and cleared of those that died. */

import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { announceNode, nodesFolder, type RunningNode, runningNodes } from '../../src/node/running-nodes.ts';

const NODE: RunningNode = {
  address: 'kai://ada.hub',
  url: 'http://127.0.0.1:5240/',
  pid: process.pid,
  data: '/data',
  config: '/kai.yaml',
  version: '1',
  startedAt: 1,
};

/** No process has this number: it is beyond the largest that Linux gives. */
const NOBODY = 2 ** 22 + 1;

describe('the list of running nodes', () => {
  let folder: string;
  beforeEach(() => {
    folder = join(mkdtempSync(join(tmpdir(), 'kai-nodes-')), 'nodes');
  });
  afterEach(() => rmSync(join(folder, '..'), { recursive: true, force: true }));

  it('holds a node while it runs, for this user alone', async () => {
    {
      await using _listed = await announceNode(NODE, folder);
      expect(await runningNodes(folder)).toEqual([NODE]);
      const [file = ''] = readdirSync(folder);
      expect(statSync(join(folder, file)).mode & 0o777).toBe(0o600);
      expect(statSync(folder).mode & 0o777).toBe(0o700);
    }
    expect(await runningNodes(folder)).toEqual([]);
  });

  it('has the youngest first', async () => {
    await using _one = await announceNode(NODE, folder);
    await using _other = await announceNode({ ...NODE, url: 'http://127.0.0.1:5241/', startedAt: 2 }, folder);
    expect((await runningNodes(folder)).map(({ startedAt }) => startedAt)).toEqual([2, 1]);
  });

  it('forgets who died, and what makes no sense', async () => {
    await announceNode({ ...NODE, pid: NOBODY }, folder);
    for (const [index, text] of [
      '',
      '{',
      '[]',
      '{"pid":1}',
      JSON.stringify({ ...NODE, url: 'x' }),
    ].entries()) {
      writeFileSync(join(folder, `${index}.json`), text);
    }
    expect(await runningNodes(folder)).toEqual([]);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('is empty where there is none', async () => {
    expect(await runningNodes(join(folder, 'nowhere'))).toEqual([]);
  });

  it('is where the user keeps state', () => {
    expect(nodesFolder({ KAI_STATE_HOME: '/k', XDG_STATE_HOME: '/x' })).toBe('/k/nodes');
    expect(nodesFolder({ KAI_STATE_HOME: '', XDG_STATE_HOME: '/x' })).toBe('/x/kai/nodes');
    expect(nodesFolder({})).toMatch(/\.local\/state\/kai\/nodes$/);
  });
});

/** What a right configuration becomes: defaults, precedence, paths, secrets. */

import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import type { Config } from '../../src/config/config.ts';
import type { ConfigSource } from '../../src/config/config-from.ts';
import { readEnvironment, VARIABLES } from '../../src/config/environment.ts';
import { configOf } from './config-of.ts';

function accepted(text: string, more: Partial<ConfigSource> = {}): Config {
  const outcome = configOf(text, more);
  if (!outcome.ok) throw new Error(outcome.faults.map(({ message }) => message).join('; '));
  return outcome.loaded.config;
}

describe('an empty kai.yaml', () => {
  it('describes a private node of this user on this machine', () => {
    const config = accepted('# nothing\n');
    expect(config.address.text).toBe('kai://ada.hub');
    expect(config).toMatchObject({
      topology: 'local',
      data: '/home/ada/.kai',
      reach: 'device',
      port: 5240,
      agents: [],
      rules: [],
      models: { kind: 'discover' },
      journal: 'durable',
      traceEntries: 10_000,
      retention: { entries: 100_000, days: 30 },
    });
  });

  it('finds a label for every user', () => {
    const named = (user: string) => accepted('', { machine: { user, host: '', folder: '/' } }).address.text;
    expect(named('Ädä Löve')).toBe('kai://ada-love.device');
    expect(named('admin')).toBe('kai://admin-user.device');
    expect(named('…')).toBe('kai://me.device');
  });
});

describe('what is said in several places', () => {
  const file = 'owner: file\ngateway: {port: 1}\ndata: kept\n';

  it('counts by the place nearest to the command', () => {
    const environment = { KAI_OWNER: 'env', KAI_PORT: '2', KAI_DATA: 'there' };
    const config = accepted(file, { environment, options: { port: '3' } });
    expect(config.address.text).toBe('kai://env.hub');
    expect(config.port).toBe(3);
    expect(accepted(file, { environment }).port).toBe(2);
    expect(accepted(file).port).toBe(1);
  });

  it('is relative to where it was said', () => {
    expect(accepted(file).data).toBe('/home/ada/kept');
    expect(accepted(file, { environment: { KAI_DATA: 'there' } }).data).toBe('/home/ada/work/there');
  });

  it('gives the documents agent the folder of the command line', () => {
    const text =
      'agents: [{file: ./agents/documents.ts, settings: {folder: ./a, other: 1}}, {file: ./notes.ts}]\n';
    const [documents, notes] = accepted(text, { options: { documents: 'mine' } }).agents;
    expect(documents).toMatchObject({ settings: { folder: '/home/ada/work/mine', other: 1 } });
    expect(notes).toMatchObject({ settings: {} });
  });

  it('has one variable for each of its names, and an empty one counts as unset', () => {
    expect(readEnvironment({ KAI_OWNER: '', KAI_PORT: '1', HOME: '/' })).toEqual({ KAI_PORT: '1' });
    expect(Object.keys(VARIABLES)).toContain('KAI_CONFIG');
  });
});

describe('an agent', () => {
  it('is a file, one that comes with kAI, or a prompt', () => {
    const text = `agents:
  - file: ./x.ts
    name: y
  - use: kai-core
  - name: translator
    prompt: Translate. Keep names.
    intents: [text.translate]
    phrases: ["translate {text}"]
`;
    expect(accepted(text).agents).toMatchObject([
      { kind: 'file', file: '/home/ada/x.ts', name: 'y', at: ['agents', 0] },
      { kind: 'built-in', use: 'kai-core', at: ['agents', 1] },
      { kind: 'prompt', name: 'translator', intents: ['text.translate'], phrases: ['translate {text}'] },
    ]);
  });
});

describe('a key of a model', () => {
  const text =
    'models: [{kind: openai-compatible, name: office, url: "https://x.example/v1", model: m, reach: public, apiKey: {env: KEY}}]\n';

  it('comes from the environment, apart from the configuration', () => {
    const outcome = configOf(text, { keys: { KEY: 'sk-123' } });
    if (!outcome.ok) throw new Error('refused');
    const { config, secrets } = outcome.loaded;
    expect(JSON.stringify(config)).not.toContain('sk-123');
    expect(secrets.get('office')?.reveal()).toBe('sk-123');
  });

  it('shows nothing when it is printed', () => {
    const outcome = configOf(text, { keys: { KEY: 'sk-123' } });
    if (!outcome.ok) throw new Error('refused');
    const secret = outcome.loaded.secrets.get('office');
    for (const shown of [
      String(secret),
      JSON.stringify({ secret }),
      inspect(secret, { depth: 9, showHidden: true }),
      `${secret}`,
    ]) {
      expect(shown).not.toContain('sk-123');
    }
  });
});

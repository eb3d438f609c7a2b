/** Every fault of a kai.yaml, with the very text that a person sees. */

import { describe, expect, it } from 'vitest';
import { refusalOf } from './config-of.ts';

/** What is written, and what is said about it. */
const CASES: readonly (readonly [string, string, string])[] = [
  [
    'an unknown key that is nearly a known one',
    'gateway:\n  prot: 5241\n',
    'kai.yaml:2:3: gateway.prot: unknown key; did you mean "port"?\n  2 |   prot: 5241\n    |   ^',
  ],
  [
    'an unknown key that is like none',
    'trace: {colour: red}\n',
    'kai.yaml:1:9: trace.colour: unknown key; the keys here are entries\n  1 | trace: {colour: red}\n    |         ^',
  ],
  [
    'a value of the wrong type',
    'gateway: {port: high}\n',
    'kai.yaml:1:17: gateway.port: expected a whole number, got "high"; for example 5240\n  1 | gateway: {port: high}\n    |                 ^',
  ],
  [
    'a number that is too large',
    'gateway: {port: 70000}\n',
    'kai.yaml:1:17: gateway.port: must be at most 65535, got 70000\n  1 | gateway: {port: 70000}\n    |                 ^',
  ],
  [
    'a value that stands for nothing',
    'data:\n',
    'kai.yaml:1:6: data: expected a text, got nothing; for example .kai\n  1 | data:\n    |      ^',
  ],
  [
    'a label that is none',
    'owner: Ada Lovelace\n',
    'kai.yaml:1:8: owner: "Ada Lovelace" does not fit here; whom the node belongs to: 1 to 63 of a-z 0-9 -; for example alice\n  1 | owner: Ada Lovelace\n    |        ^',
  ],
  [
    'an owner that the grammar needs itself',
    'owner: agent\n',
    'kai.yaml:1:8: owner: agent is a name that addresses need themselves; choose another\n  1 | owner: agent\n    |        ^',
  ],
  [
    'a topology that does not exist yet',
    'topology: mesh\n',
    'kai.yaml:1:11: topology: must be local, the only one there is so far; got "mesh"\n  1 | topology: mesh\n    |           ^',
  ],
  [
    'one of several words, nearly',
    'reach: pubic\n',
    'kai.yaml:1:8: reach: must be one of device, lan, org, public; got "pubic"; did you mean public?\n  1 | reach: pubic\n    |        ^',
  ],
  [
    'an agent that is none of the three kinds',
    'agents:\n  - {nam: x}\n',
    'kai.yaml:2:5: agents[0]: expected {file}, or {use}, or {name, prompt}; got {nam}; for example {file: ./agents/hello.ts}\n  2 |   - {nam: x}\n    |     ^',
  ],
  [
    'a prompt agent that may use what is no intent',
    'agents: [{name: x, prompt: hi, intents: [a b]}]\n',
    'kai.yaml:1:42: agents[0].intents[0]: "a b" does not fit here; see the schema; for example notes.search\n  1 | agents: [{name: x, prompt: hi, intents: [a b]}]\n    |                                          ^',
  ],
  [
    'two agents of one name',
    'agents:\n  - {file: a.ts, name: x}\n  - {file: b.ts, name: x}\n',
    'kai.yaml:3:24: agents[1].name: another agent is named x already; names are unique\n  3 |   - {file: b.ts, name: x}\n    |                        ^',
  ],
  [
    'a model of an unknown kind',
    'models: [{kind: olama}]\n',
    'kai.yaml:1:10: models[0]: expected {kind: ollama, …}, or {kind: openai-compatible, …}; got {kind}; for example {kind: ollama}\n  1 | models: [{kind: olama}]\n    |          ^',
  ],
  [
    'models in a word',
    'models: all\n',
    'kai.yaml:1:9: models: expected none, or a list; got "all"; for example [{kind: ollama}]\n  1 | models: all\n    |         ^',
  ],
  [
    'a model whose reach is narrower than its host',
    'models: [{kind: ollama, url: "https://models.example", reach: device}]\n',
    'kai.yaml:1:63: models[0].reach: what is sent to https://models.example goes as far as public; write reach: public\n  1 | models: [{kind: ollama, url: "https://models.example", reach: device}]\n    |                                                               ^',
  ],
  [
    'two models of one name',
    'models: [{kind: ollama}, {kind: ollama}]\n',
    'kai.yaml:1:26: models[1]: another model is named ollama already; give each a name of its own\n  1 | models: [{kind: ollama}, {kind: ollama}]\n    |                          ^',
  ],
  [
    'a key of a model that is not exported',
    'models: [{kind: openai-compatible, name: o, url: "http://127.0.0.1:1/v1", model: m, reach: device, apiKey: {env: O_KEY}}]\n',
    'kai.yaml:1:114: models[0].apiKey.env: the environment variable O_KEY is not set; export it before the start\n  1 | 0.1:1/v1", model: m, reach: device, apiKey: {env: O_KEY}}]\n    |                                                   ^',
  ],
  [
    'a route whose receiver is no address',
    'routes:\n  - match: {intent: home.*}\n    to: home\n',
    'kai.yaml:3:9: routes[0].to: an address begins with kai://, as in kai://alice.hub.climate; got "home"\n  3 |     to: home\n    |         ^',
  ],
  [
    'a route without an action',
    'routes: [{match: {}}]\n',
    'kai.yaml:1:10: routes[0]: a rule has exactly one of to, service, failover, hold, reject; this one has 0\n  1 | routes: [{match: {}}]\n    |          ^',
  ],
  [
    'two routes of one name',
    'routes:\n  - {name: r, match: {}, reject: a}\n  - {name: r, match: {}, reject: b}\n',
    'kai.yaml:3:5: routes[1]: another rule is named r already; names are unique\n  3 |   - {name: r, match: {}, reject: b}\n    |     ^',
  ],
  [
    'a key that stands there twice',
    'owner: ada\nowner: bob\n',
    'kai.yaml:2:1: this key stands here twice; keep one\n  2 | owner: bob\n    | ^',
  ],
  [
    'a tab',
    'gateway:\n\tport: 1\n',
    'kai.yaml:2:1: a tab indents this line; YAML wants spaces\n  2 |  port: 1\n    | ^',
  ],
  [
    'a second document',
    'owner: ada\n---\nowner: bob\n',
    'kai.yaml:2:1: a second document begins here; a configuration is one, without ---\n  2 | ---\n    | ^',
  ],
  [
    'a tag',
    'owner: !secret ada\n',
    'kai.yaml:1:8: tags (!name) have no meaning here; leave it out\n  1 | owner: !secret ada\n    |        ^',
  ],
  [
    'a list where a map belongs',
    '- owner\n',
    'kai.yaml:1:1: expected a map of keys and values, got a list\n  1 | - owner\n    | ^',
  ],
  [
    'a number that JSON cannot say',
    'retention: {days: .inf}\n',
    'kai.yaml:1:19: retention.days: a number is too large for JSON\n  1 | retention: {days: .inf}\n    |                   ^',
  ],
  [
    'an escape sequence for the terminal',
    '"\\e[31mred": 1\n',
    'kai.yaml:1:1: ["\\u001b[31mred"]: unknown key; the keys here are owner, device, topology, data, reach, gateway, agents, routes, models, journal, trace, retention\n  1 | "\\e[31mred": 1\n    | ^',
  ],
];

describe('a fault in kai.yaml', () => {
  it.each(CASES)('is told: %s', (_name, text, said) => {
    expect(refusalOf(text)).toBe(said);
  });

  it('does not hide the others', () => {
    const said = refusalOf('ownr: ada\ngateway: {port: x}\njournal: no\n');
    expect(said.split('\n').filter((line) => line.startsWith('kai.yaml:'))).toHaveLength(3);
  });

  it('is told in the order of the file, and not more than twenty times', () => {
    const keys = Array.from({ length: 30 }, (_, index) => `zzzzzz${index}: 1`).join('\n');
    const lines = [...refusalOf(keys).matchAll(/^kai\.yaml:(\d+)/gm)].map(([, line]) => Number(line));
    expect(lines).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
  });

  it('names the variable or the option that is wrong', () => {
    expect(refusalOf('', { environment: { KAI_PORT: 'high' } })).toBe(
      'KAI_PORT: expected a whole number, got "high"; for example 5240',
    );
    expect(refusalOf('', { options: { port: '70000' } })).toBe('--port: must be at most 65535, got 70000');
    expect(refusalOf('', { environment: { KAI_OWNER: 'Ada L' } })).toMatch(
      /^KAI_OWNER: "Ada L" does not fit here/,
    );
  });

  it('is told when a file is too large, no text, or too deep', () => {
    expect(refusalOf(new Uint8Array(1_048_577))).toBe(
      'kai.yaml: a configuration has at most 1048576 bytes; this one has 1048577',
    );
    expect(refusalOf(Uint8Array.of(0xff, 0xfe))).toBe(
      'kai.yaml: this file is not UTF-8 text; save it as UTF-8',
    );
    expect(refusalOf(`agents: ${'['.repeat(100_000)}`)).toMatch(/nested too deeply|not YAML/);
  });

  it('is told when anchors unfold into too much', () => {
    const levels = Array.from({ length: 9 }, (_, level) => {
      const uses = Array.from({ length: 9 }, () => `*a${level}`).join(', ');
      return `a${level + 1}: &a${level + 1} [${uses}]`;
    });
    expect(refusalOf(`a0: &a0 [x]\n${levels.join('\n')}\n`)).toMatch(
      /anchors .* are used more than 100 times/,
    );
  });
});

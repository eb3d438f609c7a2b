/**
 * Addresses: who sends, and where a message may go (protocol §1).
 *
 *     kai://<owner>.<device>            a node
 *     kai://<owner>.<device>.<agent>    an agent; its name may itself have dots
 *     kai://agent.<service>             a service: whichever instance the orchestration table picks
 *     kai://admin.<name>                an admin node's agent
 *     kai://vault/<path>                a place in the node's vault
 *     tasks:<name>                      a topic
 *     policy://<scope>                  the policy channel of a scope
 *     vault://<entry>@<vault>           a reference to a secret, never the secret
 *
 * A label is 1 to 63 of `a-z 0-9 -` and neither begins nor ends with `-`; an authority has 1 to 8 labels;
 * an address has at most 255 bytes. Text is parsed once, at the edge; inside, only these values travel, and
 * only this parser makes them.
 */

import { type Parsed, parsed, problem, quoted } from './parsed.ts';

export const ADDRESS_BYTES_MAX = 255;
export const LABEL_LENGTH_MAX = 63;
export const AUTHORITY_LABELS_MAX = 8;

declare const brand: unique symbol;
interface Branded {
  readonly [brand]: 'address';
  /** The canonical text; two addresses are the same exactly when their texts are. */
  readonly text: string;
}

export interface NodeAddress extends Branded {
  readonly kind: 'node';
  readonly owner: string;
  readonly device: string;
}
export interface AgentAddress extends Branded {
  readonly kind: 'agent';
  readonly owner: string;
  readonly device: string;
  readonly agent: string;
}
export interface ServiceAddress extends Branded {
  readonly kind: 'service';
  readonly service: string;
}
export interface AdminAddress extends Branded {
  readonly kind: 'admin';
  readonly name: string;
}
export interface VaultAddress extends Branded {
  readonly kind: 'vault';
  readonly path: string;
}
export interface Topic extends Branded {
  readonly kind: 'topic';
  readonly name: string;
}
export interface PolicyChannel extends Branded {
  readonly kind: 'policy';
  readonly scope: string;
}
export interface SecretReference extends Branded {
  readonly kind: 'secret';
  readonly entry: string;
  readonly vault: string;
}

/** What may stand in `from`. */
export type Address = NodeAddress | AgentAddress | ServiceAddress | AdminAddress | VaultAddress;
/** What may stand in `to`. */
export type Target = Address | Topic | PolicyChannel;

/** Owner names that the grammar needs for itself. */
export const RESERVED_OWNERS: readonly string[] = ['agent', 'admin', 'vault', 'node', 'policy'];

const LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
const PATH_SEGMENT = /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/;

/** Parses what may stand in `from`: one of the `kai://` forms. */
export function parseAddress(text: string): Parsed<Address> {
  const tooLong = refuseLength(text);
  if (tooLong !== undefined) return tooLong;
  if (!text.startsWith('kai://')) {
    return problem(0, `an address begins with kai://, as in kai://alice.hub.climate; got ${quoted(text)}`);
  }
  if (text.startsWith('kai://vault/')) return parseVaultPlace(text);
  const labels = text.slice(6).split('.');
  const wrong = refuseLabels(labels, 6);
  if (wrong !== undefined) return wrong;
  return fromLabels(text, labels);
}

/** Parses what may stand in `to`: an address, a topic or a policy channel. */
export function parseTarget(text: string): Parsed<Target> {
  if (text.startsWith('tasks:')) return parseTopic(text);
  if (text.startsWith('policy://')) return parsePolicyChannel(text);
  if (!text.startsWith('kai://')) {
    return problem(0, `a target begins with kai://, tasks: or policy://; got ${quoted(text)}`);
  }
  return parseAddress(text);
}

/** Parses a topic without wildcards, as a message may be sent to it. */
export function parseTopic(text: string): Parsed<Topic> {
  const tooLong = refuseLength(text);
  if (tooLong !== undefined) return tooLong;
  if (!text.startsWith('tasks:')) return problem(0, `a topic begins with tasks:; got ${quoted(text)}`);
  const name = text.slice(6);
  const wrong = refuseLabels(name.split('.'), 6);
  if (wrong !== undefined) return wrong;
  return parsed(made<Topic>({ kind: 'topic', text, name }));
}

export function parsePolicyChannel(text: string): Parsed<PolicyChannel> {
  const tooLong = refuseLength(text);
  if (tooLong !== undefined) return tooLong;
  if (!text.startsWith('policy://')) {
    return problem(0, `a policy channel begins with policy://; got ${quoted(text)}`);
  }
  const scope = text.slice(9);
  const wrong = refuseLabels(scope.split('.'), 9);
  if (wrong !== undefined) return wrong;
  return parsed(made<PolicyChannel>({ kind: 'policy', text, scope }));
}

/** Parses `vault://<entry>@<vault>`, the only form in which `auth` may name a stored secret. */
export function parseSecretReference(text: string): Parsed<SecretReference> {
  const tooLong = refuseLength(text);
  if (tooLong !== undefined) return tooLong;
  if (!text.startsWith('vault://')) {
    return problem(0, `a secret reference begins with vault://; got ${quoted(text)}`);
  }
  const separator = text.indexOf('@');
  if (separator < 0)
    return problem(text.length, 'a secret reference names its vault after @, as in vault://token@kai');
  const entry = text.slice(8, separator);
  const vault = text.slice(separator + 1);
  const wrongEntry = refusePath(entry, 8);
  if (wrongEntry !== undefined) return wrongEntry;
  const wrongVault = refuseLabels(vault.split('.'), separator + 1);
  if (wrongVault !== undefined) return wrongVault;
  return parsed(made<SecretReference>({ kind: 'secret', text, entry, vault }));
}

/**
 * The address that a programmer wrote into the source.
 *
 * @throws TypeError when it is none: for input from outside use {@link parseAddress}.
 */
export function address(text: string): Address {
  return orThrow(parseAddress(text), text);
}

/** As {@link address}, for targets. */
export function target(text: string): Target {
  return orThrow(parseTarget(text), text);
}

/** The address of the agent `name` on `node`. @throws TypeError when `name` is not one or more labels. */
export function agentAddress(node: NodeAddress, name: string): AgentAddress {
  const made = address(`${node.text}.${name}`);
  if (made.kind !== 'agent') throw new TypeError(`${made.text} is not an agent's address`);
  return made;
}

/** The node that an agent lives on, or the node itself. */
export function nodeOf(of: NodeAddress | AgentAddress): NodeAddress {
  if (of.kind === 'node') return of;
  return made<NodeAddress>({
    kind: 'node',
    text: `kai://${of.owner}.${of.device}`,
    owner: of.owner,
    device: of.device,
  });
}

/**
 * The nearest label to a free text, as for a host name or a user's name: lower case, accents dropped,
 * everything else becomes `-`. Falls back to `fallback` when nothing is left.
 */
export function toLabel(text: string, fallback: string): string {
  const label = text
    .normalize('NFKD')
    .replace(/\p{M}+/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, LABEL_LENGTH_MAX)
    .replace(/^-+|-+$/g, '');
  return label === '' ? fallback : label;
}

export function isLabel(text: string): boolean {
  return LABEL.test(text);
}

function fromLabels(text: string, labels: readonly string[]): Parsed<Address> {
  const [first = '', second] = labels;
  if (second === undefined) return problem(6 + first.length, unfinished(first));
  const rest = labels.slice(1).join('.');
  if (first === 'agent') return parsed(made<ServiceAddress>({ kind: 'service', text, service: rest }));
  if (first === 'admin') return parsed(made<AdminAddress>({ kind: 'admin', text, name: rest }));
  if (RESERVED_OWNERS.includes(first))
    return problem(6, `${quoted(first)} is reserved and cannot be an owner's name`);
  if (labels.length === 2)
    return parsed(made<NodeAddress>({ kind: 'node', text, owner: first, device: second }));
  const agent = labels.slice(2).join('.');
  return parsed(made<AgentAddress>({ kind: 'agent', text, owner: first, device: second, agent }));
}

/** What is missing after a single label. */
function unfinished(first: string): string {
  if (first === 'agent') return 'add the name of the service, as in kai://agent.vision';
  if (first === 'admin') return 'add the name, as in kai://admin.controller';
  if (first === 'vault') return 'add a path, as in kai://vault/governance';
  return `${quoted(first)} names an owner only; add the device, as in kai://${first}.hub`;
}

function parseVaultPlace(text: string): Parsed<VaultAddress> {
  const path = text.slice(12);
  const wrong = refusePath(path, 12);
  if (wrong !== undefined) return wrong;
  return parsed(made<VaultAddress>({ kind: 'vault', text, path }));
}

type Refusal = { readonly ok: false; readonly problem: { readonly at: number; readonly message: string } };

function refuseLength(text: string): Refusal | undefined {
  // Every character that the grammar admits is one byte, so a longer text is wrong in any case.
  if (text.length <= ADDRESS_BYTES_MAX) return undefined;
  return problem(
    ADDRESS_BYTES_MAX,
    `an address has at most ${ADDRESS_BYTES_MAX} bytes; this one has ${text.length}`,
  );
}

function refuseLabels(labels: readonly string[], start: number): Refusal | undefined {
  if (labels.length > AUTHORITY_LABELS_MAX) {
    const at = start + labels.slice(0, AUTHORITY_LABELS_MAX).join('.').length;
    return problem(
      at,
      `an address has at most ${AUTHORITY_LABELS_MAX} labels; this one has ${labels.length}`,
    );
  }
  let at = start;
  for (const label of labels) {
    if (!LABEL.test(label)) return problem(at, wrongLabel(label));
    at += label.length + 1;
  }
  return undefined;
}

function wrongLabel(label: string): string {
  if (label === '') return 'a label is missing here: write 1 to 63 of a-z 0-9 -';
  if (label.length > LABEL_LENGTH_MAX) {
    return `a label has at most ${LABEL_LENGTH_MAX} characters; ${quoted(label, 20)} has ${label.length}`;
  }
  if (label.startsWith('-') || label.endsWith('-'))
    return `a label neither begins nor ends with -: ${quoted(label)}`;
  return `a label has only a-z 0-9 -: ${quoted(label)}`;
}

function refusePath(path: string, start: number): Refusal | undefined {
  let at = start;
  for (const segment of path.split('/')) {
    if (!PATH_SEGMENT.test(segment)) {
      return problem(
        at,
        `a path has segments of 1 to 63 letters, digits, . _ - parted by /; got ${quoted(segment)}`,
      );
    }
    at += segment.length + 1;
  }
  return undefined;
}

/** The one place where a checked value gets its brand. */
function made<T extends Branded>(value: Omit<T, typeof brand>): T {
  return Object.freeze(value) as T;
}

function orThrow<T>(outcome: Parsed<T>, text: string): T {
  if (outcome.ok) return outcome.value;
  throw new TypeError(`${quoted(text)}: ${outcome.problem.message}`);
}

/**
 * The environment, the command line and `kai.yaml` become one validated configuration, by one pure function. What
 * was said nearest to the command wins: options, then environment, then file, then defaults.
 */

import { dirname, resolve } from 'node:path';
import {
  isJsonObject,
  isLabel,
  type JsonObject,
  type JsonValue,
  LABEL_LENGTH_MAX,
  parseAddress,
  RESERVED_OWNERS,
  toLabel,
} from '@kai/protocol';
import { agentsFrom } from './agents-from.ts';
import { checkValue } from './check.ts';
import type { Config, ConfigOutcome, Retention } from './config.ts';
import type { ConfigDocument } from './document.ts';
import type { Environment, Variable } from './environment.ts';
import { FAULTS_MAX, type Fault, type Path } from './fault.ts';
import { modelsFrom, secretsFrom } from './models-from.ts';
import { rulesFrom } from './rules-from.ts';
import {
  CONFIG_SCHEMA,
  DATA_FOLDER_DEFAULT,
  PORT_DEFAULT,
  RETENTION_DAYS_DEFAULT,
  RETENTION_ENTRIES_DEFAULT,
  TRACE_ENTRIES_DEFAULT,
} from './schema.ts';

export interface ConfigSource {
  /** The file's absolute path. */
  readonly file: string;
  readonly document: ConfigDocument;
  readonly environment: Environment;
  readonly options: ConfigOptions;
  /** What names the node when nobody does. */
  readonly machine: Machine;
  /** The variables in which keys of models may be. */
  readonly keys: Readonly<Record<string, string | undefined>>;
}

export interface ConfigOptions {
  readonly port?: string | undefined;
  /** The folder of the agent `documents`, relative to the working folder. */
  readonly documents?: string | undefined;
}

export interface Machine {
  readonly user: string;
  readonly host: string;
  /** The working folder, absolute. */
  readonly folder: string;
}

export type Refuse = (path: Path, message: string, at?: 'key' | 'value') => void;

export function configFrom(source: ConfigSource): ConfigOutcome {
  const { document } = source;
  const faults: Fault[] = [];
  const refuse: Refuse = (path, message, at) => faults.push(document.fault(path, message, at));
  const body = document.value ?? {};
  for (const { path, at, message } of checkValue(CONFIG_SCHEMA, body).slice(0, FAULTS_MAX)) {
    refuse(path, message, at);
  }
  const overrides = overridesFrom(source, faults);
  if (faults.length > 0 || !isJsonObject(body)) return refused(faults);
  const said = { ...body, ...overrides };
  const wrongOwner = refuseOwner(source, said.owner);
  if (wrongOwner !== undefined) return refused([wrongOwner]);
  const config = assemble(source, said, refuse);
  const secrets = secretsFrom(body, source.keys, refuse);
  if (faults.length > 0 || config === undefined) return refused(faults);
  return { ok: true, loaded: { config, secrets, fault: document.fault } };
}

/** In the order of the file, which is the order in which people mend them. */
function refused(faults: readonly Fault[]): ConfigOutcome {
  const rank = ({ position }: Fault): number =>
    position === undefined ? Number.POSITIVE_INFINITY : position.line * 1e6 + position.column;
  const sorted = faults.toSorted((one, other) =>
    rank(one) < rank(other) ? -1 : Number(rank(one) > rank(other)),
  );
  return { ok: false, faults: sorted.slice(0, FAULTS_MAX) };
}

/** What stands in the environment and on the command line, checked as if it stood in the file. */
function overridesFrom(source: ConfigSource, faults: Fault[]): JsonObject {
  const { environment, options } = source;
  const given: { from: string; key: string; value: JsonValue }[] = [];
  const take = (variable: Variable, key: string, value = environment[variable]): void => {
    if (value !== undefined) given.push({ from: variable, key, value });
  };
  take('KAI_OWNER', 'owner');
  take('KAI_DEVICE', 'device');
  take('KAI_DATA', 'data', environment.KAI_DATA && resolve(source.machine.folder, environment.KAI_DATA));
  take('KAI_REACH', 'reach');
  take('KAI_JOURNAL', 'journal');
  const port = options.port ?? environment.KAI_PORT;
  if (port !== undefined) {
    const from = options.port === undefined ? 'KAI_PORT' : '--port';
    given.push({ from, key: 'gateway', value: { port: /^\d{1,9}$/.test(port) ? Number(port) : port } });
  }
  for (const { from, key, value } of given) {
    for (const { message } of checkValue(CONFIG_SCHEMA, { [key]: value })) {
      faults.push({ source: from, position: undefined, path: [], message, line: undefined });
    }
  }
  return Object.fromEntries(given.map(({ key, value }) => [key, value]));
}

/** Labels that the schema admits, but that addresses have another use for. */
function refuseOwner(
  { environment, document }: ConfigSource,
  owner: JsonValue | undefined,
): Fault | undefined {
  if (typeof owner !== 'string' || !RESERVED_OWNERS.includes(owner)) return undefined;
  const message = `${owner} is a name that addresses need themselves; choose another`;
  if (environment.KAI_OWNER === undefined) return document.fault(['owner'], message);
  return { source: 'KAI_OWNER', position: undefined, path: [], message, line: undefined };
}

function assemble(source: ConfigSource, body: JsonObject, refuse: Refuse): Config | undefined {
  const folder = dirname(source.file);
  const owner = body.owner ?? ownerOf(source.machine.user);
  const device = body.device ?? toLabel(source.machine.host.split('.')[0] ?? '', 'device');
  const address = parseAddress(`kai://${owner}.${device}`);
  if (!address.ok || address.value.kind !== 'node') return undefined;
  return {
    file: source.file,
    address: address.value,
    topology: 'local',
    data: resolve(folder, (body.data as string | undefined) ?? DATA_FOLDER_DEFAULT),
    reach: (body.reach as Config['reach'] | undefined) ?? 'device',
    port: (memberOf(body, 'gateway', 'port') as number | undefined) ?? PORT_DEFAULT,
    agents: agentsFrom(body, { folder, documents: documentsFolder(source) }, refuse),
    rules: rulesFrom(body, refuse),
    models: modelsFrom(body, refuse),
    journal: (body.journal as Config['journal'] | undefined) ?? 'durable',
    traceEntries: (memberOf(body, 'trace', 'entries') as number | undefined) ?? TRACE_ENTRIES_DEFAULT,
    retention: retentionFrom(body),
  };
}

/** The user's name as a label; a name that the grammar needs for itself gets `-user` behind it. */
function ownerOf(user: string): string {
  const label = toLabel(user, 'me');
  if (!RESERVED_OWNERS.includes(label)) return label;
  const owner = `${label}-user`.slice(0, LABEL_LENGTH_MAX);
  return isLabel(owner) ? owner : 'me';
}

function documentsFolder(source: ConfigSource): string | undefined {
  const { documents } = source.options;
  return documents === undefined ? undefined : resolve(source.machine.folder, documents);
}

function retentionFrom(body: JsonObject): Retention {
  return {
    entries: (memberOf(body, 'retention', 'entries') as number | undefined) ?? RETENTION_ENTRIES_DEFAULT,
    days: (memberOf(body, 'retention', 'days') as number | undefined) ?? RETENTION_DAYS_DEFAULT,
  };
}

function memberOf(body: JsonObject, key: string, member: string): JsonValue | undefined {
  const record = body[key];
  return isJsonObject(record) ? record[member] : undefined;
}

/** Reads `kai.yaml`. */

import { readFile, stat } from 'node:fs/promises';
import { hostname, userInfo } from 'node:os';
import { relative, resolve } from 'node:path';
import type { ConfigOutcome } from './config.ts';
import { type ConfigOptions, configFrom, type Machine } from './config-from.ts';
import { FILE_BYTES_MAX, parseConfigDocument } from './document.ts';
import { readEnvironment } from './environment.ts';
import { CONFIG_FILE, findConfig } from './find-config.ts';

export interface LoadOptions extends ConfigOptions {
  /** The file, relative to the working folder; else KAI_CONFIG, else the nearest `kai.yaml` upward. */
  readonly config?: string | undefined;
}

export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The working folder, absolute. */
  readonly folder: string;
}

export async function loadConfig(options: LoadOptions, at: Surroundings): Promise<ConfigOutcome> {
  const named = options.config ?? readEnvironment(at.env).KAI_CONFIG;
  const file = named === undefined ? await findConfig(at.folder) : resolve(at.folder, named);
  if (file === undefined) {
    return refused(CONFIG_FILE, `there is none in ${at.folder} or above; make one with: kai init`);
  }
  const source = shortName(file, at.folder);
  const bytes = await bytesOf(file);
  if (typeof bytes === 'string') return refused(source, bytes);
  const parsed = parseConfigDocument(bytes, source);
  if (!parsed.ok) return parsed;
  const environment = readEnvironment(at.env);
  return configFrom({
    file,
    document: parsed.document,
    environment,
    options,
    machine: thisMachine(at.folder),
    keys: at.env,
  });
}

/** The file's content, or why it cannot be had. */
async function bytesOf(file: string): Promise<Uint8Array | string> {
  try {
    const { size } = await stat(file);
    if (size > FILE_BYTES_MAX)
      return `a configuration has at most ${FILE_BYTES_MAX} bytes; this one has ${size}`;
    return await readFile(file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return 'there is no such file; make one with: kai init';
    if (code === 'EISDIR') return 'this is a folder; name the file in it';
    if (code === 'EACCES') return 'this file may not be read; change its permissions';
    throw error;
  }
}

function refused(source: string, message: string): ConfigOutcome {
  return { ok: false, faults: [{ source, position: undefined, path: [], message, line: undefined }] };
}

/** Relative where that is shorter. */
function shortName(file: string, folder: string): string {
  const near = relative(folder, file);
  return near.length < file.length ? near : file;
}

function thisMachine(folder: string): Machine {
  return { user: userName(), host: hostname(), folder };
}

/** Accounts without an entry in the password database exist, as in containers. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return 'me';
  }
}

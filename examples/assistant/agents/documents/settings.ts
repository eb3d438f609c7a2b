/** What `settings:` of the documents agent may say, and what it means on this device. */

import { resolve } from 'node:path';
import type { JsonObject, Reach } from 'kai';
import { EXTENSIONS_DEFAULT } from './extraction/extract.ts';

/** How far something travels, from the nearest to the furthest. */
export const REACHES: readonly Reach[] = ['device', 'lan', 'org', 'public'];

/** Bytes of the largest file that is read, unless the settings say otherwise. */
export const FILE_BYTES_MAX = 20_000_000;

export const SETTINGS_SCHEMA = {
  type: 'object',
  properties: {
    folder: {
      type: 'string',
      format: 'path',
      minLength: 1,
      description: 'The folder of your documents, relative to kai.yaml.',
    },
    extensions: {
      type: 'array',
      items: { type: 'string', pattern: '^\\.?[A-Za-z0-9]{1,16}$' },
      minItems: 1,
      maxItems: 32,
      description: 'Which files are read, by the ends of their names. Default: Markdown, text, HTML and PDF.',
    },
    fileBytesMax: {
      type: 'integer',
      minimum: 1,
      maximum: 200_000_000,
      description: 'Larger files are skipped. Default 20 MB.',
    },
    vectors: {
      type: 'string',
      format: 'path',
      minLength: 1,
      description: 'A folder for vectors, relative to kai.yaml. Default: they are kept in memory.',
    },
    reach: {
      enum: [...REACHES],
      description: 'How far passages may travel to a model that makes vectors of them. Default: device.',
    },
  },
  required: ['folder'],
  additionalProperties: false,
} as const;

export interface Settings {
  readonly folder: string;
  readonly extensions: ReadonlySet<string>;
  readonly fileBytesMax: number;
  readonly vectors: string | undefined;
  readonly reach: Reach;
}

/** `settings` have been checked against {@link SETTINGS_SCHEMA}. */
export function settingsFrom(settings: JsonObject): Settings {
  const {
    folder,
    extensions = EXTENSIONS_DEFAULT,
    fileBytesMax = FILE_BYTES_MAX,
    vectors,
    reach = 'device',
  } = settings;
  const dotted = (extensions as readonly string[]).map((one) =>
    (one.startsWith('.') ? one : `.${one}`).toLowerCase(),
  );
  return {
    folder: resolve(folder as string),
    extensions: new Set(dotted),
    fileBytesMax: fileBytesMax as number,
    vectors: typeof vectors === 'string' ? resolve(vectors) : undefined,
    reach: reach as Reach,
  };
}

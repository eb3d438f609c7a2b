/**
 * One file's bytes, taken apart by what its name says it is. What cannot be is an outcome with a reason that is
 * shown to the person as it stands.
 */

import { basename, extname } from 'node:path';
import type { Extracted } from './block.ts';
import { decodeText } from './decode-text.ts';
import { extractHtml } from './html.ts';
import { extractMarkdown } from './markdown.ts';
import { extractPdf } from './pdf.ts';
import { extractPlainText } from './plain-text.ts';

export type Extraction =
  | { readonly kind: 'extracted'; readonly extracted: Extracted }
  | { readonly kind: 'skipped'; readonly reason: string };

const TEXT_FORMATS: Readonly<Record<string, (text: string) => Extracted>> = {
  '.md': extractMarkdown,
  '.markdown': extractMarkdown,
  '.html': extractHtml,
  '.htm': extractHtml,
  '.xhtml': extractHtml,
};

/** What is read unless the settings say otherwise. */
export const EXTENSIONS_DEFAULT: readonly string[] = [
  ...Object.keys(TEXT_FORMATS),
  '.pdf',
  '.txt',
  '.text',
  '.rst',
  '.org',
  '.adoc',
];

export async function extract(bytes: Uint8Array, name: string): Promise<Extraction> {
  const extension = extname(name).toLowerCase();
  if (extension === '.pdf') return await pdfOutcome(bytes);
  const decoded = decodeText(bytes);
  if (decoded.kind === 'binary') return skipped('it is no text, whatever its name says');
  return { kind: 'extracted', extracted: (TEXT_FORMATS[extension] ?? extractPlainText)(decoded.text) };
}

async function pdfOutcome(bytes: Uint8Array): Promise<Extraction> {
  try {
    const extracted = await extractPdf(bytes);
    if (extracted.blocks.length > 0) return { kind: 'extracted', extracted };
    return skipped('its pages hold no text; a scanned document needs text recognition first');
  } catch (error) {
    if (error instanceof Error && error.name === 'PasswordException')
      return skipped('it is locked with a password');
    return skipped('it is damaged, or no PDF');
  }
}

/** The title of a document that has none: its file's name, made readable. */
export function titleFromName(source: string): string {
  const name = basename(source, extname(source)).replace(/[-_]+/g, ' ').trim();
  return name === '' ? source : name.charAt(0).toUpperCase() + name.slice(1);
}

function skipped(reason: string): Extraction {
  return { kind: 'skipped', reason };
}

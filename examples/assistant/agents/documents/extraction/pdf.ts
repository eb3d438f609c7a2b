/**
 * PDF, page by page. Only text that the file holds as text: a scanned page is a picture, and stays silent.
 *
 * The library is loaded with the first PDF; most folders have few.
 */

import type { Block, Extracted } from './block.ts';
import { titleFrom } from './block.ts';

/** Pages that are read; what follows is left out. */
export const PAGES_MAX = 2_000;

/** @throws Error when the file is no PDF, is damaged beyond repair, or needs a password. */
export async function extractPdf(bytes: Uint8Array): Promise<Extracted> {
  const { getDocumentProxy } = await import('unpdf');
  const pdf = await getDocumentProxy(bytes, { verbosity: 0 });
  try {
    const texts: string[] = [];
    for (let page = 1; page <= Math.min(pdf.numPages, PAGES_MAX); page += 1) {
      texts.push(await textOfPage(await pdf.getPage(page)));
    }
    const blocks = texts.flatMap((text, index) => blocksOf(text, index + 1));
    return { title: await titleOf(pdf), blocks, text: texts.map(withPageMark).join('\n\n') };
  } finally {
    await pdf.loadingTask.destroy();
  }
}

type Pdf = Awaited<ReturnType<typeof import('unpdf')['getDocumentProxy']>>;
type Page = Awaited<ReturnType<Pdf['getPage']>>;

/** A gap between lines of more than this many line heights parts paragraphs. */
const PARAGRAPH_GAP = 1.6;

async function textOfPage(page: Page): Promise<string> {
  const { items } = await page.getTextContent();
  let text = '';
  let lastY: number | undefined;
  for (const item of items) {
    if (!('str' in item)) continue;
    const y = Number(item.transform[5]);
    const height = Math.abs(Number(item.transform[3])) || 10;
    if (lastY !== undefined && item.str !== '' && lastY - y > height * PARAGRAPH_GAP)
      text = `${text.trimEnd()}\n\n`;
    text += item.hasEOL ? `${item.str}\n` : item.str;
    if (item.str !== '') lastY = y;
  }
  page.cleanup();
  return text.trim();
}

function blocksOf(text: string, page: number): Block[] {
  return text
    .split(/\n\s*\n/)
    .map((paragraph) => paragraph.trim())
    .filter((paragraph) => paragraph !== '')
    .map((paragraph) => ({ kind: 'paragraph', text: paragraph, place: `page ${page}` }));
}

function withPageMark(text: string, index: number): string {
  return `— page ${index + 1} —\n\n${text}`;
}

async function titleOf(pdf: Pdf): Promise<string | undefined> {
  const { info } = await pdf.getMetadata().catch(() => ({ info: {} }));
  const title = (info as { Title?: unknown }).Title;
  return typeof title === 'string' ? titleFrom(title) : undefined;
}

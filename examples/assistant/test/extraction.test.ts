import fc from 'fast-check';
import type { Passage } from 'kai';
import { describe, expect, it } from 'vitest';
import { decodeText } from '../agents/documents/extraction/decode-text.ts';
import { type Extraction, extract, titleFromName } from '../agents/documents/extraction/extract.ts';
import { extractHtml } from '../agents/documents/extraction/html.ts';
import { extractMarkdown } from '../agents/documents/extraction/markdown.ts';
import { PASSAGE_LENGTH_MAX, PASSAGES_MAX, passagesOf } from '../agents/documents/extraction/passages.ts';
import { extractPlainText } from '../agents/documents/extraction/plain-text.ts';
import { makePdf } from './pdf-file.ts';
import { threadTimeOf } from './thread-time.ts';

const bytesOf = (text: string) => new TextEncoder().encode(text);

function cut(extraction: Extraction) {
  if (extraction.kind === 'skipped') return extraction.reason;
  return passagesOf(extraction.extracted, 'file', 'File').map(({ place, title, text }) => [
    place,
    title,
    text,
  ]);
}

describe('Markdown', () => {
  it('is cut at headings, with the lines where passages begin', async () => {
    const text = '# Boiler\n\nIt is warm.\n\n## Pressure\n\nLow.\n\nHigh.\n\n```\n# no heading\n```\n';
    expect(cut(await extract(bytesOf(text), 'a.md'))).toEqual([
      ['line 3', 'Boiler', 'It is warm.'],
      ['line 7', 'Boiler › Pressure', 'Low.\n\nHigh.\n\n```\n# no heading\n```'],
    ]);
  });

  it('knows underlined headings, front matter, and all three line ends', () => {
    const text = '---\r\ntitle: "The house"\r\n---\r\nRules\r\n=====\r\nBe quiet.\rAlways.';
    const extracted = extractMarkdown(text);
    expect(extracted.title).toBe('The house');
    expect(extracted.blocks).toEqual([
      { kind: 'heading', text: 'Rules', place: 'line 4' },
      { kind: 'paragraph', text: 'Be quiet.\nAlways.', place: 'line 6' },
    ]);
  });

  it('keeps a heading with nothing under it', async () => {
    expect(cut(await extract(bytesOf('# Alone'), 'a.md'))).toEqual([['line 1', 'Alone', 'Alone']]);
  });
});

describe('HTML', () => {
  it('is what a reader sees', async () => {
    const html = `<!doctype html><title>School &amp; home</title><style>p{}</style><h1>School</h1>
      <p>It begins at <b>8:10</b>.<br>Sharp.</p><script>alert("x")</script><ul><li>Towel<li>Cap</ul>
      <table><tr><td>a<td>b</table>`;
    expect(extractHtml(html)).toEqual({
      title: 'School & home',
      blocks: [
        { kind: 'heading', text: 'School', place: 'line 1' },
        { kind: 'paragraph', text: 'It begins at 8:10.', place: 'line 3' },
        { kind: 'paragraph', text: 'Sharp.', place: 'line 5' },
        { kind: 'paragraph', text: 'Towel', place: 'line 7' },
        { kind: 'paragraph', text: 'Cap', place: 'line 9' },
        { kind: 'paragraph', text: 'a | b', place: 'line 11' },
      ],
      text: 'School\n\nIt begins at 8:10.\n\nSharp.\n\nTowel\n\nCap\n\na | b',
    });
  });

  it('that nests 100,000 deep is read as far as it goes, in bounded time', () => {
    const html = `<p>before</p>${'<div>'.repeat(100_000)}deep${'</div>'.repeat(100_000)}`;
    const spent = threadTimeOf(() => {
      expect(extractHtml(html).text).toContain('before');
      expect(extractHtml('<b>'.repeat(100_000) + '</i>'.repeat(100_000)).blocks).toEqual([]);
    });
    expect(spent).toBeLessThan(2_000);
  });
});

describe('PDF', () => {
  it('is read page by page', async () => {
    const pdf = makePdf('First aid', [
      { lines: ['Burns.', 'Cool them.', '', 'Cuts. Press.'] },
      { lines: ['Poison.'] },
    ]);
    expect(cut(await extract(pdf, 'a.pdf'))).toEqual([
      ['page 1', 'First aid', 'Burns.\nCool them.\n\nCuts. Press.'],
      ['page 2', 'First aid', 'Poison.'],
    ]);
  });

  it('that is damaged, empty or only pictures is skipped with a reason', async () => {
    const pdf = makePdf('First aid', [{ lines: ['Burns.'] }]);
    expect(cut(await extract(new Uint8Array(), 'a.pdf'))).toBe('it is damaged, or no PDF');
    expect(cut(await extract(bytesOf('%PDF-1.4 nothing'), 'a.pdf'))).toBe('it is damaged, or no PDF');
    expect(cut(await extract(makePdf('x', [{ lines: [] }]), 'a.pdf'))).toMatch(/hold no text/);
    for (let length = 0; length < pdf.length; length += 50) {
      expect((await extract(pdf.slice(0, length), 'a.pdf')).kind).toMatch(/^(extracted|skipped)$/);
    }
  });
});

describe('text', () => {
  const german = 'Die Küche ist über dem Flur. Größe: fünf.';

  it.each([
    ['utf-8', bytesOf(german)],
    ['utf-8', Uint8Array.of(0xef, 0xbb, 0xbf, ...bytesOf(german))],
    ['windows-1252', Buffer.from(german, 'latin1')],
    ['utf-16le', Buffer.from(german, 'utf16le')],
    ['utf-16le', Buffer.from(`\ufeff${german}`, 'utf16le')],
    ['utf-16be', Buffer.from(`\ufeff${german}`, 'utf16le').swap16()],
    ['utf-16be', Buffer.from(german, 'utf16le').swap16()],
  ])('in %s is read', (encoding, bytes) => {
    expect(decodeText(new Uint8Array(bytes))).toEqual({ kind: 'text', text: german, encoding });
  });

  it('may be empty, and may hold zero bytes further on', () => {
    expect(decodeText(new Uint8Array())).toMatchObject({ kind: 'text', text: '' });
    const late = bytesOf(`${'a'.repeat(10_000)}\u0000b`);
    expect(decodeText(late)).toMatchObject({ kind: 'text', text: `${'a'.repeat(10_000)} b` });
  });

  it('is not what other files are', () => {
    expect(decodeText(Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0, 0, 0, 13, 0x49, 0x48))).toEqual({
      kind: 'binary',
    });
    expect(decodeText(Uint8Array.from({ length: 512 }, (_, at) => (at * 37) % 256))).toEqual({
      kind: 'binary',
    });
  });

  it('of any bytes is text or is not, but never fails', async () => {
    const names = fc.constantFrom('a.md', 'a.txt', 'a.html', 'a');
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 400 }), names, async (bytes, name) => {
        expect((await extract(bytes, name)).kind).toMatch(/^(extracted|skipped)$/);
      }),
    );
  });
});

describe('passages', () => {
  const extractors = [extractPlainText, extractMarkdown, extractHtml];

  it('hold all words of a text, in order, each short enough, each at its line', () => {
    const word = fc.stringMatching(/^[a-z]{1,12}$/);
    const glue = fc.constantFrom(' ', ' ', ' ', '. ', '\n', '\n\n');
    const texts = fc.array(fc.tuple(word, glue), { maxLength: 600 }).map((parts) => parts.flat().join(''));
    fc.assert(
      fc.property(texts, (text) => {
        const passages = passagesOf(extractPlainText(text), 'a.txt', 'A');
        const words = (all: string) => all.match(/[a-z]+/g) ?? [];
        expect(passages.flatMap((passage) => words(passage.text))).toEqual(words(text));
        const lines = text.split('\n');
        for (const passage of passages) {
          expect(passage.text.length).toBeLessThanOrEqual(PASSAGE_LENGTH_MAX);
          const line = Number(/^line (\d+)$/.exec(passage.place)?.[1]);
          expect(lines[line - 1]).toContain(words(passage.text)[0]);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('of any text are bounded', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 5_000 }),
        fc.constantFrom(...extractors),
        (text, extractor) => {
          for (const passage of passagesOf(extractor(text), 'a', 'A')) {
            expect(passage.text.length).toBeLessThanOrEqual(PASSAGE_LENGTH_MAX);
            expect(passage.text.trim()).not.toBe('');
            expect(passage.title).not.toBe('');
          }
        },
      ),
      { numRuns: 40 },
    );
  });

  it('of 10 MB in one line are cut in bounded time', () => {
    for (const piece of ['a', 'word ', 'A sentence ends here. ', '\ud83d\ude00']) {
      const text = piece.repeat(10_000_000 / piece.length);
      let passages: Passage[] = [];
      const spent = threadTimeOf(() => {
        passages = passagesOf(extractMarkdown(text), 'a.md', 'A');
      });
      expect(passages.length).toBeGreaterThan(8_000);
      expect(passages.length).toBeLessThanOrEqual(PASSAGES_MAX);
      expect(passages[1]?.text.isWellFormed()).toBe(true);
      expect(spent).toBeLessThan(3_000);
    }
  });

  it('take their title from the file name when there is no better one', () => {
    expect(titleFromName('papers/boiler-manual_2021.pdf')).toBe('Boiler manual 2021');
  });
});

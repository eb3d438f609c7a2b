/** Writes small PDF files of text (ISO 32000-1): enough for the shipped example and for tests. */

export interface PdfPage {
  readonly lines: readonly string[];
}

const LINE_HEIGHT = 16;
const TOP = 790;

/** An empty line leaves a gap, which parts paragraphs. Characters beyond Latin-1 are not supported. */
export function makePdf(title: string, pages: readonly PdfPage[]): Uint8Array {
  const pageIds = pages.map((_, index) => 5 + 2 * index);
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    `<< /Type /Pages /Kids [${pageIds.map((id) => `${id} 0 R`).join(' ')}] /Count ${pages.length} >>`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>',
    `<< /Title (${escaped(title)}) >>`,
    ...pages.flatMap(({ lines }, index) => {
      const content = contentOf(lines);
      return [
        `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >> >> /Contents ${6 + 2 * index} 0 R >>`,
        `<< /Length ${content.length} >>\nstream\n${content}\nendstream`,
      ];
    }),
  ];
  return fileOf(objects);
}

function contentOf(lines: readonly string[]): string {
  const shown = lines.flatMap((line, index) =>
    line === '' ? [] : [`1 0 0 1 56 ${TOP - index * LINE_HEIGHT} Tm (${escaped(line)}) Tj`],
  );
  return `BT /F1 12 Tf\n${shown.join('\n')}\nET`;
}

function escaped(text: string): string {
  return text.replace(/[\\()]/g, '\\$&');
}

function fileOf(objects: readonly string[]): Uint8Array {
  let file = '%PDF-1.4\n';
  const offsets = objects.map((object, index) => {
    const offset = file.length;
    file += `${index + 1} 0 obj\n${object}\nendobj\n`;
    return offset;
  });
  const table = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
  const size = objects.length + 1;
  file += `xref\n0 ${size}\n0000000000 65535 f \n${table}trailer\n<< /Size ${size} /Root 1 0 R /Info 4 0 R >>\nstartxref\n${file.length}\n%%EOF\n`;
  return Uint8Array.from(Buffer.from(file, 'latin1'));
}

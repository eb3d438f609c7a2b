/** One long document, and the passage that the stand-in quotes from it. */

const PARAGRAPHS = [
  'The boiler stands in the cellar beside the water meter. Its pressure is read once a month and should stand between 1.2 and 1.8 bar when the system is cold.',
  'Before the first frost, drain the garden tap: close the inner valve, open the outer one, and leave it open until spring.',
  'The fuse box is in the hall. Circuit 4 feeds the kitchen, circuit 7 the workshop. Both have residual-current devices that are tested twice a year.',
  'The ventilation filters are changed in March and in September. Size 240 by 160, class F7; two spare ones lie on the upper shelf of the pantry.',
  'When the router loses its line, wait five minutes before switching it off: the provider counts restarts and may lower the rate.',
];

const PASSAGE = `If the pressure falls below 1.0 bar, the pump switches off by itself. Open the filling valve
slowly until the gauge shows 1.5 bar, close it, and bleed the highest radiator. When it
falls again within a week, call the heating engineer: the expansion vessel is worn.`;

const BEFORE = 180;
const AFTER = 400;

function filler(count: number, from: number): string {
  return Array.from({ length: count }, (_, at) =>
    at % 12 === 0
      ? `\n## ${from + at / 12}. Rooms and their devices\n`
      : (PARAGRAPHS[(at * 7) % PARAGRAPHS.length] ?? ''),
  ).join('\n');
}

export const DOCUMENT = {
  source: 'house/handbook.md',
  title: 'House handbook',
  text: `# House handbook\n${filler(BEFORE, 1)}\n\n${PASSAGE}\n${filler(AFTER, 16)}\n`,
};

const line = DOCUMENT.text.slice(0, DOCUMENT.text.indexOf(PASSAGE)).split('\n').length;

export const SOURCES = [
  {
    source: DOCUMENT.source,
    title: DOCUMENT.title,
    place: `line ${line}`,
    excerpt:
      'If the \u0002pressure\u0003 falls below 1.0 bar, the pump switches off by itself. Open the filling valve slowly until the gauge shows 1.5 bar, close it, and bleed the highest radiator…',
    score: 0.92,
  },
  {
    source: 'house/boiler-manual.pdf',
    title: 'Boiler manual: installation, use and care of the condensing boiler series 3000',
    place: 'page 3',
    excerpt: '…the working \u0002pressure\u0003 of the \u0002boiler\u0003 must not exceed 3 bar…',
    score: 0.71,
  },
];

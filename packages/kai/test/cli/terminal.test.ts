/** What a terminal shows: tables that fit, colours where they are wanted, answers as they come. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AnswerPrinter } from '../../src/cli/answer-printer.ts';
import { endingOf } from '../../src/cli/exit-codes.ts';
import { columnsOf, cut, printTable } from '../../src/cli/table.ts';
import { showsColour, type Terminal } from '../../src/cli/terminal.ts';
import { paint } from '../../src/system/paint.ts';

function terminalOf(width: number, colour = false): { terminal: Terminal; shown: string[]; noted: string[] } {
  const shown: string[] = [];
  const noted: string[] = [];
  const terminal: Terminal = {
    env: {},
    folder: '/',
    isTerminal: true,
    width,
    ink: paint(colour),
    errorInk: paint(colour),
    line: (text = '') => shown.push(`${text}\n`),
    write: (text) => shown.push(text),
    note: (text) => noted.push(text),
    json: (value) => shown.push(JSON.stringify(value)),
    interrupted: new AbortController().signal,
  };
  return { terminal, shown, noted };
}

interface Row {
  readonly name: string;
  readonly count: string;
  readonly text: string;
}

describe('a table', () => {
  const columns = [
    { title: 'NAME', cell: (row: Row) => row.name, elastic: true },
    { title: 'N', cell: (row: Row) => row.count, align: 'right' as const },
    { title: 'TEXT', cell: (row: Row) => row.text, elastic: true },
  ];

  it('has columns below each other', () => {
    const { terminal, shown } = terminalOf(80);
    printTable(terminal, columns, [
      { name: 'a', count: '1', text: 'x' },
      { name: 'bcdef', count: '100', text: '日本 👋' },
    ]);
    expect(shown.join('')).toBe('NAME     N  TEXT\na        1  x\nbcdef  100  日本 👋\n');
  });

  it('fits the terminal, whatever stands in it', () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 60 });
    const row = fc.record({ name: text, count: fc.nat(99_999).map(String), text });
    fc.assert(
      fc.property(fc.array(row, { maxLength: 8 }), fc.integer({ min: 30, max: 120 }), (rows, width) => {
        const { terminal, shown } = terminalOf(width);
        printTable(terminal, columns, rows);
        for (const line of shown) {
          expect(line.slice(0, -1)).not.toMatch(/\p{Cc}/u);
          expect(columnsOf(line.slice(0, -1))).toBeLessThanOrEqual(width);
        }
      }),
    );
  });

  it('cuts nothing where no terminal shows it', () => {
    const { terminal, shown } = terminalOf(Number.POSITIVE_INFINITY);
    const long = 'x'.repeat(5000);
    printTable(terminal, columns, [{ name: 'a', count: '1', text: long }]);
    expect(shown.join('')).toContain(long);
  });

  it('is as wide in colour as without', () => {
    const { terminal, shown } = terminalOf(20, true);
    printTable(
      terminal,
      [{ title: 'A', cell: () => 'abc', colour: (text: string) => paint(true).red(text) }],
      [1],
    );
    expect(shown[1]).toBe('\u001b[31mabc\u001b[39m\n');
  });

  it('cuts between characters as people see them', () => {
    expect(cut('abcdef', 4)).toBe('abc…');
    expect(cut('日本語', 5)).toBe('日本…');
    expect(cut('👩‍👩‍👧abc', 3)).toBe('👩‍👩‍👧…');
  });
});

describe('colours', () => {
  it('are for terminals, where nobody says otherwise', () => {
    expect(showsColour(true, {})).toBe(true);
    expect(showsColour(false, {})).toBe(false);
    expect(showsColour(true, { NO_COLOR: '1' })).toBe(false);
    expect(showsColour(true, { NO_COLOR: '' })).toBe(true);
    expect(showsColour(true, { TERM: 'dumb' })).toBe(false);
  });
});

describe('an answer', () => {
  it('is said once, whether it was streamed or not', () => {
    for (const streamed of [true, false]) {
      const { terminal, shown } = terminalOf(80);
      const printer = new AnswerPrinter(terminal);
      if (streamed) for (const text of ['Good ', 'morning']) printer.part({ kind: 'text', text });
      printer.end({ text: 'Good morning' });
      expect(shown.join('')).toBe('Good morning\n');
    }
  });

  it('lets no control sequence through', () => {
    const { terminal, shown, noted } = terminalOf(80);
    const printer = new AnswerPrinter(terminal);
    printer.part({ kind: 'text', text: '\u001b]52;c;aGk=\u0007hi' });
    printer.part({ kind: 'step', intent: '\u001b[2J', status: 'failed' });
    printer.end({
      text: '',
      sources: [{ source: '\u009bevil' }],
      answeredBy: { kind: 'model', name: '\u001b[31m' },
    });
    expect([...shown, ...noted].join('')).not.toMatch(/(?!\n)\p{Cc}/u);
  });
});

describe('the exit code of a refusal', () => {
  it('follows its wire code', () => {
    expect(endingOf('REACH_DENIED')).toBe('refused');
    expect(endingOf('UNAUTHORIZED')).toBe('refused');
    expect(endingOf('EXPIRED')).toBe('timedOut');
    expect(endingOf('CANCELLED')).toBe('interrupted');
    expect(endingOf('NO_ROUTE')).toBe('failed');
  });
});

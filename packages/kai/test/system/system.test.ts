/** The adapters of time, chance, log and battery. */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { readBattery, watchBattery } from '../../src/system/battery.ts';
import { systemClock } from '../../src/system/clock.ts';
import { type LogOptions, logLevelFrom, openLog } from '../../src/system/log.ts';
import { printable, printableLine } from '../../src/system/printable.ts';
import { ago, bytesText } from '../../src/system/quantities.ts';
import { systemRandom } from '../../src/system/random.ts';

describe('the clock', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance', 'Date'] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  const DAY_MS = 86_400_000;

  it('waits longer than one timer of Node holds, and not shorter', () => {
    const wake = vi.fn();
    systemClock.after(100 * DAY_MS, wake);
    vi.advanceTimersByTime(100 * DAY_MS - 1);
    expect(wake).not.toHaveBeenCalled();
    vi.advanceTimersByTime(2);
    expect(wake).toHaveBeenCalledOnce();
  });

  it('does not wake what was cancelled, in whichever hop', () => {
    const wake = vi.fn();
    const timer = systemClock.after(60 * DAY_MS, wake);
    vi.advanceTimersByTime(30 * DAY_MS);
    timer.cancel();
    timer.cancel();
    vi.advanceTimersByTime(60 * DAY_MS);
    expect(wake).not.toHaveBeenCalled();
  });

  it('wakes at once for what is due', () => {
    const wake = vi.fn();
    systemClock.after(-5, wake);
    vi.advanceTimersByTime(1);
    expect(wake).toHaveBeenCalledOnce();
  });
});

describe('chance', () => {
  it('gives as many bytes as are asked, none twice', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 20_000 }), (count) => {
        expect(systemRandom.bytes(count)).toHaveLength(count);
      }),
      { numRuns: 50 },
    );
    const drawn = Array.from({ length: 5_000 }, () => Buffer.from(systemRandom.bytes(16)).toString('hex'));
    expect(new Set(drawn).size).toBe(drawn.length);
  });

  it('keeps nothing of what it gave', () => {
    const [one, other] = [systemRandom.bytes(16), systemRandom.bytes(16)];
    const before = Buffer.from(other).toString('hex');
    one.fill(0);
    expect(Buffer.from(other).toString('hex')).toBe(before);
  });
});

describe('the log', () => {
  function logged(options: Partial<LogOptions>, write: (log: ReturnType<typeof openLog>) => void): string {
    const lines: string[] = [];
    write(openLog({ level: 'debug', pretty: false, write: (line) => lines.push(line), ...options }));
    return lines.join('');
  }

  it('hides what is secret', () => {
    const fields = { token: 's3cret', nested: { apiKey: 's3cret', password: 's3cret', auth: 's3cret' } };
    for (const pretty of [true, false]) {
      const text = logged({ pretty }, (log) => log.info(fields, 'hello'));
      expect(text).toContain('hello');
      expect(text).not.toContain('s3cret');
    }
  });

  it('is one JSON document a line for machines, and one line for people', () => {
    const write = (log: ReturnType<typeof openLog>) => log.child('router').warn({ to: 'x' }, 'it failed');
    expect(JSON.parse(logged({}, write))).toMatchObject({
      level: 40,
      component: 'router',
      to: 'x',
      msg: 'it failed',
    });
    expect(logged({ pretty: true }, write)).toMatch(/^\d\d:\d\d:\d\d warn {2}router: it failed {2}to=x\n$/);
  });

  it('lets no control character through to the terminal', () => {
    const text = logged({ pretty: true }, (log) => log.warn({ from: '\u001b]0;pwned\u0007' }, 'a\u001b[2Jb'));
    expect(text).toBe(printable(text));
  });

  it('says why something failed', () => {
    expect(
      logged({ pretty: true }, (log) => log.error({ err: new Error('disk full') }, 'stopped')),
    ).toContain('reason=disk full');
  });

  it('says as much as KAI_LOG wants', () => {
    expect(logLevelFrom('debug', true)).toBe('debug');
    expect(logLevelFrom(undefined, true)).toBe('warn');
    expect(logLevelFrom('loud', false)).toBe('info');
    expect(logged({ level: 'error' }, (log) => log.warn({}, 'quiet'))).toBe('');
  });
});

describe('the battery', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'kai-battery-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  function supply(name: string, files: Record<string, string>): void {
    mkdirSync(join(folder, name));
    for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, name, file), `${text}\n`);
  }

  it('is a fact where there is one', async () => {
    supply('AC', { type: 'Mains', online: '1' });
    supply('BAT0', { type: 'Battery', capacity: '81', status: 'Charging' });
    expect(await readBattery(folder)).toEqual({ battery: 81, charging: true });
    using watch = await watchBattery(systemClock, folder);
    expect(watch.facts()).toEqual({ battery: 81, charging: true });
  });

  it('is none where there is none, or where it makes no sense', async () => {
    expect(await readBattery(folder)).toEqual({});
    expect(await readBattery(join(folder, 'nothing'))).toEqual({});
    supply('BAT1', { type: 'Battery', capacity: 'full' });
    expect(await readBattery(folder)).toEqual({});
  });
});

describe('text from outside', () => {
  it('has no control character left, and loses nothing else', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(printable(text)).not.toMatch(/(?![\n\t])[\p{Cc}\p{Bidi_Control}]/u);
        expect(printableLine(text)).not.toMatch(/[\n\t]/);
      }),
    );
    expect(printable('Grüße 👋 日本\n\tx')).toBe('Grüße 👋 日本\n\tx');
    expect(printable('\u001b[31mred\u009b0m \u202egnp.exe')).toBe('[31mred0m gnp.exe');
  });
});

describe('quantities', () => {
  it('are said as people say them', () => {
    expect(bytesText(512)).toBe('512 B');
    expect(bytesText(12_900_000)).toBe('12.3 MiB');
    expect(ago(0, 180_000)).toBe('3 minutes ago');
    expect(ago(7_200_000, 0)).toBe('in 2 hours');
  });
});

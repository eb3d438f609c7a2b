/**
 * `kai up`: starts the node of the nearest kai.yaml, prints the one link, and stays until it is told to stop.
 *
 * The first SIGINT or SIGTERM stops it gracefully within {@link STOP_MS}; the second ends the process at once.
 */

import type { Log } from '@kai/runtime/ports';
import type { Command } from 'commander';
import { printFaults } from '../../config/fault.ts';
import { type LoadOptions, loadConfig } from '../../config/load.ts';
import { type OpenNode, openNode } from '../../node/open-node.ts';
import { logLevelFrom, openLog } from '../../system/log.ts';
import { CommandError } from '../command-error.ts';
import { openBrowser } from '../open-browser.ts';
import { showsColour, type Terminal } from '../terminal.ts';
import { greet } from '../up-greeting.ts';
import { showNews } from '../up-news.ts';

/** How long a stop may take, in milliseconds. */
const STOP_MS = 5_000;

interface UpOptions extends LoadOptions {
  readonly open?: boolean;
  readonly json?: boolean;
}

export function configureUp(command: Command, terminal: Terminal): void {
  command
    .option('-c, --config <file>', 'the configuration; default: the nearest kai.yaml, here or above')
    .option('--documents <folder>', 'the folder that the documents agent reads')
    .option('-p, --port <number>', 'the port of the window; 0 takes any that is free')
    .option('--open', 'open the window in the browser')
    .option('--json', 'print JSON lines')
    .addHelpText('after', '\nExample:\n  $ kai up --documents ~/Documents --open')
    .action((options: UpOptions) => up(options, terminal));
}

async function up(options: UpOptions, terminal: Terminal): Promise<void> {
  const stop = stopSignal();
  const load = () => loadConfig(options, terminal);
  const loaded = await load();
  if (!loaded.ok)
    throw new CommandError('failed', `the configuration is wrong\n${printFaults(loaded.faults)}`);
  const onTerminal = process.stderr.isTTY === true;
  const log = openLog({
    level: logLevelFrom(terminal.env.KAI_LOG, onTerminal),
    pretty: onTerminal,
    colour: showsColour(onTerminal, terminal.env),
    write: (line) => void process.stderr.write(line),
  });
  const broken = outliveAgents(log);
  const outcome = await openNode({ loaded: loaded.loaded, reload: load, log, env: terminal.env });
  if (!outcome.ok) throw new CommandError('failed', `the node cannot start\n${printFaults(outcome.faults)}`);
  const { open } = outcome;
  try {
    await run(open, options, terminal, AbortSignal.any([stop, broken]));
  } finally {
    await close(open);
  }
  if (broken.aborted) throw new CommandError('failed', 'an agent broke the process; the node has stopped');
}

async function run(open: OpenNode, options: UpOptions, terminal: Terminal, stop: AbortSignal): Promise<void> {
  greet(open, options.json === true, terminal);
  using _news = showNews(open, options.json === true, terminal);
  if (options.open === true) openBrowser(open.link);
  if (!stop.aborted) await new Promise((resolve) => stop.addEventListener('abort', resolve, { once: true }));
  if (options.json !== true) terminal.line(terminal.ink.dim('\nStopping …'));
}

/**
 * Agents share the process. A promise that one of them forgot does no harm and is only logged; an exception outside
 * every handler leaves nobody knows what behind, so the node stops, with all that is durable on disk.
 */
function outliveAgents(log: Log): AbortSignal {
  const broken = new AbortController();
  process.on('unhandledRejection', (err) => log.error({ err }, 'an agent left a failed promise unhandled'));
  process.on('uncaughtException', (err) => {
    log.error({ err }, 'an exception escaped every handler; the node stops');
    broken.abort();
  });
  return broken.signal;
}

/** Aborts at the first signal; the second ends the process, whatever it is doing. */
function stopSignal(): AbortSignal {
  const stop = new AbortController();
  const hear = (): void => {
    if (stop.signal.aborted) process.exit(1);
    stop.abort();
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, hear);
  return stop.signal;
}

async function close(open: OpenNode): Promise<void> {
  const late = setTimeout(() => {
    process.stderr.write(`kai: the node did not stop within ${STOP_MS / 1000} s and was ended\n`);
    process.exit(1);
  }, STOP_MS);
  await open[Symbol.asyncDispose]();
  clearTimeout(late);
}

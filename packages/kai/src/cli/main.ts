/**
 * The command line: `kai <command>`. Commands are listed here and live in one file each, which is loaded only when
 * its command is meant, so that `kai --help` is there at once.
 */

import { Command, CommanderError } from 'commander';
import manifest from '../../package.json' with { type: 'json' };
import { printable } from '../system/printable.ts';
import { CommandError } from './command-error.ts';
import { type Ending, EXIT_CODES, endingOf, exitCodesText } from './exit-codes.ts';
import { openTerminal, type Terminal } from './terminal.ts';

/** What the file of a command exports: it adds its arguments, options and action. */
export type Configure = (command: Command, terminal: Terminal) => void;

interface Listed {
  readonly name: string;
  readonly summary: string;
  readonly load: () => Promise<Configure>;
}

const COMMANDS: readonly Listed[] = [
  {
    name: 'up',
    summary: 'start the node that kai.yaml describes',
    load: async () => (await import('./commands/up.ts')).configureUp,
  },
  { name: 'stop', summary: 'stop it', load: async () => (await import('./commands/stop.ts')).configureStop },
  {
    name: 'ask',
    summary: 'ask the assistant something, or talk with it',
    load: async () => (await import('./commands/ask.ts')).configureAsk,
  },
  {
    name: 'send',
    summary: 'send a message to an agent and print the answer',
    load: async () => (await import('./commands/send.ts')).configureSend,
  },
  {
    name: 'status',
    summary: 'how the node is',
    load: async () => (await import('./commands/status.ts')).configureStatus,
  },
  {
    name: 'agents',
    summary: 'who can be asked what',
    load: async () => (await import('./commands/agents.ts')).configureAgents,
  },
  {
    name: 'trace',
    summary: 'which messages went where',
    load: async () => (await import('./commands/trace.ts')).configureTrace,
  },
  {
    name: 'route',
    summary: 'the orchestration table, and why a message goes where it goes',
    load: async () => (await import('./commands/route.ts')).configureRoute,
  },
  {
    name: 'dead',
    summary: 'messages that could not be delivered',
    load: async () => (await import('./commands/dead.ts')).configureDead,
  },
  {
    name: 'snapshot',
    summary: 'capture an agent as it is',
    load: async () => (await import('./commands/snapshot.ts')).configureSnapshot,
  },
  {
    name: 'snapshots',
    summary: 'which snapshots there are',
    load: async () => (await import('./commands/snapshots.ts')).configureSnapshots,
  },
  {
    name: 'rollback',
    summary: 'give an agent back what it was',
    load: async () => (await import('./commands/rollback.ts')).configureRollback,
  },
  {
    name: 'diff',
    summary: 'what lies between two snapshots of an agent',
    load: async () => (await import('./commands/diff.ts')).configureDiff,
  },
  {
    name: 'reminders',
    summary: 'what you will be reminded of',
    load: async () => (await import('./commands/reminders.ts')).configureReminders,
  },
  {
    name: 'notes',
    summary: 'what you asked to be kept',
    load: async () => (await import('./commands/notes.ts')).configureNotes,
  },
  {
    name: 'doctor',
    summary: 'look for what is wrong, and say what to do',
    load: async () => (await import('./commands/doctor.ts')).configureDoctor,
  },
  {
    name: 'sim',
    summary: 'try agents under kills, lost messages and failing disks, on virtual time',
    load: async () => (await import('./commands/sim.ts')).configureSim,
  },
  {
    name: 'init',
    summary: 'write a kai.yaml and an example agent',
    load: async () => (await import('./commands/init.ts')).configureInit,
  },
];

/** Runs one command; returns the exit code. `args` are those behind the program's name. */
export async function main(args: readonly string[], process: NodeJS.Process): Promise<number> {
  const interrupt = new AbortController();
  const terminal = openTerminal(process, interrupt.signal);
  process.once('SIGINT', () => interrupt.abort());
  if (args[0] === 'help' && args[1] === 'exit-codes') {
    terminal.write(exitCodesText());
    return EXIT_CODES.ok.code;
  }
  try {
    const program = await programFor(args, terminal);
    await program.parseAsync(args, { from: 'user' });
    return EXIT_CODES.ok.code;
  } catch (error) {
    return EXIT_CODES[await tell(error, terminal)].code;
  }
}

async function programFor(args: readonly string[], terminal: Terminal): Promise<Command> {
  const program = new Command('kai');
  program
    .description('A runtime for teams of AI agents: private, durable, and yours.')
    .version(manifest.version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this')
    .helpCommand('help [command]', 'print the help of a command, or: exit-codes')
    .configureHelp({ helpWidth: Math.min(terminal.width, 100) })
    .configureOutput({ outputError: (text, write) => write(text) })
    .exitOverride()
    .addHelpText('after', '\nBegin with:\n  $ kai init\n  $ kai up\n  $ kai ask "what can you do?"');
  const wanted = args[0] === 'help' ? args[1] : args.find((arg) => !arg.startsWith('-'));
  for (const { name, summary, load } of COMMANDS) {
    const command = program
      .command(name)
      .summary(summary)
      .description(`${summary}.`)
      .helpOption('-h, --help', 'print this');
    if (name === wanted) (await load())(command, terminal);
  }
  return program;
}

/** Says why a command failed, in one line on stderr. */
async function tell(error: unknown, terminal: Terminal): Promise<Ending> {
  // Commander has said what is wrong already; help and version end this way, too.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 'ok' : 'usage';
  const say = (text: string): void => terminal.note(`${terminal.errorInk.red('kai:')} ${printable(text)}`);
  if (error instanceof CommandError) {
    say(error.message);
    return error.ending;
  }
  const { KaiError } = await import('@kai/protocol');
  if (error instanceof KaiError) {
    say(`${error.message} (${error.code}${error.at === '' ? '' : ` at ${error.at}`})`);
    return endingOf(error.code);
  }
  say(error instanceof Error ? (error.stack ?? error.message) : String(error));
  return 'failed';
}

/** Options that several commands have, and what they take. */

import { type Command, InvalidArgumentError } from 'commander';

/** The options of every command that talks to a node. */
export function nodeOptions(command: Command): Command {
  return command
    .option(
      '--node <name>',
      'which node: its address, its device, or its URL; default: that of the nearest kai.yaml',
    )
    .option('--json', 'print JSON');
}

/** Milliseconds that a request may take, at most a day. */
export function millisecondsFrom(text: string): number {
  return wholeNumber(text, 86_400_000);
}

/** How many of a list are wanted. */
export function limitFrom(text: string): number {
  return wholeNumber(text, 1000);
}

/** How often something is done, at most a million times. */
export function countFrom(text: string): number {
  return wholeNumber(text, 1_000_000);
}

/** A number that something is named by: a seed, a place. */
export function naturalFrom(text: string): number {
  return wholeNumber(text, 999_999_999, 0);
}

function wholeNumber(text: string, most: number, least = 1): number {
  const number = /^\d{1,9}$/.test(text) ? Number(text) : -1;
  if (number >= least && number <= most) return number;
  throw new InvalidArgumentError(`a whole number from ${least} to ${most}`);
}

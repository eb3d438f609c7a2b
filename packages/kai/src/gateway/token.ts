/**
 * The gateway's token: who has it may send as the person at this machine.
 *
 * It lives in the data folder (mode 0600) and stays until that file is deleted. The cookie of a window holds a
 * session value made from it, so a cookie that leaks tells nobody the token.
 */

import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { chmod, open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { KaiError } from '@kai/protocol';

export const TOKEN_FILE = 'gateway.token';
const TOKEN_BYTES = 32;
/** 32 bytes in base64url. */
const TOKEN = /^[A-Za-z0-9_-]{43}$/;

/**
 * The token of a data folder; made when there is none.
 *
 * @throws KaiError `UNAVAILABLE` when the file holds something else: it is not overwritten.
 */
export async function openToken(folder: string): Promise<string> {
  return (await readToken(folder)) ?? (await makeToken(folder));
}

/** The token of a data folder, or nothing when none was made yet. */
export async function readToken(folder: string): Promise<string | undefined> {
  const file = join(folder, TOKEN_FILE);
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  const token = text.trim();
  if (TOKEN.test(token)) return token;
  throw new KaiError('UNAVAILABLE', `${file} holds no token; delete it, and the next start makes a new one`);
}

async function makeToken(folder: string): Promise<string> {
  const file = join(folder, TOKEN_FILE);
  const token = randomBytes(TOKEN_BYTES).toString('base64url');
  await using handle = await open(file, 'wx', 0o600);
  await handle.writeFile(`${token}\n`);
  await handle.sync();
  await chmod(file, 0o600);
  return token;
}

/** What the cookie of a window holds. */
export function sessionOf(token: string): string {
  return createHmac('sha256', token).update('kai_session').digest('base64url');
}

/** Compares in a time that tells nothing about where two texts differ. */
export function sameSecret(given: string, known: string): boolean {
  const digest = (text: string): Uint8Array => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(known));
}

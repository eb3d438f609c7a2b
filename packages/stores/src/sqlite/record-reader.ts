/**
 * Reads records back and believes none whose checksum does not fit. State and timers are refused then, by name,
 * because an agent must not go on with a wrong memory; a damaged line of history is left out with a warning, and
 * `inspect` names it.
 */

import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { checksumOf } from './checksum.ts';
import { Refused } from './refused.ts';
import { warn } from './worker-answer.ts';

export class RecordReader {
  readonly #state: StatementSync;
  readonly #timers: StatementSync;
  readonly #dead: StatementSync;

  constructor(db: DatabaseSync) {
    this.#state = db.prepare('SELECT key, value, checksum FROM state WHERE agent = ?');
    this.#timers = db.prepare('SELECT agent, name, body, checksum FROM timers');
    this.#dead = db.prepare('SELECT seq, body, checksum FROM dead ORDER BY seq DESC LIMIT ?');
  }

  /** Keys with the text of their values. @throws Refused `INTERNAL` for a damaged record. */
  loadState(agent: string): [key: string, value: string][] {
    return this.#state.all(agent).map((row) => {
      const key = String(row.key);
      const value = String(row.value);
      if (checksumOf(agent, key, value) === row.checksum) return [key, value];
      throw damaged('state', `${agent} ${key}`);
    });
  }

  /** Texts of timers. @throws Refused `INTERNAL` for a damaged record. */
  loadTimers(): string[] {
    return this.#timers.all().map((row) => {
      const body = String(row.body);
      if (checksumOf(String(row.agent), String(row.name), body) === row.checksum) return body;
      throw damaged('timers', `${row.agent} ${row.name}`);
    });
  }

  /** Texts of dead letters, newest first. */
  readDead(limit: number): string[] {
    const sound: string[] = [];
    for (const row of this.#dead.all(limit)) {
      if (checksumOf(String(row.body)) === row.checksum) sound.push(String(row.body));
      else warn(damaged('dead', String(row.seq)).message);
    }
    return sound;
  }
}

/** The refusal of a record whose checksum does not fit. */
export function damaged(table: string, key: string): Refused {
  return new Refused('INTERNAL', `the record ${key} in table ${table} is damaged: its checksum does not fit`);
}

/**
 * Reads records back and believes none whose checksum does not fit. What an agent goes on with is refused then, by
 * name, because it must not go on with a wrong memory; a damaged line of history is left out with a warning, and
 * `inspect` names it.
 */

import type { DatabaseSync, SQLOutputValue, StatementSync } from 'node:sqlite';
import type { AgentParts, SettlementParts } from '../records/agent-parts.ts';
import { checksumOf } from './checksum.ts';
import { Refused } from './refused.ts';
import { warn } from './worker-answer.ts';

export class RecordReader {
  readonly #state: StatementSync;
  readonly #inbox: StatementSync;
  readonly #waiting: StatementSync;
  readonly #steps: StatementSync;
  readonly #settlement: StatementSync;
  readonly #timers: StatementSync;
  readonly #dead: StatementSync;

  constructor(db: DatabaseSync) {
    this.#state = db.prepare('SELECT key, value, checksum FROM state WHERE agent = ?');
    this.#inbox = db.prepare('SELECT sender, id, message, checksum FROM inbox WHERE agent = ? ORDER BY seq');
    this.#waiting = db.prepare('SELECT DISTINCT agent FROM inbox');
    this.#steps = db.prepare(
      `SELECT message, position, name, digest, result, checksum FROM steps WHERE agent = ?
       ORDER BY message, position`,
    );
    this.#settlement = db.prepare(
      `SELECT at, outcome, answer, checksum FROM settlements WHERE id = ?3 AND agent = ?1 AND sender = ?2`,
    );
    this.#timers = db.prepare('SELECT agent, name, body, checksum FROM timers');
    this.#dead = db.prepare('SELECT seq, body, checksum FROM dead ORDER BY seq DESC LIMIT ?');
  }

  /** @throws Refused `INTERNAL` for a damaged record. */
  loadAgent(agent: string): AgentParts {
    return {
      state: this.#stateParts(agent),
      inbox: this.#inbox.all(agent).flatMap((row) => this.#inboxParts(agent, row)),
      steps: this.#steps.all(agent).flatMap((row) => this.#stepParts(agent, row)),
    };
  }

  /** Undefined when there is none. @throws Refused `INTERNAL` for a damaged record. */
  findSettlement(agent: string, sender: string, id: string): SettlementParts | undefined {
    const row = this.#settlement.get(agent, sender, id);
    if (row === undefined) return undefined;
    const at = Number(row.at);
    const outcome = String(row.outcome) as SettlementParts[1];
    const answer = String(row.answer);
    if (checksumOf(agent, sender, id, at, outcome, answer) === row.checksum) return [at, outcome, answer];
    throw damaged('settlements', `${agent} ${sender} ${id}`);
  }

  /** Agents for which messages wait. */
  waiting(): string[] {
    return this.#waiting.all().map(({ agent }) => String(agent));
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

  #stateParts(agent: string): string[] {
    return this.#state.all(agent).flatMap((row) => {
      const key = String(row.key);
      const value = String(row.value);
      if (checksumOf(agent, key, value) === row.checksum) return [key, value];
      throw damaged('state', `${agent} ${key}`);
    });
  }

  #inboxParts(agent: string, row: Record<string, SQLOutputValue>): string[] {
    const parts = [String(row.sender), String(row.id), String(row.message)];
    if (checksumOf(agent, ...parts) === row.checksum) return parts;
    throw damaged('inbox', `${agent} ${row.sender} ${row.id}`);
  }

  #stepParts(agent: string, row: Record<string, SQLOutputValue>): (string | number)[] {
    const [name, digest, result] = [String(row.name), String(row.digest), String(row.result)];
    const parts = [String(row.message), Number(row.position), name, digest, result];
    if (checksumOf(agent, ...parts) === row.checksum) return parts;
    throw damaged('steps', `${agent} ${row.message} ${row.position}`);
  }
}

/** The refusal of a record whose checksum does not fit. */
export function damaged(table: string, key: string): Refused {
  return new Refused('INTERNAL', `the record ${key} in table ${table} is damaged: its checksum does not fit`);
}

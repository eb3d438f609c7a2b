/**
 * Searches one index: passages with all the words first, then those with any, each ranked by BM25 with a title's
 * words counting four times.
 */

import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Hit } from '@kai/runtime/ports';
import { EXCERPT_WORDS, ranked } from '../words/hits.ts';
import type { FtsQuery } from './fts-query.ts';
import { LIVE } from './index-schema.ts';

const TITLE_WEIGHT = 4;
const TEXT_WEIGHT = 1;
/** Candidates asked for beyond the limit, because some may be dead or of another source. */
const CANDIDATES_SPARE = 32;
/** How many times more candidates are asked for when too few of them counted. */
const CANDIDATES_GROWTH = 8;

interface Candidate {
  readonly id: number;
  readonly score: number;
  readonly hasAll: boolean;
}

export class IndexSearcher {
  readonly #match: StatementSync;
  readonly #shown: StatementSync;
  readonly #passage: StatementSync;
  readonly #excerpt: StatementSync;
  readonly #versions: StatementSync;
  readonly #id: number;

  constructor(db: DatabaseSync, id: number) {
    const words = `words_${id}`;
    this.#id = id;
    this.#match = db.prepare(
      `SELECT rowid AS id, bm25(${words}, ${TITLE_WEIGHT}, ${TEXT_WEIGHT}) AS rank
       FROM ${words} WHERE ${words} MATCH ? ORDER BY rank LIMIT ?`,
    );
    const joined = 'FROM passages JOIN sources ON sources.id = source_id WHERE passages.id = ?';
    this.#shown = db.prepare(
      `SELECT stage = ${LIVE} AND substr(source, 1, length(?)) = ? AS shown ${joined}`,
    );
    this.#passage = db.prepare(`SELECT source, place, title, text ${joined}`);
    // FTS5 looks at a row id only if it is an integer, and a number is bound as a real one.
    this.#excerpt = db.prepare(
      `SELECT snippet(${words}, 1, char(2), char(3), '…', ${EXCERPT_WORDS}) AS excerpt
       FROM ${words} WHERE ${words} MATCH ? AND rowid = CAST(? AS INTEGER)`,
    );
    this.#versions = db.prepare(`SELECT source, version FROM sources WHERE index_id = ? AND stage = ${LIVE}`);
  }

  search(query: FtsQuery, limit: number, prefix: string): Hit[] {
    const withAll = this.#candidates(query.all, limit, prefix, () => true);
    const found = new Map(withAll.map((candidate) => [candidate.id, candidate]));
    if (withAll.length < limit && query.any !== query.all) {
      for (const candidate of this.#candidates(query.any, limit, prefix, (id) => found.has(id))) {
        found.set(candidate.id, candidate);
      }
    }
    return ranked([...found.values()], limit).map((candidate) => this.#hit(query, candidate));
  }

  versions(): [source: string, version: string][] {
    return this.#versions.all(this.#id).map(({ source, version }) => [String(source), String(version)]);
  }

  #candidates(match: string, limit: number, prefix: string, hasAll: (id: number) => boolean): Candidate[] {
    for (let asked = limit + CANDIDATES_SPARE; ; asked *= CANDIDATES_GROWTH) {
      const rows = this.#match.all(match, asked);
      const shown = rows.filter(({ id }) => this.#shown.get(prefix, prefix, Number(id))?.shown === 1);
      if (shown.length < limit && rows.length === asked) continue;
      return shown.slice(0, limit).map(({ id, rank }) => {
        return { id: Number(id), score: -Number(rank), hasAll: hasAll(Number(id)) };
      });
    }
  }

  #hit(query: FtsQuery, { id, score }: Candidate): Hit {
    const passage = this.#passage.get(id);
    const excerpt = this.#excerpt.get(query.any, id);
    return {
      source: String(passage?.source),
      place: String(passage?.place),
      title: String(passage?.title),
      text: String(passage?.text),
      score,
      excerpt: String(excerpt?.excerpt),
    };
  }
}

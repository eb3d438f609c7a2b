/**
 * The tables of a node's store. A record's text is the truth; columns beside it are there to be searched, and
 * `inspect` compares the two. The views are for people with `sqlite3` in their hands.
 */

import type { Schema } from './migrate.ts';

const FIRST = `
  CREATE TABLE meta (
    name TEXT PRIMARY KEY, value INTEGER NOT NULL, checksum INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE state (
    agent TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL, checksum INTEGER NOT NULL,
    PRIMARY KEY (agent, key)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE timers (
    agent TEXT NOT NULL, name TEXT NOT NULL, body TEXT NOT NULL, checksum INTEGER NOT NULL,
    PRIMARY KEY (agent, name)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE journal (
    seq INTEGER PRIMARY KEY, at REAL NOT NULL, trace TEXT NOT NULL, body TEXT NOT NULL, checksum INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX journal_by_time ON journal (at);
  CREATE INDEX journal_by_trace ON journal (trace);

  CREATE TABLE dead (seq INTEGER PRIMARY KEY, body TEXT NOT NULL, checksum INTEGER NOT NULL) STRICT;

  CREATE VIEW journal_entries AS SELECT seq,
    body ->> 0 AS at, body ->> 1 AS outcome, body ->> 2 AS id, body ->> 3 AS kind, body ->> 4 AS "from",
    body ->> 5 AS "to", body ->> 6 AS intent, body ->> 7 AS priority, body ->> 8 AS re, body ->> 9 AS trace,
    body ->> 10 AS note, body ->> 11 AS took_ms, body ->> 12 AS payload
  FROM journal;
  CREATE VIEW dead_letters AS SELECT seq,
    body ->> 0 AS at, body ->> 1 AS id, body ->> 2 AS code, body ->> 3 AS reason, body ->> 4 AS message
  FROM dead;
`;

export const STORE_SCHEMA: Schema = {
  /** `kAIs` in ASCII. */
  applicationId: 0x6b414973,
  migrations: [FIRST],
};

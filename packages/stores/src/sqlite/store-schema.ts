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

/**
 * Ids stand first where time-ordered ids make neighbours of what is written together. A damaged letter keeps an
 * empty id, so that a file with one can still be opened and inspected.
 */
const DURABLE_MESSAGES = `
  CREATE TABLE inbox (
    seq INTEGER PRIMARY KEY, agent TEXT NOT NULL, sender TEXT NOT NULL, id TEXT NOT NULL, message TEXT NOT NULL,
    checksum INTEGER NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX inbox_by_message ON inbox (agent, id, sender);

  CREATE TABLE settlements (
    seq INTEGER PRIMARY KEY, agent TEXT NOT NULL, sender TEXT NOT NULL, id TEXT NOT NULL, at REAL NOT NULL,
    outcome TEXT NOT NULL, answer TEXT NOT NULL, checksum INTEGER NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX settlements_by_message ON settlements (id, agent, sender);

  CREATE TABLE steps (
    agent TEXT NOT NULL, message TEXT NOT NULL, position INTEGER NOT NULL, name TEXT NOT NULL, digest TEXT NOT NULL,
    result TEXT NOT NULL, checksum INTEGER NOT NULL,
    PRIMARY KEY (agent, message, position)
  ) STRICT, WITHOUT ROWID;

  ALTER TABLE dead ADD COLUMN id TEXT NOT NULL DEFAULT '';
  UPDATE dead SET id = coalesce(body ->> 1, '') WHERE json_valid(body);
  CREATE INDEX dead_by_id ON dead (id);
`;

export const STORE_SCHEMA: Schema = {
  /** `kAIs` in ASCII. */
  applicationId: 0x6b414973,
  migrations: [FIRST, DURABLE_MESSAGES],
};

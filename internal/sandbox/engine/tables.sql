-- What faults, the request log and what happened are kept in, in every file.

CREATE TABLE faults (
  id     INTEGER PRIMARY KEY AUTOINCREMENT,
  method TEXT NOT NULL,
  path   TEXT NOT NULL,
  skip   INTEGER NOT NULL,
  times  INTEGER NOT NULL, -- 0: until deleted.
  spec   TEXT NOT NULL -- JSON of the fault.
) STRICT;

CREATE TABLE requests (
  id         INTEGER PRIMARY KEY AUTOINCREMENT,
  method     TEXT NOT NULL,
  path       TEXT NOT NULL,
  query      TEXT NOT NULL,
  status     INTEGER NOT NULL,
  token_user TEXT NOT NULL,
  at         INTEGER NOT NULL DEFAULT 0, -- Unix milliseconds of the sandbox's clock, as in events.
  body       TEXT NOT NULL DEFAULT '' -- Of a write; empty when it is long or may hold a secret.
) STRICT;

CREATE TABLE events (
  id    INTEGER PRIMARY KEY AUTOINCREMENT,
  at    INTEGER NOT NULL,
  plane TEXT NOT NULL,
  who   TEXT NOT NULL,
  what  TEXT NOT NULL,
  about TEXT NOT NULL
) STRICT;

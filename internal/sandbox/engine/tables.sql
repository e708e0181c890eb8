-- What faults and the request log are kept in, in every file.

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
  token_user TEXT NOT NULL
) STRICT;

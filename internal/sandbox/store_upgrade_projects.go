package sandbox

// upgradeProjects brings a file of version 7 what projects hold since, and Embedded.
const upgradeProjects = `ALTER TABLE projects ADD COLUMN description TEXT;
ALTER TABLE projects ADD COLUMN created_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE projects ADD COLUMN config TEXT NOT NULL DEFAULT '{}';
ALTER TABLE projects ADD COLUMN beside TEXT NOT NULL DEFAULT '{}';
ALTER TABLE projects ADD COLUMN extra TEXT NOT NULL DEFAULT '{}';
ALTER TABLE projects ADD COLUMN source_id TEXT;
ALTER TABLE projects ADD COLUMN source_version TEXT;
ALTER TABLE projects ADD COLUMN unseen INTEGER NOT NULL DEFAULT 0;
CREATE TABLE workflows (
  seq        INTEGER PRIMARY KEY,
  id         TEXT NOT NULL UNIQUE,
  project_id TEXT NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
  lineage    TEXT NOT NULL,
  title      TEXT NOT NULL,
  creator    TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  revision   INTEGER NOT NULL DEFAULT 1,
  content    TEXT NOT NULL
) STRICT;
CREATE INDEX workflows_by_project ON workflows (project_id, seq);
CREATE TABLE project_versions (
  seq         INTEGER PRIMARY KEY,
  project_id  TEXT NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
  number      TEXT NOT NULL,
  title       TEXT NOT NULL,
  description TEXT NOT NULL,
  creator     TEXT NOT NULL,
  created_at  INTEGER NOT NULL,
  document    TEXT NOT NULL,
  UNIQUE (project_id, number)
) STRICT;
CREATE INDEX project_versions_in_order ON project_versions (project_id, seq);
CREATE TABLE project_authentications (
  project_id        TEXT NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
  export_id         TEXT NOT NULL,
  authentication_id TEXT NOT NULL REFERENCES authentications (id) ON DELETE CASCADE,
  PRIMARY KEY (project_id, export_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX project_authentications_by_id ON project_authentications (authentication_id);
CREATE TABLE solutions (
  seq        INTEGER PRIMARY KEY,
  id         TEXT NOT NULL UNIQUE,
  project_id TEXT NOT NULL UNIQUE REFERENCES projects (id) ON DELETE CASCADE,
  draft      TEXT NOT NULL
) STRICT;
CREATE TABLE solution_releases (
  seq         INTEGER PRIMARY KEY,
  id          TEXT NOT NULL UNIQUE,
  solution_id TEXT NOT NULL REFERENCES solutions (id) ON DELETE CASCADE,
  created_at  INTEGER NOT NULL,
  content     TEXT NOT NULL,
  workflows   TEXT NOT NULL
) STRICT;
CREATE INDEX solution_releases_in_order ON solution_releases (solution_id, seq);
CREATE TABLE end_users (
  seq         INTEGER PRIMARY KEY,
  id          TEXT NOT NULL UNIQUE,
  external_id TEXT NOT NULL UNIQUE,
  name        TEXT NOT NULL,
  is_test     INTEGER NOT NULL
) STRICT;
CREATE TABLE end_user_tokens (
  token      TEXT PRIMARY KEY,
  user_id    TEXT NOT NULL REFERENCES end_users (id) ON DELETE CASCADE,
  is_code    INTEGER NOT NULL,
  expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX end_user_tokens_by_user ON end_user_tokens (user_id);
CREATE TABLE end_user_authentications (
  seq            INTEGER PRIMARY KEY,
  id             TEXT NOT NULL UNIQUE,
  user_id        TEXT NOT NULL REFERENCES end_users (id) ON DELETE CASCADE,
  name           TEXT NOT NULL,
  environment_id TEXT NOT NULL,
  data           TEXT NOT NULL,
  scopes         TEXT NOT NULL,
  hidden         INTEGER NOT NULL
) STRICT;
CREATE INDEX end_user_authentications_by_user ON end_user_authentications (user_id, seq);
CREATE TABLE solution_instances (
  seq         INTEGER PRIMARY KEY,
  id          TEXT NOT NULL UNIQUE,
  solution_id TEXT NOT NULL REFERENCES solutions (id) ON DELETE CASCADE,
  release_id  TEXT NOT NULL REFERENCES solution_releases (id) ON DELETE CASCADE,
  user_id     TEXT NOT NULL REFERENCES end_users (id) ON DELETE CASCADE,
  name        TEXT NOT NULL,
  enabled     INTEGER NOT NULL,
  created_at  INTEGER NOT NULL,
  auths       TEXT NOT NULL,
  config      TEXT NOT NULL
) STRICT;
CREATE INDEX solution_instances_by_user ON solution_instances (user_id, seq);
CREATE INDEX solution_instances_by_solution ON solution_instances (solution_id, seq);
CREATE INDEX solution_instances_by_release ON solution_instances (release_id);`

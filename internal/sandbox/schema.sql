-- Version 8. A change of this file needs a new version and an upgrade in store.go.

-- What the sandbox goes back to on reset.
CREATE TABLE seed (
  one          INTEGER PRIMARY KEY CHECK (one = 1),
  organization TEXT NOT NULL,
  owner_email  TEXT NOT NULL,
  plan         TEXT NOT NULL,
  embedded     INTEGER NOT NULL,
  token        TEXT NOT NULL,
  options      TEXT NOT NULL,
  operator     TEXT NOT NULL DEFAULT '', -- The operator's token; empty in the file of a further organization.
  organization_id TEXT NOT NULL DEFAULT '' -- Random; the ids of everything in the organization follow from it.
) STRICT;

-- The organizations of the sandbox: the one in this file, and further ones, each in a file of its own. The file is named by
-- the number, which is never used twice, not even after a reset.
CREATE TABLE organizations (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  id  TEXT NOT NULL UNIQUE
) STRICT;

CREATE TABLE organization (
  one      INTEGER PRIMARY KEY CHECK (one = 1),
  id       TEXT NOT NULL,
  name     TEXT NOT NULL,
  plan     TEXT NOT NULL,
  embedded INTEGER NOT NULL,
  options  TEXT NOT NULL, -- JSON of Options.
  advance  INTEGER NOT NULL, -- Nanoseconds that the clock runs ahead of the real one.
  alerting_workflow TEXT,
  embedded_id       TEXT, -- Of an Embedded organization only, as the next.
  wizard_css        TEXT,
  connector_namespace TEXT -- What names of custom connectors begin with.
) STRICT;

-- One counter per kind of object; ids are derived from it.
CREATE TABLE counters (
  kind TEXT PRIMARY KEY,
  n    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE users (
  seq          INTEGER PRIMARY KEY, -- Order of creation: the order of lists, and what cursors point at.
  id           TEXT NOT NULL UNIQUE,
  email        TEXT NOT NULL, -- As it was spelled.
  email_key    TEXT NOT NULL UNIQUE, -- Lower case.
  name         TEXT NOT NULL,
  account_type TEXT NOT NULL,
  role         TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX one_owner ON users (role) WHERE role = 'Owner';

CREATE TABLE workspaces (
  seq         INTEGER PRIMARY KEY,
  id          TEXT NOT NULL UNIQUE,
  name        TEXT NOT NULL,
  type        TEXT NOT NULL,
  description TEXT,
  task_limit  INTEGER,
  person      TEXT -- The user a Personal workspace belongs to.
) STRICT;
CREATE INDEX workspaces_by_type ON workspaces (type, seq);
CREATE INDEX workspaces_by_person ON workspaces (person) WHERE person IS NOT NULL;

CREATE TABLE members (
  seq          INTEGER PRIMARY KEY,
  workspace_id TEXT NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
  user_id      TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  role         TEXT NOT NULL,
  UNIQUE (workspace_id, user_id)
) STRICT;
CREATE INDEX members_in_order ON members (workspace_id, seq);
CREATE INDEX members_by_user ON members (user_id);

CREATE TABLE invites (
  seq        INTEGER PRIMARY KEY,
  id         TEXT NOT NULL UNIQUE,
  email      TEXT NOT NULL,
  email_key  TEXT NOT NULL,
  role       TEXT NOT NULL,
  status     TEXT NOT NULL, -- pending, accepted or cancelled; expired is pending after its time.
  created_at INTEGER NOT NULL, -- Unix milliseconds, as every time in this file.
  expires_at INTEGER NOT NULL,
  user_id    TEXT
) STRICT;
CREATE INDEX invites_by_email ON invites (email_key, seq);
CREATE INDEX invites_by_time ON invites (created_at);

CREATE TABLE projects (
  seq            INTEGER PRIMARY KEY,
  id             TEXT NOT NULL UNIQUE,
  workspace_id   TEXT NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
  name           TEXT NOT NULL,
  description    TEXT,
  created_at     INTEGER NOT NULL DEFAULT 0,
  config         TEXT NOT NULL DEFAULT '{}', -- JSON, as the next two, which hold what an import brought along and the sandbox does not know.
  beside         TEXT NOT NULL DEFAULT '{}', -- Beside workflows and projects in the document.
  extra          TEXT NOT NULL DEFAULT '{}', -- In the document's project.
  source_id      TEXT, -- The project that was imported last, and which version of it.
  source_version TEXT,
  unseen         INTEGER NOT NULL DEFAULT 0 -- Workflows that a snapshot does not hold.
) STRICT;
CREATE INDEX projects_by_workspace ON projects (workspace_id);

CREATE TABLE workflows (
  seq        INTEGER PRIMARY KEY,
  id         TEXT NOT NULL UNIQUE,
  project_id TEXT NOT NULL REFERENCES projects (id) ON DELETE CASCADE,
  lineage    TEXT NOT NULL, -- The same for a workflow and for what imports have made of it: group in the document.
  title      TEXT NOT NULL,
  creator    TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  revision   INTEGER NOT NULL DEFAULT 1,
  content    TEXT NOT NULL -- JSON of the rest of the document's workflow, with its names in order.
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
  document    TEXT NOT NULL, -- What is exported.
  UNIQUE (project_id, number)
) STRICT;
CREATE INDEX project_versions_in_order ON project_versions (project_id, seq);

-- How imports into a project resolved the authentications of others.
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
  draft      TEXT NOT NULL -- JSON of the document's solution, without the ids.
) STRICT;

CREATE TABLE solution_releases (
  seq         INTEGER PRIMARY KEY,
  id          TEXT NOT NULL UNIQUE,
  solution_id TEXT NOT NULL REFERENCES solutions (id) ON DELETE CASCADE,
  created_at  INTEGER NOT NULL,
  content     TEXT NOT NULL, -- What the draft was.
  workflows   TEXT NOT NULL -- JSON: id, title and whether a webhook starts it.
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
  is_code    INTEGER NOT NULL, -- An authorization code, for one use.
  expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX end_user_tokens_by_user ON end_user_tokens (user_id);

CREATE TABLE end_user_authentications (
  seq            INTEGER PRIMARY KEY,
  id             TEXT NOT NULL UNIQUE,
  user_id        TEXT NOT NULL REFERENCES end_users (id) ON DELETE CASCADE,
  name           TEXT NOT NULL,
  environment_id TEXT NOT NULL,
  data           TEXT NOT NULL, -- JSON, as the next.
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
  auths       TEXT NOT NULL, -- JSON, as the next: values by the external id of their slot.
  config      TEXT NOT NULL
) STRICT;
CREATE INDEX solution_instances_by_user ON solution_instances (user_id, seq);
CREATE INDEX solution_instances_by_solution ON solution_instances (solution_id, seq);
CREATE INDEX solution_instances_by_release ON solution_instances (release_id);

CREATE TABLE custom_services (
  seq          INTEGER PRIMARY KEY,
  id           TEXT NOT NULL UNIQUE,
  workspace_id TEXT NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
  owner        TEXT NOT NULL,
  name         TEXT NOT NULL,
  unique_name  TEXT NOT NULL DEFAULT '',
  version      INTEGER NOT NULL DEFAULT 1,
  kind         TEXT NOT NULL DEFAULT 'token',
  details      TEXT NOT NULL DEFAULT '{}' -- JSON of what people enter.
) STRICT;
CREATE INDEX custom_services_by_owner ON custom_services (owner);

-- Each service has the default one, Production.
CREATE TABLE service_environments (
  seq           INTEGER PRIMARY KEY,
  id            TEXT NOT NULL UNIQUE,
  service_id    TEXT NOT NULL REFERENCES custom_services (id) ON DELETE CASCADE,
  title         TEXT NOT NULL,
  is_default    INTEGER NOT NULL,
  client_id     TEXT,
  scopes        TEXT, -- JSON; null are those of the service.
  secret_digest TEXT
) STRICT;
CREATE INDEX service_environments_by_service ON service_environments (service_id, seq);

CREATE TABLE agent_groups (
  seq          INTEGER PRIMARY KEY,
  id           TEXT NOT NULL UNIQUE,
  workspace_id TEXT NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
  name         TEXT NOT NULL
) STRICT;
CREATE INDEX agent_groups_by_workspace ON agent_groups (workspace_id, seq);

CREATE TABLE agents (
  seq          INTEGER PRIMARY KEY,
  id           TEXT NOT NULL UNIQUE,
  group_id     TEXT NOT NULL REFERENCES agent_groups (id) ON DELETE CASCADE,
  name         TEXT NOT NULL,
  enabled      INTEGER NOT NULL,
  registered   INTEGER NOT NULL DEFAULT 0,
  connected    INTEGER NOT NULL DEFAULT 0,
  registration TEXT, -- Digest of the token; null when it is used up.
  expires_at   INTEGER NOT NULL -- When the token lapses.
) STRICT;
CREATE INDEX agents_by_group ON agents (group_id, seq);

CREATE TABLE authentications (
  seq            INTEGER PRIMARY KEY,
  id             TEXT NOT NULL UNIQUE,
  workspace_id   TEXT NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
  owner          TEXT NOT NULL,
  name           TEXT NOT NULL,
  environment_id TEXT NOT NULL, -- Of a custom service or of the catalogue.
  user_data      TEXT NOT NULL, -- JSON, as the next.
  credentials    TEXT NOT NULL,
  scopes         TEXT,
  agent_group_id TEXT,
  revoked        INTEGER NOT NULL DEFAULT 0 -- The third party takes its credentials no longer.
) STRICT;
CREATE INDEX authentications_by_workspace ON authentications (workspace_id, seq);
CREATE INDEX authentications_by_environment ON authentications (environment_id);

CREATE TABLE connectors (
  seq        INTEGER PRIMARY KEY,
  name       TEXT NOT NULL,
  version    TEXT NOT NULL,
  owner      TEXT NOT NULL, -- The user whose token deployed it first.
  created_at INTEGER NOT NULL,
  UNIQUE (name, version)
) STRICT;

CREATE TABLE deployments (
  seq          INTEGER PRIMARY KEY,
  id           TEXT NOT NULL UNIQUE,
  connector    INTEGER NOT NULL REFERENCES connectors (seq) ON DELETE CASCADE,
  deployer     TEXT NOT NULL,
  created_at   INTEGER NOT NULL,
  ends_at      INTEGER NOT NULL, -- Its status follows from the clock and the next.
  failure      TEXT, -- Why it fails at its end; null when it does not.
  manifest     TEXT NOT NULL -- JSON: connector.json, and the operations that were found.
) STRICT;
CREATE INDEX deployments_by_connector ON deployments (connector, seq);

CREATE TABLE connector_shares (
  seq          INTEGER PRIMARY KEY,
  connector    INTEGER NOT NULL REFERENCES connectors (seq) ON DELETE CASCADE,
  email        TEXT, -- Exactly as given; null when it is shared with a workspace.
  workspace_id TEXT REFERENCES workspaces (id) ON DELETE CASCADE,
  created_at   INTEGER NOT NULL,
  UNIQUE (connector, email),
  UNIQUE (connector, workspace_id)
) STRICT;

CREATE TABLE subscriptions (
  seq               INTEGER PRIMARY KEY,
  id                TEXT NOT NULL UNIQUE,
  owner             TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  name              TEXT NOT NULL,
  trigger_name      TEXT NOT NULL,
  trigger_version   TEXT NOT NULL,
  operation         TEXT NOT NULL,
  input             TEXT NOT NULL, -- JSON.
  endpoint          TEXT NOT NULL,
  authentication_id TEXT,
  external_id       TEXT,
  ends_at           INTEGER NOT NULL, -- When it is no longer being created.
  failure           TEXT, -- JSON of code and message.
  deleted           INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX subscriptions_by_owner ON subscriptions (owner, seq);

CREATE TABLE api_users (
  user_id      TEXT PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
  workspace_id TEXT NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
  scoped       INTEGER NOT NULL, -- Its tokens see this workspace only.
  created_at   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX api_users_by_workspace ON api_users (workspace_id);

CREATE TABLE tokens (
  token        TEXT PRIMARY KEY,
  user_id      TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  workspace_id TEXT REFERENCES workspaces (id) ON DELETE CASCADE, -- Set on a token that sees this workspace only.
  expires_at   INTEGER,
  seq          INTEGER, -- Of an API user's token, as the next three.
  id           TEXT,
  name         TEXT,
  created_at   INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX tokens_by_user ON tokens (user_id);
CREATE UNIQUE INDEX tokens_by_seq ON tokens (seq) WHERE seq IS NOT NULL;
CREATE UNIQUE INDEX tokens_by_id ON tokens (id) WHERE id IS NOT NULL;

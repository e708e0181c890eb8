package sandbox

// upgradeContents brings a file of version 6 what workspaces hold since. API users were
// people like others, and are where they became a member first.
const upgradeContents = `ALTER TABLE organization ADD COLUMN connector_namespace TEXT;
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
  registration TEXT,
  expires_at   INTEGER NOT NULL
) STRICT;
CREATE INDEX agents_by_group ON agents (group_id, seq);
CREATE TABLE authentications (
  seq            INTEGER PRIMARY KEY,
  id             TEXT NOT NULL UNIQUE,
  workspace_id   TEXT NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
  owner          TEXT NOT NULL,
  name           TEXT NOT NULL,
  environment_id TEXT NOT NULL,
  user_data      TEXT NOT NULL,
  credentials    TEXT NOT NULL,
  scopes         TEXT,
  agent_group_id TEXT,
  revoked        INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX authentications_by_workspace ON authentications (workspace_id, seq);
CREATE INDEX authentications_by_environment ON authentications (environment_id);
CREATE TABLE connectors (
  seq        INTEGER PRIMARY KEY,
  name       TEXT NOT NULL,
  version    TEXT NOT NULL,
  owner      TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  UNIQUE (name, version)
) STRICT;
CREATE TABLE deployments (
  seq          INTEGER PRIMARY KEY,
  id           TEXT NOT NULL UNIQUE,
  connector    INTEGER NOT NULL REFERENCES connectors (seq) ON DELETE CASCADE,
  deployer     TEXT NOT NULL,
  created_at   INTEGER NOT NULL,
  ends_at      INTEGER NOT NULL,
  failure      TEXT,
  manifest     TEXT NOT NULL
) STRICT;
CREATE INDEX deployments_by_connector ON deployments (connector, seq);
CREATE TABLE connector_shares (
  seq          INTEGER PRIMARY KEY,
  connector    INTEGER NOT NULL REFERENCES connectors (seq) ON DELETE CASCADE,
  email        TEXT,
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
  input             TEXT NOT NULL,
  endpoint          TEXT NOT NULL,
  authentication_id TEXT,
  external_id       TEXT,
  ends_at           INTEGER NOT NULL,
  failure           TEXT,
  deleted           INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX subscriptions_by_owner ON subscriptions (owner, seq);
CREATE TABLE api_users (
  user_id      TEXT PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
  workspace_id TEXT NOT NULL REFERENCES workspaces (id) ON DELETE CASCADE,
  scoped       INTEGER NOT NULL,
  created_at   INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX api_users_by_workspace ON api_users (workspace_id);
INSERT INTO api_users (user_id, workspace_id, scoped, created_at)
	SELECT user_id, workspace_id, max(scoped), 0 FROM (
		SELECT m.user_id, m.workspace_id, EXISTS (SELECT 1 FROM tokens k WHERE k.user_id = m.user_id AND k.workspace_id = m.workspace_id) AS scoped,
			row_number() OVER (PARTITION BY m.user_id ORDER BY m.seq) AS nth
		FROM members m JOIN users u ON u.id = m.user_id WHERE u.account_type = 'API') WHERE nth = 1 GROUP BY user_id;
ALTER TABLE tokens ADD COLUMN seq INTEGER;
ALTER TABLE tokens ADD COLUMN id TEXT;
ALTER TABLE tokens ADD COLUMN name TEXT;
ALTER TABLE tokens ADD COLUMN created_at INTEGER;
CREATE UNIQUE INDEX tokens_by_seq ON tokens (seq) WHERE seq IS NOT NULL;
CREATE UNIQUE INDEX tokens_by_id ON tokens (id) WHERE id IS NOT NULL;
UPDATE tokens SET seq = (SELECT count(*) FROM tokens o WHERE o.token <= tokens.token), name = 'Token', created_at = 0,
	id = lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) || '-a' || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6)))
	WHERE user_id IN (SELECT user_id FROM api_users);
INSERT OR REPLACE INTO counters (kind, n) SELECT 'api-token', count(*) FROM tokens HAVING count(*) > 0;`

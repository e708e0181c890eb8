package sandbox

import (
	"context"
	_ "embed"
	"sync/atomic"

	"github.com/tray-community/terraform-provider-tray/internal/sandbox/engine"
)

// files is what an organization's file holds.
var files = engine.Schema{Version: 8, Create: schema + engine.Tables, Upgrades: []string{
	`ALTER TABLE organization ADD COLUMN alerting_workflow TEXT;
	ALTER TABLE organization ADD COLUMN embedded_id TEXT;
	ALTER TABLE organization ADD COLUMN wizard_css TEXT;`,
	`ALTER TABLE seed ADD COLUMN operator TEXT NOT NULL DEFAULT '';
	ALTER TABLE seed ADD COLUMN salt TEXT NOT NULL DEFAULT '';
	CREATE TABLE organizations (seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE) STRICT;
	INSERT INTO organizations (id) SELECT id FROM organization;`,
	// Tokens of these versions could be computed. Only the first organization's file has
	// an operator.
	`ALTER TABLE seed ADD COLUMN organization_id TEXT NOT NULL DEFAULT '';
	CREATE TABLE renewed AS SELECT token AS old, 'sandbox-' || lower(hex(randomblob(20))) AS new FROM seed;
	UPDATE tokens SET token = (SELECT new FROM renewed) WHERE token = (SELECT old FROM renewed);
	UPDATE seed SET token = (SELECT new FROM renewed), organization_id = (SELECT id FROM organization),
		operator = CASE WHEN salt = '' THEN 'sandbox-' || lower(hex(randomblob(20))) ELSE '' END;
	DROP TABLE renewed;
	ALTER TABLE seed DROP COLUMN salt;`,
	`ALTER TABLE requests ADD COLUMN at INTEGER NOT NULL DEFAULT 0;
	ALTER TABLE requests ADD COLUMN body TEXT NOT NULL DEFAULT '';
	CREATE TABLE events (id INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, plane TEXT NOT NULL, who TEXT NOT NULL,
		what TEXT NOT NULL, about TEXT NOT NULL) STRICT;`,
	// Services were names alone; their generated names and ids are made up here.
	`ALTER TABLE custom_services ADD COLUMN unique_name TEXT NOT NULL DEFAULT '';
	ALTER TABLE custom_services ADD COLUMN version INTEGER NOT NULL DEFAULT 1;
	ALTER TABLE custom_services ADD COLUMN kind TEXT NOT NULL DEFAULT 'token';
	ALTER TABLE custom_services ADD COLUMN details TEXT NOT NULL DEFAULT '{}';
	UPDATE custom_services SET unique_name = 'EarlierCustomSv' || '_' || lower(hex(randomblob(4))),
		details = '{"scopes":[],"userDataSchema":{"type":"object","properties":{}},"credentialsSchema":{"type":"object","properties":{}}}';
	CREATE TABLE service_environments (seq INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE,
		service_id TEXT NOT NULL REFERENCES custom_services (id) ON DELETE CASCADE,
		title TEXT NOT NULL, is_default INTEGER NOT NULL, client_id TEXT, scopes TEXT, secret_digest TEXT) STRICT;
	CREATE INDEX service_environments_by_service ON service_environments (service_id, seq);
	INSERT INTO service_environments (seq, id, service_id, title, is_default) SELECT seq, lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' ||
		substr(hex(randomblob(2)), 2) || '-a' || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6))), id, 'Production', 1 FROM custom_services;
	INSERT OR REPLACE INTO counters (kind, n) SELECT 'service-environment', max(seq) FROM custom_services HAVING count(*) > 0;`,
	upgradeContents,
	upgradeProjects,
}}

//go:embed schema.sql
var schema string

// store is the file of one organization.
type store struct {
	*engine.Store
	organization string // its id, once that is known
	options      atomic.Pointer[decodedOptions]
	frozen       *frozen // set on a snapshot
}

// tx is one transaction on it.
type tx struct {
	*engine.Tx
	s *store
}

// openStore opens or creates a file. It does not create the tables: see (*store).migrate.
func openStore(path string) (*store, error) {
	opened, err := engine.Open(path)
	if err != nil {
		return nil, err
	}
	return &store{Store: opened}, nil
}

// migrate brings a file up to date, and seeds a new one.
func (s *store) migrate(ctx context.Context, seed func(*tx) error) error {
	return s.Migrate(ctx, files, func(t *engine.Tx) error { return seed(&tx{t, s}) })
}

// view runs f on a read-only snapshot.
func (s *store) view(ctx context.Context, f func(*tx) error) error {
	return s.View(ctx, func(t *engine.Tx) error { return f(&tx{t, s}) })
}

// update runs f and commits what it wrote, or nothing when f fails.
func (s *store) update(ctx context.Context, f func(*tx) error) error {
	return s.Update(ctx, func(t *engine.Tx) error { return f(&tx{t, s}) })
}

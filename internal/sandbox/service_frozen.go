package sandbox

// frozenService is a custom service in a snapshot, and frozenEnvironment an environment of
// one. Their secrets nobody is told, so that there are none.
type frozenService struct {
	ID, UniqueName, WorkspaceID, OwnerID, Name, Kind string
	Version                                          int64
	Details                                          serviceDetails
}

type frozenEnvironment struct {
	ID, ServiceID, Title string
	Default              bool
	ClientID             *string
	Scopes               []scope
}

func (t *tx) restoreService(seq int, s frozenService) error {
	_, err := t.Exec("INSERT INTO custom_services (seq, id, workspace_id, owner, name, unique_name, version, kind, details) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
		seq, s.ID, s.WorkspaceID, s.OwnerID, s.Name, s.UniqueName, s.Version, s.Kind, encode(s.Details))
	return err
}

func (t *tx) restoreEnvironment(seq int, e frozenEnvironment) error {
	_, err := t.Exec("INSERT INTO service_environments (seq, id, service_id, title, is_default, client_id, scopes) VALUES (?, ?, ?, ?, ?, ?, ?)",
		seq, e.ID, e.ServiceID, e.Title, e.Default, e.ClientID, encode(e.Scopes))
	return err
}

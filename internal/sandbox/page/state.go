package page

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"time"
)

// state is GET /_sandbox/state: what the page knows the meaning of, and kinds of things
// that it shows as tables, whatever they are.
type state struct {
	Organization struct {
		Name, Plan, OwnerEmail string
		Embedded               bool
	}
	Workspaces []workspace
	Users      []person
	Members    []member
	Invites    []invite
	Projects   []project // a table, too

	kinds []kind
}

type workspace struct {
	ID, Name, Type string
	Description    string
}

// project is one in a workspace of that name.
type project struct{ ID, Workspace, Name, Description string }

type named struct{ Name string }

type person struct {
	ID, Email, Name, AccountType string
	Role                         named
}

type member struct {
	WorkspaceID string `json:"workspace_id"`
	Email, Role string
}

type invite struct {
	ID, Email, Status string
	OrganizationRole  named
	Expires           time.Time
}

// timeline is GET /_sandbox/timeline.
type timeline struct {
	Mark      string
	Events    []event
	Requests  []request
	Unmanaged []string
}

type event struct {
	At               time.Time
	Plane, Who, What string
}

// fault is one of GET /_sandbox/faults, of which the page shows what it comes to.
type fault struct {
	Says string `json:"says"`
}

// kind is a table of things that the page knows nothing of.
type kind struct {
	Name    string
	Columns []string
	Rows    [][]string
	Count   int // with those that are not shown
}

// maxKindRows is how many things of one kind are shown.
const maxKindRows = 100

// UnmarshalJSON implements json.Unmarshaler.
func (s *state) UnmarshalJSON(text []byte) error {
	var parts map[string]json.RawMessage
	if err := json.Unmarshal(text, &parts); err != nil {
		return err
	}
	for name, into := range map[string]any{
		"organization": &s.Organization, "workspaces": &s.Workspaces, "users": &s.Users, "members": &s.Members, "invites": &s.Invites,
	} {
		if err := json.Unmarshal(parts[name], into); err != nil {
			return err
		}
		delete(parts, name)
	}
	if all, there := parts["projects"]; there {
		if err := json.Unmarshal(all, &s.Projects); err != nil {
			return err
		}
	}
	for _, name := range slices.Sorted(maps.Keys(parts)) {
		k, err := readKind(name, parts[name])
		if err != nil {
			return err
		}
		s.kinds = append(s.kinds, k)
	}
	return nil
}

// readKind makes a table of a list of objects, or of one object. Columns stand in the
// order in which they first occur.
func readKind(name string, text json.RawMessage) (kind, error) {
	things := []json.RawMessage{text}
	if bytes.HasPrefix(bytes.TrimSpace(text), []byte("[")) {
		things = nil
		if err := json.Unmarshal(text, &things); err != nil {
			return kind{}, err
		}
	}
	k := kind{Name: strings.ReplaceAll(name, "_", " "), Count: len(things)}
	for _, thing := range things[:min(len(things), maxKindRows)] {
		names, values, err := fieldsOf(thing)
		if err != nil {
			return kind{}, err
		}
		for _, name := range names {
			if !slices.Contains(k.Columns, name) {
				k.Columns = append(k.Columns, name)
			}
		}
		row := make([]string, len(k.Columns))
		for i, name := range names {
			row[slices.Index(k.Columns, name)] = values[i]
		}
		k.Rows = append(k.Rows, row)
	}
	for i, row := range k.Rows { // the first ones may lack the last columns
		k.Rows[i] = append(row, make([]string, len(k.Columns)-len(row))...)
	}
	return k, nil
}

// fieldsOf reads the names and values of an object in their order.
func fieldsOf(thing json.RawMessage) (names, values []string, err error) {
	d := json.NewDecoder(bytes.NewReader(thing))
	opening, err := d.Token()
	if opening != json.Delim('{') {
		return []string{"value"}, []string{textOf(thing)}, err
	}
	for d.More() {
		name, err := d.Token()
		if err != nil {
			return nil, nil, err
		}
		var value json.RawMessage
		if err := d.Decode(&value); err != nil {
			return nil, nil, err
		}
		names, values = append(names, name.(string)), append(values, textOf(value))
	}
	return names, values, nil
}

// textOf is a value as people read it: what has a name goes by it.
func textOf(value json.RawMessage) string {
	var text string
	var object struct{ Name *string }
	switch {
	case string(value) == "null":
		return ""
	case json.Unmarshal(value, &text) == nil:
		return text
	case json.Unmarshal(value, &object) == nil && object.Name != nil:
		return *object.Name
	}
	return string(value)
}

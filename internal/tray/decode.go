package tray

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strconv"
)

// caseName is a field such as a workspace's type. The vendor document draws it as one
// of several empty objects, its samples show null and {}, and real clients see a plain
// string (docs: workspaces), so all of "Shared", {"Shared":{}}, {"type":"Shared"},
// {"name":"Shared"}, {} and null are read; the last two as "".
type caseName struct {
	name string
	// set says that the field was there at all, be it null. List elements may lack it.
	set bool
}

// UnmarshalJSON implements json.Unmarshaler.
func (n *caseName) UnmarshalJSON(raw []byte) error {
	*n = caseName{set: true}
	raw = bytes.TrimSpace(raw)
	switch {
	case len(raw) == 0, bytes.Equal(raw, []byte("null")):
		return nil
	case raw[0] == '"':
		return json.Unmarshal(raw, &n.name)
	case raw[0] != '{':
		return fmt.Errorf("a kind is a string or an object, not %.20s", raw)
	}
	var object map[string]json.RawMessage
	if err := json.Unmarshal(raw, &object); err != nil {
		return err
	}
	for _, key := range []string{"type", "name"} {
		if json.Unmarshal(object[key], &n.name) == nil && n.name != "" {
			return nil
		}
	}
	if len(object) == 1 {
		for key := range object {
			n.name = key
		}
	}
	return nil
}

// integer is a whole number, however it is spelled: 5, 5.0, 5e0 or "5".
type integer int64

// UnmarshalJSON implements json.Unmarshaler.
func (w *integer) UnmarshalJSON(raw []byte) error {
	text := string(bytes.Trim(bytes.TrimSpace(raw), `"`))
	if text == "null" {
		return nil
	}
	if n, err := strconv.ParseInt(text, 10, 64); err == nil {
		*w = integer(n)
		return nil
	}
	f, err := strconv.ParseFloat(text, 64)
	if err != nil || f != math.Trunc(f) || math.Abs(f) >= 1<<63 {
		return fmt.Errorf("%.40s is not a whole number", text)
	}
	*w = integer(f)
	return nil
}

type wireRole struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

func (r *wireRole) role() Role {
	if r == nil {
		return Role{}
	}
	return Role{ID: r.ID, Name: r.Name}
}

type wireUser struct {
	ID          string    `json:"id"`
	Email       *string   `json:"email"`
	Name        *string   `json:"name"`
	AccountType caseName  `json:"accountType"`
	Role        *wireRole `json:"role"`
}

// element converts; a list element that lacks a field is not complete.
func (w wireUser) element() (element[User], error) {
	if w.ID == "" {
		return element[User]{}, errNoID
	}
	return element[User]{
		Value: User{
			ID: w.ID, Email: text(w.Email), Name: text(w.Name),
			AccountType: AccountType(w.AccountType.name), Role: w.Role.role(),
		},
		Complete: w.Email != nil && w.AccountType.set && w.Role != nil,
	}, nil
}

type wireMember struct {
	WorkspaceID string    `json:"workspaceId"`
	ID          string    `json:"id"`
	Email       *string   `json:"email"`
	AccountType caseName  `json:"accountType"`
	Role        *wireRole `json:"role"`
}

// element converts. The workspace is the one that was asked for: list elements may
// not repeat it. The e-mail address is optional even in a complete object.
func (w wireMember) element(workspaceID string) (element[Member], error) {
	if w.ID == "" {
		return element[Member]{}, errNoID
	}
	return element[Member]{
		Value: Member{
			WorkspaceID: workspaceID, UserID: w.ID, Email: text(w.Email),
			AccountType: AccountType(w.AccountType.name), Role: w.Role.role(),
		},
		Complete: w.AccountType.set && w.Role != nil,
	}, nil
}

type wireWorkspace struct {
	ID               string   `json:"id"`
	Name             *string  `json:"name"`
	Type             caseName `json:"type"`
	Description      *string  `json:"description"`
	MonthlyTaskLimit *integer `json:"monthlyTaskLimit"`
	// On the management plane only.
	ProjectCount *integer           `json:"projectCount"`
	Contents     map[string]integer `json:"contents"`
}

func (w wireWorkspace) element() (element[Workspace], error) {
	if w.ID == "" {
		return element[Workspace]{}, errNoID
	}
	return element[Workspace]{
		Value: Workspace{
			ID: w.ID, Name: text(w.Name), Type: WorkspaceType(w.Type.name),
			Description: w.Description, MonthlyTaskLimit: (*int64)(w.MonthlyTaskLimit),
		},
		Complete: w.Name != nil && w.Type.set,
	}, nil
}

// errNoID is an object that nothing can be done with.
var errNoID = errors.New("the answer cannot be read: an object without an id")

func text(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

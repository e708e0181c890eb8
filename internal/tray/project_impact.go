package tray

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"slices"
	"strings"
)

// Impact is what an import does to its destination, or would do.
type Impact struct {
	Workflows, Config Changes         // by name and by key, each list sorted
	Solution          *SolutionImpact // nil where no solution is concerned
	// Digest stands for all that a preview says, ids and values included, in whatever order.
	Digest string
}

// Changes are the names of what is created, updated and removed.
type Changes struct{ Created, Updated, Removed []string }

func (c Changes) isEmpty() bool { return len(c.Created)+len(c.Updated)+len(c.Removed) == 0 }

func (c Changes) equal(o Changes) bool {
	return slices.Equal(c.Created, o.Created) && slices.Equal(c.Updated, o.Updated) && slices.Equal(c.Removed, o.Removed)
}

// SolutionImpact is what an import or a release does to a solution.
type SolutionImpact struct {
	ID                                                            string // "" of a release, and before an import has made the solution
	ChangeType                                                    string // Created, Updated, Deleted; "" of a release
	BreakingChanges, RequiresNewUserInput, RequiresNewSystemInput bool
	AuthenticationSlots, ConfigSlots                              Changes // by title
	// Messages say what changes in slots, breaking changes first.
	Messages []string
}

// IsEmpty reports whether nothing changes.
func (i *Impact) IsEmpty() bool {
	return i.Workflows.isEmpty() && i.Config.isEmpty() && (i.Solution == nil || i.Solution.isEmpty())
}

func (s *SolutionImpact) isEmpty() bool {
	return s.ChangeType != "Created" && s.ChangeType != "Deleted" && !s.BreakingChanges && !s.RequiresNewUserInput && !s.RequiresNewSystemInput &&
		s.AuthenticationSlots.isEmpty() && s.ConfigSlots.isEmpty()
}

// Says reports whether two say the same by name: what a preview has no ids for yet, the
// result has.
func (i *Impact) Says(o *Impact) bool {
	if !i.Workflows.equal(o.Workflows) || !i.Config.equal(o.Config) || (i.Solution == nil) != (o.Solution == nil) {
		return false
	}
	if i.Solution == nil {
		return true
	}
	a, b := i.Solution, o.Solution
	return a.ChangeType == b.ChangeType && a.BreakingChanges == b.BreakingChanges && a.RequiresNewUserInput == b.RequiresNewUserInput &&
		a.RequiresNewSystemInput == b.RequiresNewSystemInput && a.AuthenticationSlots.equal(b.AuthenticationSlots) && a.ConfigSlots.equal(b.ConfigSlots)
}

type wireImpact struct {
	Project  json.RawMessage `json:"projectImpact"`
	Solution json.RawMessage `json:"solutionImpact"` // may be absent or null
}

func (w wireImpact) element() (element[Impact], error) {
	var project struct {
		Workflows wireChanges `json:"workflows"`
		Config    wireChanges `json:"config"`
	}
	if len(w.Project) == 0 || json.Unmarshal(w.Project, &project) != nil {
		return element[Impact]{}, errors.New("the answer cannot be read: it has no impact on the project")
	}
	i := Impact{Workflows: project.Workflows.changes(), Config: project.Config.changes()}
	if len(w.Solution) > 0 && !bytes.Equal(bytes.TrimSpace(w.Solution), []byte("null")) {
		var solution wireSolutionImpact
		if err := json.Unmarshal(w.Solution, &solution); err != nil {
			return element[Impact]{}, err
		}
		i.Solution = solution.impact()
	}
	i.Digest = digestOf(w.Project, w.Solution)
	return element[Impact]{Value: i}, nil
}

// digestOf is a digest of documents in which neither the layout counts nor the order of what
// is created, updated or removed.
func digestOf(documents ...json.RawMessage) string {
	hash := sha256.New()
	for _, raw := range documents {
		var value any
		in := json.NewDecoder(bytes.NewReader(raw))
		in.UseNumber()
		_ = in.Decode(&value) // nothing, for nothing
		text, _ := json.Marshal(unordered(value))
		hash.Write(append(text, '\n'))
	}
	return hex.EncodeToString(hash.Sum(nil))
}

func unordered(value any) any {
	object, ok := value.(map[string]any)
	if !ok {
		return value
	}
	for key, inner := range object {
		object[key] = unordered(inner)
		list, isList := inner.([]any)
		if isList && (key == "created" || key == "updated" || key == "removed") {
			texts := make([]string, len(list))
			for n, e := range list {
				text, _ := json.Marshal(e)
				texts[n] = string(text)
			}
			slices.Sort(texts)
			object[key] = texts
		}
	}
	return object
}

type wireChanges struct {
	Created []wireChange `json:"created"`
	Updated []wireChange `json:"updated"`
	Removed []wireChange `json:"removed"`
}

func (w wireChanges) changes() Changes {
	return Changes{namesOf(w.Created), namesOf(w.Updated), namesOf(w.Removed)}
}

func namesOf(all []wireChange) []string {
	names := make([]string, len(all))
	for i, w := range all {
		names[i] = w.name()
	}
	slices.Sort(names)
	return names
}

// wireChange is a workflow by its name, a value by its key, or a slot by its title.
type wireChange struct {
	Name    string `json:"name"`
	Key     string `json:"key"`
	Title   string `json:"title"`
	Changes []struct {
		Message        string `json:"message"`
		BreakingChange bool   `json:"breakingChange"`
	} `json:"changes"`
}

func (w wireChange) name() string {
	switch {
	case w.Name != "":
		return w.Name
	case w.Title != "":
		return w.Title
	}
	return w.Key
}

type wireSolutionImpact struct {
	ID                     string      `json:"solutionId"`
	ChangeType             string      `json:"changeType"`
	BreakingChanges        bool        `json:"breakingChanges"`
	RequiresNewUserInput   bool        `json:"requiresNewUserInput"`
	RequiresNewSystemInput bool        `json:"requiresNewSystemInput"`
	AuthSlots              wireChanges `json:"authSlots"`
	ConfigSlots            wireChanges `json:"configSlots"`
}

func (w wireSolutionImpact) impact() *SolutionImpact {
	return &SolutionImpact{
		ID: w.ID, ChangeType: w.ChangeType, BreakingChanges: w.BreakingChanges,
		RequiresNewUserInput: w.RequiresNewUserInput, RequiresNewSystemInput: w.RequiresNewSystemInput,
		AuthenticationSlots: w.AuthSlots.changes(), ConfigSlots: w.ConfigSlots.changes(),
		Messages: slices.Concat(w.messages(true), w.messages(false)),
	}
}

func (w wireSolutionImpact) messages(breaking bool) (all []string) {
	for _, slots := range [][]wireChange{w.AuthSlots.Updated, w.AuthSlots.Removed, w.ConfigSlots.Updated, w.ConfigSlots.Removed, w.AuthSlots.Created, w.ConfigSlots.Created} {
		for _, slot := range slots {
			for _, c := range slot.Changes {
				if c.BreakingChange == breaking && strings.TrimSpace(c.Message) != "" {
					all = append(all, slot.name()+": "+c.Message)
				}
			}
		}
	}
	slices.Sort(all)
	return all
}

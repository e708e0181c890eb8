package sandbox

import (
	"maps"
	"slices"
)

// What an import does, as it answers and as a preview foretells.

// changes are three lists, none of which is ever null.
type changes[T any] struct {
	Created []T `json:"created"`
	Updated []T `json:"updated"`
	Removed []T `json:"removed"`
}

func noChanges[T any]() changes[T] { return changes[T]{[]T{}, []T{}, []T{}} }

func (c changes[T]) none() bool { return len(c.Created)+len(c.Updated)+len(c.Removed) == 0 }

type importResult struct {
	Metadata struct {
		From        importedFrom `json:"importedFrom"`
		ProjectID   string       `json:"projectId"`
		ProjectName string       `json:"projectName"`
	} `json:"importMetadata"`
	Project  projectImpact         `json:"projectImpact"`
	Solution *solutionImportImpact `json:"solutionImpact,omitempty"`
}

type importedFrom struct {
	ProjectID      string `json:"projectId"`
	ProjectVersion string `json:"projectVersion,omitempty"`
	ProjectName    string `json:"projectName"`
}

type projectImpact struct {
	Config    configChanges           `json:"config"`
	Workflows changes[workflowChange] `json:"workflows"`
}

type workflowChange struct {
	ID           string `json:"id,omitempty"`
	Name         string `json:"name"`
	ImportedFrom string `json:"importedFromId,omitempty"`
}

type configChanges struct {
	Created []configItem   `json:"created"`
	Updated []configChange `json:"updated"`
	Removed []configItem   `json:"removed"`
}

type configItem struct {
	Key   string `json:"key"`
	Value any    `json:"value"`
}

type configChange struct {
	Key string `json:"key"`
	Old any    `json:"oldValue"`
	New any    `json:"newValue"`
}

// configImpact compares two configs, by key in order.
func configImpact(before, after tree) configChanges {
	impact := configChanges{[]configItem{}, []configChange{}, []configItem{}}
	for _, key := range slices.Sorted(maps.Keys(after)) {
		old, was := before[key]
		switch {
		case !was:
			impact.Created = append(impact.Created, configItem{key, after[key]})
		case ordered(old) != ordered(after[key]):
			impact.Updated = append(impact.Updated, configChange{key, old, after[key]})
		}
	}
	for _, key := range slices.Sorted(maps.Keys(before)) {
		if _, is := after[key]; !is {
			impact.Removed = append(impact.Removed, configItem{key, before[key]})
		}
	}
	return impact
}

// withoutNewIDs is the result before it has happened: what is not made has no id.
func (r importResult) withoutNewIDs() importResult {
	made := slices.Clone(r.Project.Workflows.Created)
	for i := range made {
		made[i].ID = ""
	}
	r.Project.Workflows.Created = made
	if r.Solution == nil {
		return r
	}
	s := *r.Solution
	if s.ChangeType == solutionCreated {
		s.ID = ""
	}
	s.Auths, s.Configs = s.Auths.withoutNewIDs(), s.Configs.withoutNewIDs()
	r.Solution = &s
	return r
}

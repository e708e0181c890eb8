package sandbox

import (
	"encoding/json"
	"slices"

	"github.com/tray-community/terraform-provider-tray/internal/sandbox/engine"
)

// The slots of a solution are what an instance of it has to be given: values of its config,
// and authentications.

// slot is one of view_schema.slots in a document.
type slot struct {
	ID             string   `json:"id"`
	Type           string   `json:"type"` // auth or config
	ExternalID     string   `json:"external_id"`
	Title          string   `json:"title"`
	Description    string   `json:"description"`
	Key            string   `json:"key"`
	ValueType      string   `json:"value_type"`
	Default        any      `json:"default_value"`
	ServiceName    string   `json:"service_name"`
	ServiceVersion any      `json:"service_version"`
	Scopes         []string `json:"scopes"`
	Hidden         bool     `json:"hidden"`
	Static         bool     `json:"static"`
}

const (
	slotAuth        = "auth"
	slotConfig      = "config"
	solutionCreated = "Created"
)

// slotsOf are those of a draft or a release. What is no slot is left out.
func slotsOf(content string) []slot {
	var known struct {
		View struct{ Slots []json.RawMessage } `json:"view_schema"`
	}
	_ = json.Unmarshal([]byte(content), &known) // see above
	var all []slot
	for _, raw := range known.View.Slots {
		var s slot
		if err := json.Unmarshal(raw, &s); err == nil && s.ExternalID != "" && (s.Type == slotAuth || s.Type == slotConfig) {
			all = append(all, s)
		}
	}
	return all
}

// asks tells whether somebody has to fill the slot.
func (s slot) asks() bool { return s.Default == nil && !s.Static }

// slotBody is a slot in an impact.
type slotBody struct {
	ID          string       `json:"id,omitempty"`
	Key         string       `json:"key,omitempty"`
	Title       string       `json:"title"`
	Description string       `json:"description,omitempty"`
	ExternalID  string       `json:"externalId"`
	ValueType   string       `json:"valueType,omitempty"`
	Scopes      []string     `json:"scopes,omitempty"`
	Static      bool         `json:"static"`
	Hidden      bool         `json:"hidden"`
	Breaking    bool         `json:"hasBreakingChange"`
	Changes     []slotChange `json:"changes"`
}

type slotChange struct {
	Code     string `json:"code"`
	Message  string `json:"message"`
	Breaking bool   `json:"breakingChange"`
}

func (s slot) body(all []slotChange) slotBody {
	breaking := slices.ContainsFunc(all, func(c slotChange) bool { return c.Breaking })
	id := s.ID
	if !engine.IsUUID(id) { // somebody else's form of a slot
		id = ""
	}
	return slotBody{id, s.Key, s.Title, s.Description, s.ExternalID, s.ValueType, s.Scopes, s.Static, s.Hidden, breaking, append([]slotChange{}, all...)}
}

type slotChanges struct{ changes[slotBody] }

func (s slotChanges) withoutNewIDs() slotChanges {
	made := slices.Clone(s.Created)
	for i := range made {
		made[i].ID = ""
	}
	s.Created = made
	return s
}

// slotImpact is what changes for the instances of a solution.
type slotImpact struct {
	Breaking    bool        `json:"breakingChanges"`
	UserInput   bool        `json:"requiresNewUserInput"`
	SystemInput bool        `json:"requiresNewSystemInput"`
	Auths       slotChanges `json:"authSlots"`
	Configs     slotChanges `json:"configSlots"`
}

type solutionImportImpact struct {
	ID         string `json:"solutionId,omitempty"`
	ChangeType string `json:"changeType"`
	slotImpact
}

// compareSlots compares what was, if anything was, with what is.
func compareSlots(before *string, after []slot) slotImpact {
	impact := slotImpact{Auths: slotChanges{noChanges[slotBody]()}, Configs: slotChanges{noChanges[slotBody]()}}
	var were []slot
	if before != nil {
		were = slotsOf(*before)
	}
	for _, s := range after {
		i := slices.IndexFunc(were, s.same)
		switch {
		case i < 0:
			asks := before != nil && s.asks()
			impact.ask(s, asks)
			impact.of(s).Created = append(impact.of(s).Created, s.body(s.newness(asks)))
		default:
			if all := s.since(were[i]); len(all) > 0 {
				impact.ask(s, s.asks() && !were[i].asks())
				impact.of(s).Updated = append(impact.of(s).Updated, s.body(all))
			}
		}
	}
	for _, s := range were {
		if !slices.ContainsFunc(after, s.same) {
			impact.of(s).Removed = append(impact.of(s).Removed, s.body(nil))
		}
	}
	impact.settle()
	return impact
}

func (s slot) same(other slot) bool { return s.Type == other.Type && s.ExternalID == other.ExternalID }

func (i *slotImpact) of(s slot) *slotChanges {
	if s.Type == slotAuth {
		return &i.Auths
	}
	return &i.Configs
}

func (i *slotImpact) ask(s slot, asks bool) {
	i.UserInput = i.UserInput || asks && !s.Hidden
	i.SystemInput = i.SystemInput || asks && s.Hidden
}

func (i *slotImpact) settle() {
	for _, s := range slices.Concat(i.Auths.Created, i.Auths.Updated, i.Configs.Created, i.Configs.Updated) {
		i.Breaking = i.Breaking || s.Breaking
	}
}

// newness is what is to be said of a slot that was not there.
func (s slot) newness(asks bool) []slotChange {
	if !asks {
		return nil
	}
	return []slotChange{{"INPUT_REQUIRED", "The slot is new and has to be filled", true}}
}

// since are the changes of a slot.
func (s slot) since(was slot) (all []slotChange) {
	for _, c := range []struct {
		happened bool
		slotChange
	}{
		{s.Title != was.Title, slotChange{"TITLE_CHANGED", "The slot has another title", false}},
		{s.Description != was.Description, slotChange{"DESCRIPTION_CHANGED", "The slot has another description", false}},
		{s.Hidden != was.Hidden, slotChange{"VISIBILITY_CHANGED", "The slot is shown or hidden", false}},
		{encode(s.Default) != encode(was.Default), slotChange{"DEFAULT_CHANGED", "The slot has another value by default", false}},
		{s.ValueType != was.ValueType, slotChange{"TYPE_CHANGED", "The slot takes values of another type", true}},
		{s.ServiceName != was.ServiceName || encode(s.ServiceVersion) != encode(was.ServiceVersion), slotChange{"SERVICE_CHANGED", "The slot takes authentications for another service", true}},
		{!within(s.Scopes, was.Scopes), slotChange{"SCOPES_ADDED", "The slot asks for more scopes", true}},
		{s.asks() && !was.asks(), slotChange{"INPUT_REQUIRED", "The slot has to be filled now", true}},
	} {
		if c.happened {
			all = append(all, c.slotChange)
		}
	}
	return all
}

// within tells whether all of some are among others.
func within(some, others []string) bool {
	return !slices.ContainsFunc(some, func(s string) bool { return !slices.Contains(others, s) })
}

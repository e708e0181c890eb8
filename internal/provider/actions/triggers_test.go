package actions_test

import (
	"fmt"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/tray-community/terraform-provider-tray/internal/acctest"
)

// triggered is a workspace with an action before and after each of the events, of which the
// one named fails.
func triggered(description, fails string, events ...string) string {
	var triggers strings.Builder
	for _, event := range events {
		fmt.Fprintf(&triggers, "    action_trigger {\n      events  = [%s]\n      actions = [action.tray_call_operation.on[%q]]\n    }\n", event, event)
	}
	return fmt.Sprintf(`
action "tray_call_operation" "on" {
  for_each = toset(["before_create", "after_create", "before_update", "after_update", "before_destroy", "after_destroy"])
  config {
    connector     = "http-client"
    version       = "5.6"
    operation     = "get_request"
    input         = jsonencode({ url = "https://status.acme.example" })
    expect_output = { status_code = each.key == %q ? 500 : 200 }
  }
}

resource "tray_workspace" "sales" {
  name                = "sales"
  description         = %q
  deletion_protection = false

  lifecycle {
%s  }
}
`, fails, description, triggers.String())
}

// did is what was written, in order: calls of operations, and methods of the workspace's own.
func (s stage) did() string {
	var all []string
	for _, r := range s.Env.Requests().Writes() {
		name := r.Method
		if matched, _ := path.Match("/core/v1/connectors/*/versions/*/call", r.Path); matched {
			name = "call"
		}
		all = append(all, name)
	}
	s.Env.ClearRequests()
	return strings.Join(all, " ")
}

// comes applies, which ends with that code and has done that; the state then has the
// workspace with that description, or none.
func (s stage) comes(code int, hcl, did, description string) acctest.Result {
	s.T.Helper()
	s.Write("main.tf", hcl)
	r := s.Run("apply", "-input=false", "-auto-approve")
	got, there := s.Resources()["tray_workspace.sales"]
	if done := s.did(); r.Code != code || done != did {
		s.T.Errorf("the apply ends with %d, want %d, and did %q, want %q: %s", r.Code, code, done, did, r.Text())
	}
	if there != (description != "") || there && got["description"] != description {
		s.T.Errorf("the state has %v, want the description %q", got, description)
	}
	inTray := slices.ContainsFunc(s.Env.State().Workspaces, func(w acctest.Workspace) bool {
		return w.Name == "sales" && w.Description != nil && *w.Description == description
	})
	if inTray != there {
		s.T.Errorf("the workspace is in Tray as in the state: %t", inTray)
	}
	return r
}

const onFailure = "The operation did something else than expected"

// What an action that fails leaves: before a change nothing is done and the next apply does
// all of it; after one the change is done and in the state, nothing is tainted, and the next
// apply has nothing to do, so that the action is invoked by hand.
func TestTriggers_ofCreateAndUpdate(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	events := []string{"before_create", "after_create", "before_update", "after_update"}
	plan := func(description, fails string) string { return triggered(description, fails, events...) }
	s.Says(s.comes(1, plan("one", "before_create"), "call", ""), onFailure)
	s.Says(s.comes(1, plan("one", "after_create"), "call POST call", "one"), onFailure)
	s.NoChanges()
	s.Write("main.tf", plan("one", ""))
	s.invokes("after_create")

	s.Says(s.comes(1, plan("two", "before_update"), "call", "one"), onFailure)
	s.Says(s.comes(1, plan("two", "after_update"), "call PATCH call", "two"), onFailure)
	s.NoChanges()
	s.Write("main.tf", plan("two", ""))
	s.invokes("after_update")
	s.comes(0, plan("three", ""), "call PATCH call", "three")
	s.NoChanges()
}

// invokes invokes one of the actions by hand.
func (s stage) invokes(event string) {
	s.T.Helper()
	r := s.Run("apply", "-input=false", "-auto-approve", fmt.Sprintf("-invoke=action.tray_call_operation.on[%q]", event))
	if done := s.did(); r.Code != 0 || done != "call" {
		s.T.Errorf("it ends with %d and did %q: %s", r.Code, done, r.Text())
	}
}

// Terraform has triggers around a destroy, and on_failure, since 1.16. Those around a destroy
// stop nothing: that one fails is a warning, whatever on_failure says.
func TestTriggers_ofDestroyAndWhatAFailureMayDo(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	if s.olderThan(1, 16) {
		t.Skip("this Terraform has neither")
	}
	events := []string{"before_destroy", "after_destroy"}
	for _, fails := range events {
		s.comes(0, triggered("one", "", events...), "POST", "one")
		s.Write("main.tf", strings.ReplaceAll(triggered("one", fails, events...), "      actions =", "      on_failure = halt\n      actions ="))
		r := s.Run("destroy", "-input=false", "-auto-approve")
		_, there := s.Resources()["tray_workspace.sales"]
		if done := s.did(); r.Code != 0 || done != "call DELETE call" || there {
			t.Errorf("the destroy ends with %d, did %q, and the workspace is in the state: %t; %s", r.Code, done, there, r.Text())
		}
		s.Says(r, "Warning: "+onFailure)
	}

	eased := strings.ReplaceAll(triggered("two", "after_create", "after_create"), "      actions =", "      on_failure = continue\n      actions =")
	s.comes(0, eased, "POST call", "two")
	s.NoChanges()
}

// olderThan reports whether this Terraform is one before that release.
func (s stage) olderThan(major, minor int) bool {
	s.T.Helper()
	var has [2]int
	first, _, _ := strings.Cut(s.Run("version").Stdout, "\n")
	if n, err := fmt.Sscanf(first[strings.Index(first, "v")+1:], "%d.%d", &has[0], &has[1]); n != 2 {
		s.T.Fatalf("%q is no version: %v", first, err)
	}
	return slices.Compare(has[:], []int{major, minor}) < 0
}

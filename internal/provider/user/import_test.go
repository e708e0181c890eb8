package user_test

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/tray-community/terraform-provider-tray/internal/acctest"
)

// wayIn is what a refresh of somebody who was invited keeps, and an import cannot know.
var wayIn = []string{"onboarding"}

// imports are the steps that import tray_user.ana in every way and compare the result
// with what create and refresh made.
func imports(byID bool) []resource.TestStep {
	command := func(id string) resource.TestStep {
		return resource.TestStep{ResourceName: address, ImportState: true, ImportStateId: id,
			ImportStateVerify: true, ImportStateVerifyIdentifierAttribute: "email", ImportStateVerifyIgnore: wayIn}
	}
	steps := []resource.TestStep{
		command(ana), command("ANA@Example.com"),
		{ResourceName: address, ImportState: true, ImportStateKind: resource.ImportBlockWithID, ImportStateId: ana},
		{ResourceName: address, ImportState: true, ImportStateKind: resource.ImportBlockWithResourceIdentity},
	}
	if byID {
		steps = append(steps, resource.TestStep{ResourceName: address, ImportState: true,
			ImportStateVerify: true, ImportStateVerifyIdentifierAttribute: "email", ImportStateVerifyIgnore: wayIn}) // the attribute id
	}
	return steps
}

func TestUser_importsWhoIsActive(t *testing.T) {
	t.Parallel()
	for name, opts := range map[string][]acctest.Option{
		"management plane": nil,
		"live, sparse":     {acctest.NoManagement(), acctest.Sparse()},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env := acctest.Start(t, opts...)
			identity := statecheck.ExpectIdentity(address, map[string]knownvalue.Check{"email": knownvalue.StringExact(ana)})
			config := env.Config(person(viewer))
			steps := []resource.TestStep{
				{Config: config, ConfigStateChecks: []statecheck.StateCheck{identity}},
				{PreConfig: func() { env.Accept(ana) }, Config: config, ConfigStateChecks: []statecheck.StateCheck{identity}},
			}
			acctest.Test(t, env, append(steps, imports(true)...)...)
		})
	}
}

func TestUser_importsWhoIsInvited(t *testing.T) {
	t.Parallel()
	env := acctest.Start(t)
	acctest.Test(t, env, append([]resource.TestStep{{Config: env.Config(person(viewer))}}, imports(false)...)...)
}

func TestUser_importFindsNobody(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		opts []acctest.Option
		id   string
		want []string
	}{
		"address": {nil, "nobody@example.com", []string{"Could not import the user", `address or id "nobody@example.com"`}},
		"id":      {nil, "00000000-0000-4000-8000-000000000000", []string{"Nobody in the organization"}},
		"invited on a live Tray": {[]acctest.Option{acctest.NoManagement()}, "nobody@example.com",
			[]string{"invited but has not accepted yet cannot be imported"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := open(t, c.opts...)
			d.Refuses(strings.Replace(person(viewer)+importAna, `id = "`+ana, `id = "`+c.id, 1), c.want...)
		})
	}
}

// TestUser_generatedConfigurationPlansNothing imports people of every kind and state
// with the configuration that Terraform writes itself.
func TestUser_generatedConfigurationPlansNothing(t *testing.T) {
	t.Parallel()
	d := open(t)
	d.joins()
	d.invites("ben@example.com")
	d.Env.NewToken(map[string]any{"api_user": map[string]any{"name": "Robot", "role": "Contributor"}})
	d.Env.Control(http.MethodPost, "ui/users", map[string]any{"email": "system@example.com", "name": "System", "role": "Viewer", "account_type": "System"})
	var blocks strings.Builder
	for _, u := range d.Env.State().Users {
		key := u.Email
		if u.AccountType == "API" {
			key = u.ID
		}
		blocks.WriteString("import {\n  to = tray_user.u" + strings.NewReplacer("-", "", ".", "").Replace(u.ID[:8]+u.ID[len(u.ID)-4:]) + "\n  id = \"" + key + "\"\n}\n")
	}
	blocks.WriteString("import {\n  to = tray_user.ben\n  id = \"ben@example.com\"\n}\n")
	d.Write("main.tf", blocks.String())
	d.Env.ClearRequests()
	r, _ := d.Plan("-generate-config-out=generated.tf")
	contains(t, r, "5 to import, 0 to add, 0 to change, 0 to destroy")
	r, _ = d.Plan()
	contains(t, r, "5 to import, 0 to add, 0 to change, 0 to destroy")
	d.wrote()
	d.Apply()
	d.NoChanges()
}

// TestUser_apiUsersChangeRole manages an account that nobody invited.
func TestUser_apiUsersChangeRole(t *testing.T) {
	t.Parallel()
	d := open(t)
	d.Env.NewToken(map[string]any{"api_user": map[string]any{"name": "Robot", "role": "Viewer"}})
	for _, u := range d.Env.State().Users {
		if u.AccountType != "API" {
			continue
		}
		d.Applies(`import {
  to = tray_user.robot
  id = "` + u.ID + `"
}
resource "tray_user" "robot" {
  email             = "` + u.Email + `"
  organization_role = "Contributor"
}`)
		if got := d.Env.State().Roles()[u.Email]; got != "Contributor" {
			t.Errorf("the API user is %s", got)
		}
		return
	}
	t.Fatal("there is no API user")
}

// stripIdentity makes the state what a provider without identities would have left.
func (d desk) stripIdentity() {
	d.T.Helper()
	name := filepath.Join(d.Dir, "terraform.tfstate")
	raw, err := os.ReadFile(name)
	if err != nil {
		d.T.Fatal(err)
	}
	var state map[string]any
	if err := json.Unmarshal(raw, &state); err != nil {
		d.T.Fatal(err)
	}
	stripped := 0
	for _, r := range state["resources"].([]any) {
		for _, i := range r.(map[string]any)["instances"].([]any) {
			instance := i.(map[string]any)
			if instance["identity"] != nil {
				stripped++
			}
			delete(instance, "identity")
			delete(instance, "identity_schema_version")
		}
	}
	if stripped == 0 {
		d.T.Fatal("the state holds no identity")
	}
	raw, err = json.Marshal(state)
	if err != nil {
		d.T.Fatal(err)
	}
	d.Write("terraform.tfstate", string(raw))
}

func TestUser_stateWithoutIdentity(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		before func(desk)
		hcl    string
		args   []string
	}{
		"update":      {func(desk) {}, person(viewer + `; on_destroy = "keep"`), []string{"-refresh=false"}},
		"role":        {func(d desk) { d.Env.Accept(ana); d.Apply() }, person(`organization_role = "Admin"`), []string{"-refresh=false"}},
		"refresh":     {func(d desk) { d.Env.Accept(ana) }, person(viewer), nil},
		"gone":        {func(d desk) { d.Env.Control(http.MethodPost, "ui/invites/"+ana+"/cancel", nil) }, person(viewer), nil},
		"re-inviting": {func(d desk) { d.Env.Advance(8 * 24 * time.Hour); d.Run("refresh") }, person(viewer), []string{"-refresh=false"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := open(t)
			d.Applies(person(viewer))
			c.before(d)
			d.stripIdentity()
			d.Write("main.tf", c.hcl)
			d.Apply(c.args...)
			d.stripIdentity() // there is one again, or this fails
			d.NoChanges()
		})
	}
}

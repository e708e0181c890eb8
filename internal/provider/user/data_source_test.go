package user_test

import (
	"net/http"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/tray-community/terraform-provider-tray/internal/acctest"
)

func people(env *acctest.Env) {
	for _, u := range []map[string]any{
		{"email": "Zoe@Example.com", "name": "Zoe", "role": "Viewer"},
		{"email": "ben@other.example", "name": "Ben", "role": "Admin"},
		{"email": "sys@example.com", "name": "Sys", "role": "Viewer", "account_type": "System"},
	} {
		env.Control(http.MethodPost, "ui/users", u)
	}
}

func value(address, attribute string, want knownvalue.Check) statecheck.StateCheck {
	return statecheck.ExpectKnownValue(address, tfjsonpath.New(attribute), want)
}

func TestUserDataSource_findsByAddressAndID(t *testing.T) {
	t.Parallel()
	for name, opts := range map[string][]acctest.Option{"full": nil, "sparse": {acctest.Sparse(), acctest.TypesAsObjects()}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env := acctest.Start(t, opts...)
			people(env)
			acctest.Test(t, env, resource.TestStep{
				Config: env.Config(`data "tray_user" "email" { email = "zoe@example.com" }
data "tray_user" "id" { id = data.tray_user.email.id }`),
				ConfigStateChecks: []statecheck.StateCheck{
					value("data.tray_user.email", "email", knownvalue.StringExact("zoe@example.com")),
					value("data.tray_user.email", "name", knownvalue.StringExact("Zoe")),
					value("data.tray_user.id", "email", knownvalue.StringExact("Zoe@Example.com")),
					value("data.tray_user.id", "organization_role", knownvalue.StringExact("Viewer")),
					value("data.tray_user.id", "account_type", knownvalue.StringExact("Regular")),
				},
			})
		})
	}
}

func TestUserDataSource_refuses(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		hcl  string
		want []string
	}{
		"nobody": {`data "tray_user" "x" { email = "nobody@example.com" }`, []string{"Could not find the user", "nobody@example.com", "Who is invited"}},
		"no key": {`data "tray_user" "x" {}`, []string{"[id,email]"}},
		"two keys": {`data "tray_user" "x" {
  id    = "1"
  email = "a@example.com"
}`, []string{"[id,email]"}},
		"unknown role": {`data "tray_users" "x" { organization_role = "Boss" }`, []string{"Unknown role", `no role "Boss"`}},
		"unknown kind": {`data "tray_users" "x" { account_type = "Robot" }`, []string{"account_type"}},
	} {
		t.Run(name, func(t *testing.T) { t.Parallel(); open(t).Refuses(c.hcl, c.want...) })
	}
}

func TestUsersDataSource_filters(t *testing.T) {
	t.Parallel()
	for name, opts := range map[string][]acctest.Option{"full": nil, "sparse": {acctest.Sparse(), acctest.TypesAsObjects(), acctest.NoManagement()}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env := acctest.Start(t, opts...)
			people(env)
			emails := func(name string, want ...string) statecheck.StateCheck {
				checks := []knownvalue.Check{}
				for _, w := range want {
					checks = append(checks, knownvalue.StringExact(w))
				}
				return value("data.tray_users."+name, "emails", knownvalue.ListExact(checks))
			}
			acctest.Test(t, env, resource.TestStep{
				Config: env.Config(`data "tray_users" "all" {}
data "tray_users" "viewers" { organization_role = "view only" }
data "tray_users" "system" { account_type = "System" }
data "tray_users" "domain" { email_domain = "EXAMPLE.com" }
data "tray_users" "both" {
  organization_role = "Viewer"
  account_type      = "Regular"
}
data "tray_users" "none" { email_domain = "ample.com" }`),
				ConfigStateChecks: []statecheck.StateCheck{
					emails("all", "ben@other.example", "owner@example.com", "sys@example.com", "Zoe@Example.com"),
					emails("viewers", "sys@example.com", "Zoe@Example.com"),
					emails("system", "sys@example.com"),
					emails("domain", "owner@example.com", "sys@example.com", "Zoe@Example.com"),
					emails("both", "Zoe@Example.com"),
					emails("none"),
					value("data.tray_users.system", "users", knownvalue.ListExact([]knownvalue.Check{knownvalue.ObjectExact(map[string]knownvalue.Check{
						"id": knownvalue.NotNull(), "email": knownvalue.StringExact("sys@example.com"), "name": knownvalue.StringExact("Sys"),
						"organization_role": knownvalue.StringExact("Viewer"), "account_type": knownvalue.StringExact("System"),
					})})),
				},
			})
		})
	}
}

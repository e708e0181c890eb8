package project_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/tray-community/terraform-provider-tray/internal/acctest"
)

func TestMain(m *testing.M) { acctest.Main(m) }

type body = map[string]any

const workspaces = "data \"tray_workspace\" \"sales\" { name = \"sales\" }\n"

func newDesk(t *testing.T, cli string, opts ...acctest.Option) acctest.Desk {
	t.Helper()
	env := acctest.Start(t, opts...)
	env.Control(http.MethodPost, "ui/workspaces", body{"name": "sales"})
	return env.Desk(t, cli, workspaces)
}

func billing(lines ...string) string {
	all := append([]string{"workspace_id = data.tray_workspace.sales.id", `name = "Billing"`}, lines...)
	return "resource \"tray_project\" \"billing\" {\n  " + strings.Join(all, "\n  ") + "\n}\n"
}

func id(d acctest.Desk) string { return fmt.Sprint(d.Resources()["tray_project.billing"]["id"]) }

func TestProject_lifecycle(t *testing.T) {
	t.Parallel()
	acctest.OnBoth(t, newDesk, func(d acctest.Desk) {
		d.Applies(billing())
		first := id(d)
		for _, description := range []string{`"Invoices"`, `""`, `null`} {
			d.Applies(billing("description = " + description))
		}
		d.Applies(strings.Replace(billing(), `"Billing"`, `"Invoicing"`, 1))
		if id(d) != first {
			d.T.Error("a new name makes another project")
		}
		d.Env.Control(http.MethodDelete, "ui/projects/"+first, nil)
		if r, _ := d.Plan(); !strings.Contains(r.Text(), "The project is gone from Tray") {
			d.T.Errorf("what is gone is not said: %s", r.Text())
		}
		d.Applies(billing())
		d.Destroy()
	})
}

func TestProject_isRefusedInThePlan(t *testing.T) {
	t.Parallel()
	d := newDesk(t, acctest.Terraform)
	d.Refuses(billing(`id = "00000000-0000-4000-8000-000000000001"`), "Tray gives the id")
	d.Refuses(billing(`description = "a"`)+strings.Replace(billing(), `"billing"`, `"two"`, 1), "TRAY008")
	d.Env.Control(http.MethodPost, "ui/projects", body{"workspace": "sales", "name": "Billing"})
	d.Refuses(billing(), "TRAY012", "import {")
}

func TestProject_withWorkflowsIsDeletedWhenItIsTold(t *testing.T) {
	t.Parallel()
	acctest.OnBoth(t, newDesk, func(d acctest.Desk) {
		d.Applies(billing())
		d.Env.Control(http.MethodPost, "ui/projects/"+id(d)+"/workflows", body{"title": "W", "steps": []body{}})
		d.Fails([]string{"destroy", "-input=false", "-auto-approve"}, billing(), "Could not delete the project", "1 workflow", "force_destroy = true")
		d.Applies(billing("force_destroy = true"))
		if r := d.Destroy(); !strings.Contains(r.Text(), "The workflows of a project are deleted with it") {
			d.T.Errorf("what goes along is not said: %s", r.Text())
		}
	})
}

func TestProject_importedTheNextPlanIsEmpty(t *testing.T) {
	t.Parallel()
	for _, way := range []string{"name", "id", "identity"} {
		t.Run(way, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t, acctest.Terraform)
			d.Applies(billing())
			project, workspace := id(d), fmt.Sprint(d.Resources()["tray_project.billing"]["workspace_id"])
			d.Run("state", "rm", "tray_project.billing")
			switch way {
			case "name":
				d.Run("import", "-input=false", "tray_project.billing", "sales/Billing")
			case "id":
				d.Write("import.tf", fmt.Sprintf("import {\n  to = tray_project.billing\n  id = \"%s/%s\"\n}\n", workspace, project))
				d.Apply()
			case "identity":
				d.Write("import.tf", fmt.Sprintf("import {\n  to = tray_project.billing\n  identity = {\n    workspace_id = %q\n    id = %q\n  }\n}\n", workspace, project))
				d.Apply()
			}
			d.NoChanges()
		})
	}
}

func TestProject_importOfNobodySaysWhy(t *testing.T) {
	t.Parallel()
	d := newDesk(t, acctest.Terraform)
	d.Write("main.tf", billing())
	if r := d.Run("import", "-input=false", "tray_project.billing", "sales/Nothing"); r.Code == 0 || !strings.Contains(r.Text(), "Could not find the project") {
		t.Errorf("it says %s", r.Text())
	}
}

func TestProjectOnALiveTray_isAdoptedByItsID(t *testing.T) {
	t.Parallel()
	acctest.OnBoth(t, newDesk, func(d acctest.Desk) {
		d.Refuses(billing(), "Create the project in Tray's UI first", "Projects > New project")
		d.Refuses(billing(`id = "00000000-0000-4000-8000-000000000001"`), "Could not find the project")
		var made struct {
			ID string `json:"id"`
		}
		d.Env.Control(http.MethodPost, "ui/projects", body{"workspace": "sales", "name": "Billing"}, &made)
		d.Applies(billing(fmt.Sprintf("id = %q", made.ID)))
		d.Refuses(billing(`id = "00000000-0000-4000-8000-000000000001"`), "A project keeps its id")
		d.Applies(billing(fmt.Sprintf("id = %q", made.ID)))
		if r := d.Destroy(); !strings.Contains(r.Text(), "The project stays in Tray") {
			d.T.Errorf("a destroy says %s", r.Text())
		}
	}, acctest.NoManagement())
}

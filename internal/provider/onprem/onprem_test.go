package onprem_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/tray-community/terraform-provider-tray/internal/acctest"
)

func TestMain(m *testing.M) { acctest.Main(m) }

// desk is a layout on an organization with one workspace, made in the UI.
type desk struct {
	acctest.Desk
}

func newDesk(t *testing.T, cli string, opts ...acctest.Option) desk {
	t.Helper()
	env := acctest.Start(t, opts...)
	env.Control(http.MethodPost, "ui/workspaces", map[string]any{"name": "ops"})
	return desk{env.Desk(t, cli, "data \"tray_workspace\" \"ops\" { name = \"ops\" }\n")}
}

// site is a group with one agent, which has a further argument.
func site(group, agent, argument string) string {
	return fmt.Sprintf(`resource "tray_on_prem_agent_group" "site" {
  workspace_id = data.tray_workspace.ops.id
  name         = %q
}
resource "tray_on_prem_agent" "box" {
  workspace_id = tray_on_prem_agent_group.site.workspace_id
  group_id     = tray_on_prem_agent_group.site.id
  name         = %q
  %s
}
output "token" {
  value     = tray_on_prem_agent.box.registration_token
  sensitive = true
}
`, group, agent, argument)
}

// only are the one group and the one agent there are.
func (d desk) only() (acctest.AgentGroup, acctest.Agent) {
	d.T.Helper()
	s := d.Env.State()
	if len(s.AgentGroups) != 1 || len(s.Agents) != 1 {
		d.T.Fatalf("there are the groups %+v and the agents %+v", s.AgentGroups, s.Agents)
	}
	return s.AgentGroups[0], s.Agents[0]
}

func TestAgent_lifecycle(t *testing.T) {
	t.Parallel()
	acctest.OnBoth(t, newDesk, func(d desk) {
		d.Applies(site("HQ", "one", ""))
		group, made := d.only()
		if !made.Enabled {
			d.T.Errorf("made: %+v", made)
		}
		token := d.Run("output", "-raw", "token").Stdout
		if d.Env.Control(http.MethodPost, "agents/register", map[string]any{"token": token}); token == "" {
			d.T.Error("the token is not told")
		}
		if d.NoChanges(); d.Run("output", "-raw", "token").Stdout != token {
			d.T.Error("an agent that registers changes in the state")
		}
		for _, enabled := range []string{"enabled = false", "enabled = true", "enabled = null", "enabled = false", ""} {
			d.Applies(site("HQ", "one", enabled))
			if _, now := d.only(); now.ID != made.ID || now.Enabled == strings.Contains(enabled, "false") {
				d.T.Errorf("with %q it is %+v", enabled, now)
			}
		}
		d.Applies(site("HQ", "two", "enabled = false"))
		if g, now := d.only(); g.ID != group.ID || now.ID == made.ID || now.Name != "two" || now.Enabled {
			d.T.Errorf("of another name it is %+v", now)
		}
		d.Applies(site("Lab", "two", ""))
		if g, _ := d.only(); g.ID == group.ID || g.Name != "Lab" {
			d.T.Errorf("the group is %+v", g)
		}
		d.Env.Control(http.MethodPatch, "ui/workspaces/ops/on-prem-agent-groups/Lab/agents/two", map[string]any{"enabled": false})
		if r, _ := d.Plan(); !strings.Contains(r.Text(), "enabled") {
			d.T.Errorf("what was switched off elsewhere is not planned: %s", r.Text())
		}
		d.Apply()
		d.Env.Control(http.MethodDelete, "ui/workspaces/ops/on-prem-agent-groups/Lab/agents/two", nil)
		if r, _ := d.Plan(); !strings.Contains(r.Text(), "The agent is gone from Tray") {
			d.T.Errorf("what is gone is not said: %s", r.Text())
		}
		d.Env.Control(http.MethodDelete, "ui/workspaces/ops/on-prem-agent-groups/Lab", nil)
		d.Applies(site("Lab", "two", ""))
		d.Destroy()
		if s := d.Env.State(); len(s.AgentGroups)+len(s.Agents) > 0 {
			d.T.Errorf("left: %+v %+v", s.AgentGroups, s.Agents)
		}
	}, acctest.NoManagement())
}

// The agent and its token are in the state before it is disabled.
func TestAgent_isNotLostWhenItCannotBeDisabled(t *testing.T) {
	t.Parallel()
	d := newDesk(t, acctest.Terraform)
	d.Env.Fault(acctest.Fault{Method: http.MethodPatch, Path: "**/agents/*", Status: 403, Body: `{"message":"No"}`})
	d.Write("main.tf", site("HQ", "one", "enabled = false"))
	if r := d.Run("apply", "-auto-approve", "-input=false"); r.Code != 1 || !strings.Contains(r.Text(), "Could not disable the agent") {
		t.Fatal(r.Text())
	}
	_, made := d.only()
	d.Env.ClearFaults()
	d.Applies(site("HQ", "one", "enabled = false"))
	if _, now := d.only(); now.Enabled || now.ID == made.ID {
		t.Errorf("it is %+v, and was %+v: Terraform replaces what it could not finish", now, made)
	}
}

// Whatever becomes of an answer, there is one of each, and the agent's token is known.
func TestAgent_anAmbiguousCreateNeverMakesTwo(t *testing.T) {
	t.Parallel()
	d := newDesk(t, acctest.Terraform)
	for _, path := range []string{"**/on-prem-agent-groups", "**/agents"} {
		for name, f := range acctest.Some(t, map[string]acctest.Fault{"lost after": {Drop: "after"}, "lost before": {Drop: "before"}, "502 after commit": {Status: 502, AfterCommit: true}}, "lost after") {
			f.Method, f.Path, f.Times = http.MethodPost, path, 1
			d.Env.Fault(f)
			d.Write("main.tf", site("HQ", "one", ""))
			d.Run("apply", "-auto-approve", "-input=false")
			d.Env.ClearFaults()
			d.Applies(site("HQ", "one", ""))
			if d.only(); d.Run("output", "-raw", "token").Stdout == "" {
				t.Errorf("%s, %s: the token is lost", path, name)
			}
			d.Destroy()
		}
	}
}

func TestAgent_isRefusedInThePlan(t *testing.T) {
	t.Parallel()
	d := newDesk(t, acctest.Terraform)
	d.Env.Control(http.MethodPost, "ui/workspaces/ops/on-prem-agent-groups", map[string]any{"name": "HQ"})
	d.Refuses(site("HQ", "one", ""), "TRAY012", "tray_on_prem_agent_group.<name>")
	d.Env.Control(http.MethodPost, "ui/workspaces/ops/on-prem-agent-groups/HQ/agents", map[string]any{"name": "one"})
	group, _ := d.only()
	d.Refuses(fmt.Sprintf("resource \"tray_on_prem_agent\" \"box\" {\n  workspace_id = data.tray_workspace.ops.id\n  group_id     = %q\n  name         = \"one\"\n}\n", group.ID),
		"TRAY012", "tray_on_prem_agent.<name>", group.ID)
	if w := d.Env.Requests().Writes(); len(w) > 0 {
		t.Errorf("a refused plan writes:\n%s", w)
	}
}

// A group that others have put agents into is not deleted.
func TestAgentGroup_inUseIsNotDeleted(t *testing.T) {
	t.Parallel()
	d := newDesk(t, acctest.Terraform)
	d.Applies(site("HQ", "one", ""))
	d.Env.Control(http.MethodPost, "ui/workspaces/ops/on-prem-agent-groups/HQ/agents", map[string]any{"name": "theirs"})
	d.Write("main.tf", "")
	if r := d.Run("apply", "-auto-approve", "-input=false"); r.Code != 1 || !strings.Contains(r.Text(), "is in use") {
		t.Errorf("ended with %d: %s", r.Code, r.Text())
	}
	if group, _ := d.only(); group.Name != "HQ" {
		t.Errorf("it is %+v", group)
	}
}

func TestAgent_importedInThreeWaysTheNextPlanIsEmpty(t *testing.T) {
	t.Parallel()
	for _, way := range []string{"command", "block", "identity"} {
		t.Run(way, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t, acctest.Terraform)
			d.Env.Control(http.MethodPost, "ui/workspaces/ops/on-prem-agent-groups", map[string]any{"name": "HQ"})
			d.Env.Control(http.MethodPost, "ui/workspaces/ops/on-prem-agent-groups/HQ/agents", map[string]any{"name": "one"})
			group, agent := d.only()
			workspace := ""
			for _, w := range d.Env.State().Workspaces {
				if w.Name == "ops" {
					workspace = w.ID
				}
			}
			d.Write("main.tf", strings.Split(site("HQ", "one", ""), "output")[0])
			const block = "import {\n  to = tray_on_prem_agent%s\n  %s\n}\n"
			switch way {
			case "command":
				d.Run("import", "-input=false", "tray_on_prem_agent_group.site", "ops/HQ")
				d.Run("import", "-input=false", "tray_on_prem_agent.box", "ops/HQ/one")
			case "block":
				d.Write("import.tf", fmt.Sprintf(block+block, "_group.site", fmt.Sprintf("id = %q", workspace+"/"+group.ID), ".box", fmt.Sprintf("id = %q", workspace+"/"+group.ID+"/"+agent.ID)))
				d.Apply()
			case "identity":
				d.Write("import.tf", fmt.Sprintf(block+block, "_group.site", fmt.Sprintf("identity = { workspace_id = %q, id = %q }", workspace, group.ID),
					".box", fmt.Sprintf("identity = { workspace_id = %q, group_id = %q, id = %q }", workspace, group.ID, agent.ID)))
				d.Apply()
			}
			d.NoChanges()
			if w := d.Env.Requests().Writes(); len(w) > 0 {
				t.Errorf("an import writes:\n%s", w)
			}
		})
	}
}

func TestAgentGroupsData_tellsWhatAgentsDo(t *testing.T) {
	t.Parallel()
	acctest.OnBoth(t, newDesk, func(d desk) {
		d.Applies(site("HQ", "one", "") + `data "tray_on_prem_agent_groups" "all" {
  workspace_id   = data.tray_workspace.ops.id
  name_regex     = "^H"
  include_agents = true
  depends_on     = [tray_on_prem_agent.box]
}
output "seen" { value = join(" ", [for g in data.tray_on_prem_agent_groups.all.groups : "${g.name}/${g.agents[0].name}: ${g.agents[0].enabled} ${g.agents[0].connected}"]) }
`)
		if r := d.Run("output", "-raw", "seen"); r.Stdout != "HQ/one: true false" {
			d.T.Errorf("seen is %s", r.Stdout)
		}
	})
}

func TestAgentList_findsThoseOfEveryWorkspace(t *testing.T) {
	if acctest.IsTofu() {
		t.Skip("OpenTofu has no query")
	}
	t.Parallel()
	d := newDesk(t, acctest.Terraform)
	for _, name := range []string{"HQ", "Lab"} {
		d.Env.Control(http.MethodPost, "ui/workspaces/ops/on-prem-agent-groups", map[string]any{"name": name})
		d.Env.Control(http.MethodPost, "ui/workspaces/ops/on-prem-agent-groups/"+name+"/agents", map[string]any{"name": "of " + name})
	}
	d.Write("find.tfquery.hcl", "list \"tray_on_prem_agent_group\" \"all\" {\n  provider = tray\n}\nlist \"tray_on_prem_agent\" \"all\" {\n  provider = tray\n}\n")
	r := d.Run("query")
	for _, want := range []string{"HQ", "Lab", "of HQ", "of Lab"} {
		if !strings.Contains(r.Text(), want) {
			t.Errorf("it does not find %q: %s", want, r.Text())
		}
	}
}

func TestAgent_importOfNobodySaysWhy(t *testing.T) {
	t.Parallel()
	d := newDesk(t, acctest.Terraform)
	d.Write("main.tf", strings.Split(site("HQ", "one", ""), "output")[0])
	for id, want := range map[string]string{"HQ": "is not of the form", "ops/HQ": `has 0 with the id or the name "HQ"`, "none/HQ": "Could not find the workspace"} {
		if r := d.Run("import", "-input=false", "tray_on_prem_agent_group.site", id); !strings.Contains(r.Text(), want) {
			t.Errorf("%s: it does not say %q: %s", id, want, r.Text())
		}
	}
	d.Env.Control(http.MethodPost, "ui/workspaces/ops/on-prem-agent-groups", map[string]any{"name": "HQ"})
	if r := d.Run("import", "-input=false", "tray_on_prem_agent.box", "ops/HQ/one"); !strings.Contains(r.Text(), "Could not find the agent") {
		t.Errorf("it says %s", r.Text())
	}
}

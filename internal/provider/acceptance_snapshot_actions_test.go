package provider_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/tray-community/terraform-provider-tray/internal/acctest"
)

// actionArguments are what each action takes, of an organization that populated makes.
func actionArguments(project string) map[string]map[string]any {
	return map[string]map[string]any{
		"tray_call_operation":   {"connector": "http-client", "version": "5.6", "operation": "request_status"},
		"tray_import_project":   {"project_id": project, "export": exampleExport, "config": map[string]any{"api_url": "https://x", "batch_size": "1"}},
		"tray_publish_solution": {"solution_id": project},
		"tray_resend_invite":    {"email": "Ana." + canary + "@Secret-Company.example", "organization_role": "Viewer"},
		"tray_snapshot_project": {"project_id": project, "title": canary},
	}
}

// planAction plans an action, and returns what is said.
func (p planner) planAction(typ string, arguments map[string]any) []*tfprotov6.Diagnostic {
	p.t.Helper()
	server, is := p.server.(tfprotov6.ActionServer)
	if !is {
		p.t.Fatal("the provider has no actions")
	}
	resp, err := server.PlanAction(p.t.Context(), &tfprotov6.PlanActionRequest{ActionType: typ, Config: p.dynamic(p.all.ActionSchemas[typ].Schema.ValueType(), arguments)})
	if err != nil {
		p.t.Fatalf("%s: %v", typ, err)
	}
	return resp.Diagnostics
}

// invoked is what the invocation of an action says.
func (p planner) invoked(typ string, arguments map[string]any) string {
	p.t.Helper()
	server, is := p.server.(tfprotov6.ActionServer)
	if !is {
		p.t.Fatal("the provider has no actions")
	}
	stream, err := server.InvokeAction(p.t.Context(), &tfprotov6.InvokeActionRequest{ActionType: typ, Config: p.dynamic(p.all.ActionSchemas[typ].Schema.ValueType(), arguments)})
	if err != nil {
		p.t.Fatalf("%s: %v", typ, err)
	}
	var all []string
	stream.Events(func(e tfprotov6.InvokeActionEvent) bool {
		if done, is := e.Type.(tfprotov6.CompletedInvokeActionEventType); is {
			all = append(all, said(done.Diagnostics))
		}
		return true
	})
	return strings.Join(all, "\n")
}

// Actions are planned by a snapshot as everything else is: with the people whom it names by
// pseudonyms, by what it holds, without a request to the organization; none is invoked.
func TestSnapshot_plansActionsAndInvokesNone(t *testing.T) {
	t.Parallel()
	for _, flags := range [][]string{nil, {"-names"}} {
		t.Run(strings.Join(flags, ""), func(t *testing.T) {
			t.Parallel()
			env := populated(t)
			arguments := actionArguments(acctest.One(t, env.State().Projects).ID)
			taken := env.MustSnapshot(t, flags...)
			before := contentOf(t, taken.Path)
			env.ClearRequests()
			p := newPlanner(t, env.BySnapshot(t, taken.Path), map[string]any{"sandbox": map[string]any{"path": taken.Path, "read_only": true}})
			for typ := range p.all.ActionSchemas {
				if arguments[typ] == nil {
					t.Errorf("%s is not in actionArguments", typ)
					continue
				}
				switch text := said(p.planAction(typ, arguments[typ])); {
				case typ == "tray_import_project": // what it would do has to be seen before it is done
					if !strings.Contains(text, "no snapshot holds what an import or a release would do: plan with a token to see that") {
						t.Errorf("the plan of %s says: %s", typ, text)
					}
				case text != "":
					t.Errorf("the plan of %s says: %s", typ, text)
				}
				if text := p.invoked(typ, arguments[typ]); !strings.HasPrefix(text, "A snapshot is for plans only") {
					t.Errorf("the invocation of %s says: %s", typ, text)
				}
			}
			if asked := env.Requests(); len(asked) > 0 {
				t.Errorf("the organization was asked:\n%s", asked)
			}
			if !bytes.Equal(before, contentOf(t, taken.Path)) {
				t.Error("the snapshot has changed")
			}
		})
	}
}

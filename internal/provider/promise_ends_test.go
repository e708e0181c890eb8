package provider_test

import (
	"flag"
	"fmt"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"pgregory.net/rapid"

	"github.com/tray-community/terraform-provider-tray/internal/acctest"
)

// guests are those whose access ends in the stories.
var guests = []string{"freya@example.com", "gus@example.com", "hana@example.com"}

// calendar is a story about access that ends: one workspace, its guests with and without
// dates, in one of the three forms of memberships, and what people do in Tray's UI.
type calendar struct {
	*acctest.Env
	t         *testing.T
	rt        *rapid.T
	form      string
	workspace string
	dates     map[string]string // no entry: access that does not end
	all       []instance
}

func newCalendar(t *testing.T, rt *rapid.T) *calendar {
	env := acctest.Start(t, acctest.InProcess(), acctest.Wire("management", rapid.Bool().Draw(rt, "management")))
	c := &calendar{Env: env, t: t, rt: rt, dates: map[string]string{}}
	for _, email := range guests {
		env.Control(http.MethodPost, "ui/users", map[string]any{"email": email, "name": email, "role": "Viewer"})
	}
	var made struct{ ID string }
	env.Control(http.MethodPost, "ui/workspaces", map[string]any{"name": "sales"}, &made)
	c.workspace = made.ID
	c.form = rapid.SampledFrom([]string{"tray_workspace_member", "tray_workspace_members", "tray_workspace_role_members"}).Draw(rt, "form")
	c.all = make([]instance, len(guests))
	if c.form != "tray_workspace_member" {
		c.all = c.all[:1]
	}
	c.configure()
	return c
}

// configure writes the arguments anew.
func (c *calendar) configure() {
	members, emails, dates := map[string]any{}, []string{}, map[string]any{}
	for i, email := range guests {
		date := any(nil)
		if at, ends := c.dates[email]; ends {
			date = at
		}
		members[email], dates[email] = "Viewer", date
		emails = append(emails, email)
		if c.form == "tray_workspace_member" {
			c.all[i].typ = c.form
			c.all[i].arguments = map[string]any{"workspace_id": c.workspace, "email": email, "role": "Viewer", "expires_at": date}
		}
	}
	switch c.form {
	case "tray_workspace_members":
		c.all[0].typ, c.all[0].arguments = c.form, map[string]any{"workspace_id": c.workspace, "members": members, "expires_at": dates}
	case "tray_workspace_role_members":
		c.all[0].typ, c.all[0].arguments = c.form, map[string]any{"workspace_id": c.workspace, "role": "Viewer", "emails": emails, "expires_at": dates}
	}
}

// command is one run of a command line: a process of its own.
func (c *calendar) command() planner {
	return newPlanner(c.t, c.Env, map[string]any{"sandbox": map[string]any{"path": c.Path}})
}

// request is what Terraform asks to plan an instance.
func (p planner) request(one instance) *tfprotov6.PlanResourceChangeRequest {
	schema := p.all.ResourceSchemas[one.typ]
	state := one.state
	if state == nil {
		state = p.dynamic(schema.ValueType(), nil)
	}
	config := p.dynamic(schema.ValueType(), one.arguments)
	return &tfprotov6.PlanResourceChangeRequest{TypeName: one.typ, PriorState: state, PriorPrivate: one.private,
		Config: config, ProposedNewState: p.proposed(schema, state, config)}
}

// plans refreshes and plans everything, and returns what is planned.
func (c *calendar) plans() (planned []*tfprotov6.DynamicValue, changes bool) {
	p := c.command()
	for i, one := range c.all {
		if one.state != nil {
			got, err := p.server.ReadResource(c.t.Context(), &tfprotov6.ReadResourceRequest{TypeName: one.typ, CurrentState: one.state, Private: one.private})
			c.must(err, got.Diagnostics)
			c.all[i].state, c.all[i].private = got.NewState, got.Private
			if p.attributes(p.all.ResourceSchemas[one.typ].ValueType(), got.NewState) == nil {
				c.all[i].state, c.all[i].private = nil, nil
			}
		}
	}
	for _, one := range c.all {
		got, err := p.server.PlanResourceChange(c.t.Context(), p.request(one))
		c.must(err, got.Diagnostics)
		if len(got.RequiresReplace) > 0 {
			c.rt.Fatalf("a date replaces %v", got.RequiresReplace)
		}
		planned = append(planned, got.PlannedState)
		changes = changes || one.state == nil || p.text(p.all.ResourceSchemas[one.typ].ValueType(), got.PlannedState) != p.text(p.all.ResourceSchemas[one.typ].ValueType(), one.state)
	}
	return planned, changes
}

// applies carries out what was planned, as Terraform does: each change is planned once more,
// and has to come to the same, and the state to what was planned.
func (c *calendar) applies(before []*tfprotov6.DynamicValue) {
	p := c.command()
	for i, one := range c.all {
		typ := p.all.ResourceSchemas[one.typ].ValueType()
		if one.state != nil && p.text(typ, before[i]) == p.text(typ, one.state) {
			continue
		}
		ask := p.request(one)
		again, err := p.server.PlanResourceChange(c.t.Context(), ask)
		c.must(err, again.Diagnostics)
		c.keeps("the apply's plan", p, typ, before[i], again.PlannedState)
		done, err := p.server.ApplyResourceChange(c.t.Context(), &tfprotov6.ApplyResourceChangeRequest{TypeName: one.typ, PriorState: ask.PriorState,
			PlannedState: again.PlannedState, Config: ask.Config, PlannedPrivate: again.PlannedPrivate})
		c.must(err, done.Diagnostics)
		c.keeps("the new state", p, typ, again.PlannedState, done.NewState)
		c.all[i].state, c.all[i].private = done.NewState, done.Private
	}
}

// keeps wants every value that was known as it was.
func (c *calendar) keeps(what string, p planner, typ tftypes.Type, promised, is *tfprotov6.DynamicValue) {
	was, now := p.attributes(typ, promised), p.attributes(typ, is)
	for name, v := range was {
		if v.IsFullyKnown() && !v.Equal(now[name]) {
			c.rt.Fatalf("%s has another %s: %s, not %s", what, name, now[name], v)
		}
	}
}

func (c *calendar) must(err error, diags []*tfprotov6.Diagnostic) {
	if d := failedWith(diags); err != nil || d != nil {
		c.rt.Fatalf("%v %s", err, said(diags))
	}
}

// over reports whether somebody's date has passed.
func (c *calendar) over(email string) bool {
	at, ends := c.dates[email]
	when, err := time.Parse(time.RFC3339, at)
	return ends && err == nil && !c.Now().Before(when)
}

// there are the guests in the workspace.
func (c *calendar) there() (in []string) {
	for _, email := range guests {
		if c.State().Access("")["sales/"+email] != "" {
			in = append(in, email)
		}
	}
	return in
}

// settled wants everybody in the workspace whose date has not passed and nobody else, and then
// nothing more to be planned, or written: whoever is out is not taken out twice.
func (c *calendar) settled() {
	var want []string
	for _, email := range guests {
		if !c.over(email) {
			want = append(want, email)
		}
	}
	if got := c.there(); !slices.Equal(got, want) {
		c.rt.Fatalf("%v are in the workspace, want %v; dates %v, now %s", got, want, c.dates, c.Now())
	}
	c.ClearRequests()
	planned, changes := c.plans()
	if changes {
		p := c.command()
		for i, one := range c.all {
			typ := p.all.ResourceSchemas[one.typ].ValueType()
			c.rt.Logf("state %s\nplan  %s", p.text(typ, one.state), p.text(typ, planned[i]))
		}
		c.rt.Fatalf("there is still something to plan")
	}
	if writes := c.Requests().Writes(); len(writes) > 0 {
		c.rt.Fatalf("a plan wrote %s", writes)
	}
}

// happens is what goes on between two applies.
func (c *calendar) happens() {
	who := rapid.SampledFrom(guests).Draw(c.rt, "who")
	path := "/_sandbox/ui/workspaces/sales/members/" + who
	switch rapid.SampledFrom([]string{"time", "time", "date", "none", "in", "out"}).Draw(c.rt, "what") {
	case "time":
		c.Advance(time.Duration(rapid.IntRange(1, 30).Draw(c.rt, "hours")) * time.Hour)
	case "date": // half an hour off every step of the clock, so that a slow machine decides nothing
		c.dates[who] = c.Now().Add(time.Duration(rapid.IntRange(-20, 40).Draw(c.rt, "in"))*time.Hour + 30*time.Minute).Format(time.RFC3339)
	case "none":
		delete(c.dates, who)
	case "in":
		c.Call(http.MethodPut, path, map[string]any{"role": "Viewer", "force": true})
	case "out":
		c.Call(http.MethodDelete, path+"?force=true", nil)
	}
	c.configure()
}

// Access ends by its date: never early, never later than the apply of the first plan after it,
// and never twice; whoever has a date that stands does not come back; and each saved plan can be
// applied, however much time goes by.
func TestPromise_accessEndsByItsDate(t *testing.T) {
	t.Parallel()
	if checks := flag.Lookup("rapid.checks"); checks.Value.String() == checks.DefValue {
		_ = flag.Set("rapid.checks", "10") // each is an organization of its own; make rapid has more
	}
	ended := 0
	rapid.Check(t, func(rt *rapid.T) {
		c := newCalendar(t, rt)
		for step := range rapid.IntRange(2, 8).Draw(rt, "steps") {
			for range rapid.IntRange(1, 3).Draw(rt, "happenings") {
				c.happens()
			}
			planned, _ := c.plans()
			before := c.there()
			safe := slices.DeleteFunc(slices.Clone(before), c.over)
			if rapid.IntRange(0, 3).Draw(rt, fmt.Sprintf("wait %d", step)) == 0 {
				c.Advance(time.Duration(rapid.IntRange(1, 30).Draw(rt, "pause")) * time.Hour)
			}
			c.applies(planned)
			after := c.there()
			for _, email := range safe {
				if !slices.Contains(after, email) && !c.over(email) {
					rt.Fatalf("%s is out early, %s, before %s", email, c.Now(), c.dates[email])
				}
			}
			for _, email := range after {
				if !slices.Contains(before, email) && c.over(email) {
					rt.Fatalf("%s has joined after %s, at %s", email, c.dates[email], c.Now())
				}
			}
			planned, _ = c.plans()
			c.applies(planned)
			c.settled()
			for _, email := range guests {
				if c.over(email) {
					ended++
				}
			}
		}
	})
	if ended == 0 {
		t.Error("no access has ended in any story")
	}
}

package provider_test

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/tray-community/terraform-provider-tray/internal/acctest"
)

// trace is what one command line has sent and kept.
type trace struct {
	Requests []string
	State    map[string]map[string]any
}

// lots are what Tray draws for one organization, where each has ids and a clock of its own.
// The schema says where it does: in attributes that are computed and no argument. What is
// drawn there goes by the name of that place, at whatever depth, and so does each argument and
// each write that refers to it: both command lines have to mean the same object by it.
type lots struct {
	own   map[string][]string // the attributes that Tray alone fills in, by type
	named map[string]string
}

var (
	// isDrawn is how the sandbox's draws look.
	isDrawn = regexp.MustCompile(`[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|\d{4}-\d\d-\d\dT[\d:]+Z|\b[A-Za-z]{15}_[a-z]+\b|\bsandbox-[0-9a-f]{40}\b`)
	// Two objects may be made in one second, so that a time names none.
	isTime = regexp.MustCompile(`^\d{4}-\d\d-\d\dT`)
)

// newLots reads the schemas.
func newLots(t *testing.T, env *acctest.Env) lots {
	t.Helper()
	s, err := env.Factories()["tray"]()
	if err != nil {
		t.Fatal(err)
	}
	all, err := s.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		t.Fatal(err)
	}
	l := lots{map[string][]string{}, map[string]string{}}
	for typ, schema := range all.ResourceSchemas {
		for _, a := range schema.Block.Attributes {
			if a.Computed && !a.Optional {
				l.own[typ] = append(l.own[typ], a.Name)
			}
		}
		slices.Sort(l.own[typ])
	}
	return l
}

// learn names what is drawn in a state. What has a name keeps it.
func (l lots) learn(resources map[string]map[string]any) {
	for _, address := range slices.Sorted(maps.Keys(resources)) {
		typ, _, _ := strings.Cut(address, ".")
		for _, name := range l.own[typ] {
			l.value(resources[address][name], func(text string) string {
				for _, drawn := range isDrawn.FindAllString(text, -1) {
					if _, known := l.named[drawn]; !known {
						l.named[drawn] = "<" + address + "." + name + ">"
					}
				}
				return text
			})
		}
	}
}

// value is a value of a state with each text in it replaced, in a fixed order.
func (l lots) value(of any, by func(string) string) any {
	switch of := of.(type) {
	case string:
		return by(of)
	case []any:
		all := make([]any, len(of))
		for i, one := range of {
			all[i] = l.value(one, by)
		}
		return all
	case map[string]any:
		all := make(map[string]any, len(of))
		for _, key := range slices.Sorted(maps.Keys(of)) {
			all[by(key)] = l.value(of[key], by)
		}
		return all
	}
	return of
}

// name is a text with names for what is drawn in it.
func (l lots) name(text string) string {
	return isDrawn.ReplaceAllStringFunc(text, func(drawn string) string {
		switch name, known := l.named[drawn]; {
		case isTime.MatchString(drawn):
			return "<time>"
		case known:
			return name
		}
		return "<id>" // of what others have made
	})
}

// sent are requests without their order, which either command line draws anew at every run:
// writes as often as they were sent, and what was read, as how often that is, and of which
// objects, depends on the order.
func (l lots) sent(log acctest.Requests) []string {
	var all []string
	for _, q := range log {
		line := q.Method + " " + q.Path + "?" + q.Query
		if len((acctest.Requests{q}).Writes()) > 0 {
			all = append(all, l.name(line))
			continue
		}
		line = isDrawn.ReplaceAllString(line, "<id>")
		if strings.HasPrefix(line, "GET /core/v1/users/<id>?") || strings.HasPrefix(line, "GET /core/v1/users?email=") || strings.HasPrefix(line, "GET /core/v1/workspaces/<id>/roles?") {
			// A user is read alone, by id or address, or out of the list, whichever the reads so far make cheaper
			// (coalesce.Collection), and anew after a demotion or promotion voided what was known; the
			// list of a workspace's roles is read unless some member with the role was read before
			// (Roles.Named). So whether either is needed depends on who had a turn before.
			continue
		}
		if !slices.Contains(all, line) {
			all = append(all, line)
		}
	}
	slices.Sort(all)
	return all
}

// traced makes, changes and destroys all nouns, with a plan file, and reads them in between.
func traced(t *testing.T, cli string) []trace {
	t.Helper()
	env := acctest.Start(t, acctest.Organization("Acme", acctest.OwnerEmail), acctest.Embedded())
	people(env)
	dir, l := env.Layout(t, cli, ""), newLots(t, env)
	dir.Write("provider.tf", env.Provider())
	var all []trace
	for _, hcl := range []string{acting(func(a actor) string { return a.before }), acting(func(a actor) string { return a.after }), there} {
		dir.Write("main.tf", hcl)
		env.ClearRequests()
		dir.Plan("-out=plan.bin", "-parallelism=1")
		dir.Apply("-parallelism=1", "plan.bin")
		dir.NoChanges()
		one, resources := trace{State: map[string]map[string]any{}}, dir.Resources()
		l.learn(resources)
		one.Requests = l.sent(env.Requests())
		for address, attributes := range resources {
			one.State[address], _ = l.value(attributes, l.name).(map[string]any)
		}
		all = append(all, one)
	}
	return all
}

// The same layout on Terraform and OpenTofu: the same writes, each as often, the same reads
// and the same state.
func TestPromise_bothCommandLinesDoTheSame(t *testing.T) {
	t.Parallel()
	first, second := traced(t, acctest.Terraform), traced(t, acctest.Tofu)
	for _, one := range first[:2] {
		if len(one.Requests) < 10 || len(one.State) < len(actors) {
			t.Errorf("%d requests and %d resources prove nothing", len(one.Requests), len(one.State))
		}
	}
	if diff := cmp.Diff(first, second); diff != "" {
		t.Errorf("OpenTofu does not what Terraform does:\n%s", diff)
	}
	if !slices.ContainsFunc(first[1].Requests, func(q string) bool { return strings.HasPrefix(q, "PATCH ") }) {
		t.Errorf("the change sends no PATCH: %q", first[1].Requests)
	}
}

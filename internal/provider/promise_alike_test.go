package provider_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tray-community/terraform-provider-tray/internal/acctest"
)

// trace is what one command line has sent and kept. Each sandbox has ids and a clock of its own.
type trace struct {
	Requests []string
	State    map[string]map[string]any
}

var anyOwnID = regexp.MustCompile(`[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|\d{4}-\d\d-\d\dT[\d:]+Z|\b[A-Za-z]{15}_crm\b|\bsandbox-[0-9a-f]{40}\b`)

// traced makes, changes and destroys all nouns, with a plan file, and reads them in between.
func traced(t *testing.T, cli string) []trace {
	t.Helper()
	env := acctest.Start(t, acctest.Organization("Acme", acctest.OwnerEmail), acctest.Embedded())
	people(env)
	dir := env.Layout(t, cli, "")
	dir.Write("provider.tf", env.Provider())
	var all []trace
	for _, hcl := range []string{acting(func(a actor) string { return a.before }), acting(func(a actor) string { return a.after }), there} {
		dir.Write("main.tf", hcl)
		env.ClearRequests()
		dir.Plan("-out=plan.bin", "-parallelism=1")
		dir.Apply("-parallelism=1", "plan.bin")
		dir.NoChanges()
		one := trace{State: map[string]map[string]any{}}
		for _, q := range env.Requests() {
			one.Requests = append(one.Requests, anyOwnID.ReplaceAllString(q.Method+" "+q.Path+"?"+q.Query, "<id>"))
		}
		one.Requests = unordered(one.Requests)
		for address, attributes := range dir.Resources() {
			for name, value := range attributes {
				if s, is := value.(string); is {
					attributes[name] = anyOwnID.ReplaceAllString(s, "<id>")
				}
			}
			one.State[address] = attributes
		}
		all = append(all, one)
	}
	return all
}

// unordered are requests without their order, which either command line draws anew at every
// run: writes as often as they were sent, and what was read, as how often that is depends on
// the order.
func unordered(requests []string) []string {
	var all []string
	for _, q := range requests {
		if strings.HasPrefix(q, "GET /core/v1/users/<id>?") || strings.HasPrefix(q, "GET /core/v1/users?email=") || strings.HasPrefix(q, "GET /core/v1/workspaces/<id>/roles?") {
			// A user is read alone, by id or address, or out of the list, whichever the reads so far make cheaper
			// (coalesce.Collection), and anew after a demotion or promotion voided what was known; the
			// list of a workspace's roles is read unless some member with the role was read before
			// (Roles.Named). So whether either is needed depends on who had a turn before.
			continue
		}
		if !strings.HasPrefix(q, "GET ") || !slices.Contains(all, q) {
			all = append(all, q)
		}
	}
	slices.Sort(all)
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

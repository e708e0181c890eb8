package probe

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
)

// Environment variables of further tokens.
const (
	viewerToken    = "TRAY_PROBE_VIEWER_TOKEN"    // Of an API user with the organization role Viewer, Viewer in a workspace too.
	workspaceToken = "TRAY_PROBE_WORKSPACE_TOKEN" //nolint:gosec // The name of one: that a workspace Admin made for a workspace.
)

// Why nothing more is asked after so many failures in a row: the service is not there.
const givesUpAfter = 3

// run is one visit to an organization.
type run struct {
	settings
	wire      *wire
	questions []Question
	progress  io.Writer
	tag       string // Marks everything that this run makes.

	roles      map[string]string // Organization roles: name -> id.
	local      map[string]map[string]string
	workspace  object // The throwaway workspace.
	members    int    // How many are in it, or -1 for more than a page.
	management bool
	people     map[string]*person
	invited    map[string]*invitation
	strangers  []string // Ids of nobody that were sent as if they were somebody's.
	parting    *parting
	seen       *sights
	left       []string
	unclean    bool // Something could not be taken away that should have been.
}

// verdict is what a question came to.
type verdict string

const (
	agrees   verdict = "agrees"
	differs  verdict = "differs"
	notAsked verdict = "not asked"
)

// finding is a question with what came out.
type finding struct {
	Question
	verdict verdict
	facts   []string
	why     string // Of notAsked.
	failed  bool
	refused bool
}

func newTag() (string, error) {
	raw := make([]byte, 4)
	_, err := rand.Read(raw)
	return hex.EncodeToString(raw), err
}

// chosen are the rows to ask, in the order of the table, which puts what takes people away last.
func (s settings) chosen() []entry {
	var all []entry
	for _, e := range table {
		if s.asks(e) {
			all = append(all, e)
		}
	}
	return all
}

func (s settings) asks(e entry) bool {
	return e.how != byHand && (s.write || e.how == reading) && (s.only == nil || slices.Contains(s.only, e.number)) &&
		(e.variable == "" || s.tokens[e.variable] != "")
}

// whyNot is why a question is not asked from the outset.
func (s settings) whyNot(e entry) string {
	switch {
	case e.how == byHand:
		return e.why
	case e.how == writing && !s.write:
		return "it makes something: -write asks it"
	default:
		return "it needs " + e.variable
	}
}

// prepare looks whether the token will do and the workspace is one to throw away, before anything is made.
func (r *run) prepare(a *asking) {
	got := a.get("/core/v1/roles", "first", "100")
	if got.status == http.StatusForbidden || got.status == http.StatusNotFound {
		a.fail("%s: the token's user must be an organization Admin or Owner", got)
	}
	r.roles = rolesOf(a.page(got))
	if !r.write {
		return
	}
	there := a.get("/core/v1/workspaces/" + segment(r.throwaway))
	if a.stop == nil && !there.ok() {
		a.fail("%s: -workspace must name a shared workspace that the token reaches", there)
	}
	r.workspace = there.object()
	if kind := r.workspace.kind("type"); a.stop == nil && kind != "Shared" {
		a.fail("-workspace names the %s workspace, and must name a shared one to throw away", kind)
	}
	p := a.page(a.get(memberPath(r.throwaway, ""), "first", "100"))
	if r.members = len(p.Elements); p.PageInfo.HasNextPage {
		r.members = -1
	}
	r.local[r.throwaway] = rolesOf(a.page(a.get("/core/v1/workspaces/"+segment(r.throwaway)+"/roles", "first", "100")))
	for _, name := range []string{"Admin", "Contributor", "Viewer"} {
		if a.stop == nil && (r.roles[name] == "" || r.local[r.throwaway][name] == "") {
			a.fail("there is no role %q, which the questions need", name)
		}
	}
	r.lookForManagement(a)
}

// lookForManagement asks whether there is a management plane to clean up by. Whatever a live Tray says of a path that it does not
// have, it is no; only silence is no answer.
func (r *run) lookForManagement(a *asking) {
	if a.stop != nil {
		return
	}
	got, err := r.wire.send(a.ctx, request{token: r.token, method: http.MethodGet, path: "/management/v1"})
	switch {
	case err != nil:
		a.fail("%s", err)
	case got.status >= 500 || got.status == http.StatusTooManyRequests:
		a.fail("%s", got)
	}
	r.management = got.ok()
}

// Requests that prepare takes at most.
const prepareMost = 5

// askAll asks what was chosen and answers for every question. It stops early when ctx ends or the service is gone.
func (r *run) askAll(ctx context.Context, chosen []entry) []finding {
	found := map[int]finding{}
	failures := 0
	for _, e := range chosen {
		f := finding{verdict: notAsked, why: "interrupted", failed: true}
		switch {
		case failures >= givesUpAfter:
			f.why = fmt.Sprintf("given up after %d failures in a row", givesUpAfter)
		case ctx.Err() == nil:
			f = r.ask(ctx, e)
		}
		if failures++; !f.failed {
			failures = 0
		}
		found[e.number] = f
		fmt.Fprintf(r.progress, "%d: %s\n", e.number, f.verdict)
	}
	var all []finding
	for _, q := range r.questions {
		if r.only != nil && !slices.Contains(r.only, q.Number) {
			continue
		}
		f, asked := found[q.Number]
		if e, known := find(q.Number); !asked && known {
			f = finding{verdict: notAsked, why: r.whyNot(e)}
		} else if !known {
			f = finding{verdict: notAsked, why: "this program does not know the question"}
		}
		f.Question = q
		all = append(all, f)
	}
	return all
}

// ask asks one question.
func (r *run) ask(ctx context.Context, e entry) finding {
	a := r.course(ctx, e.most)
	e.ask(a)
	f := finding{verdict: agrees, facts: a.facts}
	switch {
	case a.stop != nil:
		f.verdict, f.why, f.failed, f.refused = notAsked, a.stop.why, a.stop.failed, a.stop.refused
	case a.differs:
		f.verdict = differs
	case len(a.facts) == 0:
		f.verdict, f.why, f.failed = notAsked, "nothing was found out, which is a mistake in this program", true
	}
	return f
}

func (r *run) course(ctx context.Context, most int) *asking {
	return &asking{r, &course{ctx: ctx, quota: most}, r.token}
}

// visit prepares, announces, asks and cleans up. An error means that nothing was asked.
func (r *run) visit(ctx context.Context) ([]finding, error) {
	chosen := r.chosen()
	a := r.course(ctx, prepareMost)
	if r.prepare(a); a.stop != nil {
		return nil, errors.New(a.stop.why)
	}
	fmt.Fprint(r.progress, r.announcement(chosen))
	found := r.askAll(ctx, chosen)
	if r.write && ctx.Err() != nil {
		fmt.Fprintln(r.progress, "Interrupted: what was made is taken away. Interrupt again to leave it.")
	}
	if r.write {
		r.cleanUp(context.WithoutCancel(ctx))
	}
	return found, nil
}

// status is the exit status.
func (r *run) status(found []finding) int {
	has := func(is func(finding) bool) bool { return slices.ContainsFunc(found, is) }
	switch {
	case r.unclean || has(func(f finding) bool { return f.failed }):
		return 1
	case has(func(f finding) bool { return f.verdict == differs }):
		return 3
	case has(func(f finding) bool { return f.refused }):
		return 1
	}
	return 0
}

// rolesOf maps names to ids.
func rolesOf(p page) map[string]string {
	roles := map[string]string{}
	for _, o := range p.Elements {
		roles[roleName(o.text("name"))] = o.text("id")
	}
	return roles
}

// roleName is the name in one spelling: Viewer is also written "View Only".
func roleName(name string) string {
	for _, known := range []string{"Owner", "Admin", "Contributor", "Viewer"} {
		if strings.EqualFold(name, known) {
			return known
		}
	}
	if strings.EqualFold(name, "View Only") {
		return "Viewer"
	}
	return name
}

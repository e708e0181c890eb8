package pipelines

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/tray-community/terraform-provider-tray/internal/acctest"
)

// newHub is a repository of which main has been applied once: everybody is invited.
func newHub(t *testing.T, cli string) *hub {
	t.Helper()
	h := &hub{bench: newBench(t, cli, "github"), api: newForge(t), artifacts: t.TempDir()}
	h.file(filepath.Join(h.work, "backend_override.tf"), "terraform {\n  backend \"local\" {\n    path = \""+filepath.Join(t.TempDir(), "state")+"\"\n  }\n}\n")
	h.lock()
	h.commit("main")
	h.ends(h.pushed(), map[string]string{"plan": "success", "apply": "success", "publish": "success"})
	return h
}

func (h *hub) ends(got, want map[string]string) {
	h.t.Helper()
	if !maps.Equal(got, want) {
		h.t.Fatalf("the jobs end as %v, want %v", got, want)
	}
}

// pushed is a push to main.
func (h *hub) pushed() map[string]string {
	h.t.Helper()
	h.event = map[string]any{"github.ref": "refs/heads/main", "github.sha": h.shell(h.hub, "git rev-parse main")}
	return h.runs("tray-apply.yml", nil)
}

// night is the schedule's run, on main.
func (h *hub) night() map[string]string {
	h.t.Helper()
	h.event = map[string]any{"github.ref": "refs/heads/main", "github.sha": h.shell(h.hub, "git rev-parse main")}
	return h.runs("tray-nightly.yml", nil)
}

// requested is the event of a pull request, and then the one of its run's end.
func (h *hub) requested(owner, branch, sha string, labels ...string) (plan, comment map[string]string) {
	h.t.Helper()
	h.api.pulls = []map[string]any{{"number": 7, "label": owner + ":" + branch, "head": map[string]any{"sha": sha}, "labels": named(labels)}}
	h.event = map[string]any{
		"github.ref": "refs/pull/7/merge", "github.sha": sha, "github.repository": "acme/tray", "github.actor": "dev",
		"github.event.pull_request.number": 7, "github.event.pull_request.head.sha": sha,
		"github.event.pull_request.labels.*.name": labels, "github.event.pull_request.head.repo.full_name": owner + "/tray",
	}
	h.must(os.RemoveAll(filepath.Join(h.artifacts, "tray-review")))
	plan = h.runs("tray-plan.yml", nil)
	h.event = ended(owner, branch, sha)
	return plan, h.runs("tray-comment.yml", nil)
}

func named(labels []string) (all []map[string]string) {
	for _, l := range labels {
		all = append(all, map[string]string{"name": l})
	}
	return all
}

const raised = `**2 people: 1 gains access or rights, 1 gains by accepting an invitation. 1 becomes Admin somewhere.**

#### Who gains and who loses what (2)

| Who | Gains | Loses |
|---|---|---|
| ` + "`ben@example.com` | **Admin** in `sales-prod`" + ` (was Viewer) |  |
| ` + "`dan@example.com` | after accepting the invitation: joins the organization as Viewer; Viewer in `sales-dev`" + ` |  |

Resources in the plan: create 1, update 2.
`

const dan = "\ndan@example.com:\n  role: Viewer\n  workspaces: { sales-dev: Viewer }\n"

// benRaised is the change of a pull request: Ben becomes Admin of sales-prod, and Dan comes.
func (h *hub) benRaised() {
	h.t.Helper()
	h.edit("sales-prod: Viewer", "sales-prod: Admin")
	h.edit("\ncleo@", dan+"\ncleo@")
}

// The whole way of a change: a pull request with one comment, its merge, an approved apply.
func TestGitHub_aChangeFromPullRequestToApply(t *testing.T) {
	t.Parallel()
	acctest.OnBoth(t, begin, func(h *hub) {
		h.env.AcceptAll()
		h.ends(h.night(), map[string]string{"look": "success", "tell": "success", "apply": "success", "publish": "success"})
		h.api.comments = slices.Repeat([]remark{{Body: "<!-- tray-review -->\nmine", User: author{"mallory", "User"}}}, 130)
		h.planFails()
		h.benRaised()
		first := h.commit("change")
		h.forks(first)
		plan, comment := h.requested("acme", "change", first, "docs")
		h.ends(plan, map[string]string{"plan": "success", "plan-by-snapshot": "skipped"})
		h.ends(comment, map[string]string{"comment": "success"})
		ours := h.api.ours()
		if len(ours) != 1 || !strings.HasPrefix(ours[0], "<!-- tray-review -->\n"+raised) {
			h.t.Fatalf("the comments are %q, want one with\n%s", ours, raised)
		}

		h.edit("dan@example.com:", "dan@example.com: # new")
		sha := h.commit("change")
		h.requested("acme", "change", sha, "docs", "tray-admin")
		if ours = h.api.ours(); len(ours) != 1 || !strings.Contains(ours[0], "Plan of "+sha) {
			h.t.Fatalf("after the second run the comments are %q", ours)
		}

		before := h.env.State().Access("owner@example.com")
		h.api.reviews = []map[string]any{approval("zoe", "APPROVED", "an older commit"), approval("yan", "APPROVED", sha), approval("yan", "COMMENTED", sha), approval("xia", "APPROVED", sha), approval("xia", "DISMISSED", sha)}
		h.api.pulls[0]["merged_at"] = "2026-11-27T12:00:00Z"
		h.shell(h.work, "git push --quiet origin HEAD:main")
		h.ends(h.pushed(), map[string]string{"plan": "success", "apply": "success", "publish": "success"})
		if after := h.env.State().Access("owner@example.com"); before["sales-prod/ben@example.com"] != "Viewer" || after["sales-prod/ben@example.com"] != "Admin" {
			h.t.Errorf("access was %v, and is %v", before, after)
		}
		h.judges([]string{"docs", "tray-admin"}, []string{"yan"})
		if h.published("applied") != sha {
			h.t.Errorf("applied is %s, want %s", h.published("applied"), sha)
		}
		h.ends(h.pushed(), map[string]string{"plan": "success", "apply": "skipped", "publish": "success"})
		h.keepsSecrets()
	})
}

func begin(t *testing.T, cli string, _ ...acctest.Option) *hub { return newHub(t, cli) }

func approval(who, state, commit string) map[string]any {
	return map[string]any{"user": map[string]string{"login": who}, "state": state, "commit_id": commit}
}

// judges looks at what opa was given last.
func (b *bench) judges(labels, approvals []string) {
	b.t.Helper()
	var input struct {
		Review struct {
			Version int
			Access  []map[string]any
		}
		Labels, Approvals []string
	}
	b.must(json.Unmarshal([]byte(b.content(b.judged)), &input))
	if input.Review.Version != 1 || len(input.Review.Access) == 0 || !slices.Equal(input.Labels, labels) || !slices.Equal(input.Approvals, approvals) {
		b.t.Errorf("the policy was given version %d, %d accesses, labels %q and approvals %q; want labels %q and approvals %q",
			input.Review.Version, len(input.Review.Access), input.Labels, input.Approvals, labels, approvals)
	}
}

// forks has the same commit planned from a fork: it has no secret, asks the organization
// nothing, and gets the owner's plan.
func (h *hub) forks(sha string) {
	h.t.Helper()
	h.env.ClearRequests()
	plan, comment := h.requested("mallory", "change", sha)
	h.ends(plan, map[string]string{"plan": "skipped", "plan-by-snapshot": "success"})
	h.ends(comment, map[string]string{"comment": "success"})
	if asked := h.env.Requests(); len(asked) > 0 {
		h.t.Errorf("the fork's run asked the organization:\n%s", asked)
	}
	ours := h.api.ours()
	if len(ours) != 1 || !strings.Contains(ours[0], raised) || !strings.Contains(ours[0], "made by a run of the fork") {
		h.t.Errorf("the comments are %q, want one with\n%s", ours, raised)
	}
	h.keepsSecrets("ben@example.com:") // an address of people.yaml: the branch has none of its files
}

// planFails has a commit planned that cannot be: the comment says why.
func (h *hub) planFails() {
	h.t.Helper()
	h.edit("sales-dev: Viewer", "sales-dev: Emperor")
	plan, comment := h.requested("acme", "change", h.commit("change"))
	h.ends(plan, map[string]string{"plan": "failure", "plan-by-snapshot": "skipped"})
	h.ends(comment, map[string]string{"comment": "success"})
	h.tellsFailure(h.api.ours())
	h.edit("sales-dev: Emperor", "sales-dev: Viewer")
}

// tellsFailure wants one comment with the error of a role that there is not.
func (b *bench) tellsFailure(ours []string) {
	b.t.Helper()
	if len(ours) != 1 || !strings.HasPrefix(ours[0], "<!-- tray-review -->\n**There is no plan: planning failed** with ") ||
		!strings.Contains(ours[0], "\n\n```text\nError: ") || !strings.Contains(ours[0], "Emperor") {
		b.t.Errorf("after a plan that failed the comments are %q", ours)
	}
}

// Quiet when nothing happened; applied when people accepted; told, and nothing done, when
// somebody changed by hand what the configuration says.
func TestGitHub_theNightIsQuietUnlessSomebodyChangedSomething(t *testing.T) {
	t.Parallel()
	h := newHub(t, acctest.Terraform) // its steps run on both command lines in the test of a change
	quiet := map[string]string{"look": "success", "tell": "success", "apply": "skipped", "publish": "success"}
	h.ends(h.night(), quiet)
	h.env.AcceptAll()
	h.edit("sales-prod: Viewer", "sales-prod: Admin") // waits on main for an approval
	h.commit("main")
	h.ends(h.night(), map[string]string{"look": "success", "tell": "success", "apply": "success", "publish": "success"})
	if got := h.env.State().Access("owner@example.com")["sales-prod/ben@example.com"]; got != "Viewer" {
		h.t.Fatalf("the night applied what nobody had approved: Ben is %q", got)
	}
	h.ends(h.night(), quiet)
	if len(h.api.issues) > 0 {
		h.t.Fatalf("there is nothing to tell, and it told %+v", h.api.issues)
	}

	h.byHand("Contributor")
	h.ends(h.night(), map[string]string{"look": "success", "tell": "success", "apply": "skipped", "publish": "success"})
	h.ends(h.night(), map[string]string{"look": "success", "tell": "success", "apply": "skipped", "publish": "success"})
	if len(h.api.issues) != 1 || h.api.issues[0].State != "open" || !strings.Contains(h.api.issues[0].Body, "`ben@example.com` was made Contributor in `sales-prod` (was Viewer)") {
		h.t.Fatalf("the issues are %+v", h.api.issues)
	}
	if got := h.env.State().Access("owner@example.com")["sales-prod/ben@example.com"]; got != "Contributor" {
		h.t.Errorf("the night undid it: Ben is %q", got)
	}
	h.byHand("Viewer")
	h.ends(h.night(), quiet)
	if h.api.issues[0].State != "closed" {
		h.t.Error("the issue is still open")
	}
	h.keepsSecrets()
	h.forged()
}

// byHand changes Ben's role in sales-prod in Tray's UI.
func (b *bench) byHand(role string) {
	b.t.Helper()
	b.env.Control("PUT", "ui/workspaces/sales-prod/members/ben@example.com", map[string]string{"role": role})
}

// forged has the published branch name a commit that main never had: the night stops.
func (h *hub) forged() {
	h.t.Helper()
	h.edit("sales-prod: Admin", "sales-prod: Contributor")
	sha := h.commit("mine")
	h.shell(h.work, "git checkout --quiet --orphan forged; git rm -rf --quiet .; echo "+sha+" > applied; git add applied; "+
		"git -c user.name=m -c user.email=m@example.com commit --quiet -m forged; git push --quiet --force origin HEAD:tray-snapshot")
	h.ends(h.night(), map[string]string{"look": "failure", "tell": "skipped", "apply": "skipped", "publish": "skipped"})
}

// What the YAML itself promises, in each workflow.
func TestGitHub_jobsHaveTheLeastTheyNeed(t *testing.T) {
	b := &bench{t: t}
	files, err := filepath.Glob(filepath.Join(examples, "pipelines/github/.github/workflows/*.yml"))
	if err != nil || len(files) != 5 {
		t.Fatalf("%d workflows, %v", len(files), err)
	}
	writes := regexp.MustCompile(`write`)
	applies := 0
	for _, file := range files {
		w, jobs, _ := readWorkflow(b, filepath.Base(file))
		if w.Permissions == nil || len(w.Permissions) > 0 {
			t.Errorf("%s does not begin with `permissions: {}`", w.Name)
		}
		if strings.Contains(fmt.Sprint(w.On), "pull_request_target") {
			t.Errorf("%s runs with secrets for strangers", w.Name)
		}
		for name, j := range jobs {
			text := fmt.Sprint(j.Steps)
			for what, level := range j.Permissions {
				if writes.MatchString(level) && what != "id-token" && (strings.Contains(text, `"$TF" plan`) || strings.Contains(text, `"$TF" apply`)) {
					t.Errorf("%s, %s runs a configuration and may write %s", w.Name, name, what)
				}
			}
			if strings.Contains(text, `"$TF" apply`) {
				applies++
				if j.Concurrency != (concurrency{"tray-apply", "false"}) || j.Environment == "" {
					t.Errorf("%s, %s may run beside another apply, or without an environment", w.Name, name)
				}
			}
			if j.Uses == "" && j.Timeout == 0 {
				t.Errorf("%s, %s has no timeout", w.Name, name)
			}
		}
	}
	if applies != 2 {
		t.Errorf("%d jobs apply, want two", applies)
	}
}

// The comment of forty changes and four drifts is the review and a line; what a fork made
// too long for GitHub is cut, and says first whose it is.
func TestGitHub_theCommentOfFortyChangesIsWhole(t *testing.T) {
	t.Parallel()
	h := &hub{bench: newBench(t, acctest.Terraform, "github"), api: newForge(t), artifacts: t.TempDir()}
	forty := h.content("../review/testdata/forty.md")
	for owner, review := range map[string]string{"acme": forty, "mallory": strings.Repeat("ä", 200_000)} {
		h.api.comments = []remark{}
		h.reviewed(owner, review)
		ours := h.api.ours()
		if len(ours) != 1 || len([]rune(ours[0])) > 65_536 {
			t.Fatalf("%s: %d comments", owner, len(ours))
		}
		if owner == "acme" && ours[0] != "<!-- tray-review -->\n"+forty+"\nPlan of 1234567 ([run](https://github.example/run/4711)).\n" {
			t.Errorf("the comment is\n%s", ours[0])
		}
		if owner == "mallory" && !strings.HasPrefix(ours[0], "<!-- tray-review -->\n> This review was made by a run of the fork") {
			t.Errorf("the comment begins with\n%s", ours[0][:200])
		}
	}
}

// reviewed is the end of a run that left this review.
func (h *hub) reviewed(owner, review string) {
	h.t.Helper()
	h.shell(h.artifacts, "mkdir -p tray-review")
	h.file(filepath.Join(h.artifacts, "tray-review", "review.md"), review)
	h.api.pulls = []map[string]any{{"number": 7, "label": owner + ":change", "head": map[string]any{"sha": "1234567"}}}
	h.event = ended(owner, "change", "1234567")
	h.ends(h.runs("tray-comment.yml", nil), map[string]string{"comment": "success"})
}

// ended is the event that a run of the plan has ended.
func ended(owner, branch, sha string) map[string]any {
	of := "github.event.workflow_run."
	return map[string]any{
		of + "event": "pull_request", of + "conclusion": "success", of + "id": 4711, of + "head_repository.full_name": owner + "/tray",
		of + "head_repository.owner.login": owner, of + "head_branch": branch, of + "head_sha": sha, of + "html_url": "https://github.example/run/4711",
	}
}

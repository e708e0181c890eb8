package pipelines

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/tray-community/terraform-provider-tray/internal/acctest"
)

var (
	pushedMain = map[string]string{"plan-main": "success", "apply": "success", "publish": "success"}
	everyNight = map[string]string{"look": "success", "tell": "success", "apply-nightly": "success", "publish-nightly": "success"}
)

// newLab is a project of which main has been applied once: everybody is invited.
func newLab(t *testing.T, cli string, _ ...acctest.Option) *lab {
	t.Helper()
	l := &lab{bench: newBench(t, cli, "gitlab"), api: newGitlabAPI(t)}
	l.lock()
	l.commit("main")
	l.ends(l.onMain("push"), pushedMain)
	return l
}

func (l *lab) ends(got, want map[string]string) {
	l.t.Helper()
	if !maps.Equal(got, want) {
		l.t.Fatalf("the jobs end as %v, want %v", got, want)
	}
}

// onMain is a pipeline of a push to main, or of the schedule.
func (l *lab) onMain(source string) map[string]string {
	l.t.Helper()
	return l.runs(map[string]string{"CI_PIPELINE_SOURCE": source, "CI_COMMIT_BRANCH": "main", "CI_COMMIT_SHA": l.shell(l.hub, "git rev-parse main")})
}

func (l *lab) requested(sha, labels string) map[string]string {
	l.t.Helper()
	return l.runs(map[string]string{
		"CI_PIPELINE_SOURCE": "merge_request_event", "CI_COMMIT_SHA": sha, "CI_MERGE_REQUEST_IID": "7", "CI_MERGE_REQUEST_LABELS": labels,
	})
}

func TestGitLab_aChangeFromMergeRequestToApply(t *testing.T) {
	t.Parallel()
	acctest.OnBoth(t, newLab, func(l *lab) {
		l.env.AcceptAll()
		l.ends(l.onMain("schedule"), everyNight)
		l.api.notes = slices.Repeat([]note{{Body: "<!-- tray-review -->\nmine", Author: map[string]int{"id": 1}}}, 130)
		l.planFails()
		l.edit("sales-prod: Viewer", "sales-prod: Admin")
		l.edit("\ncleo@", dan+"\ncleo@")
		first := l.commit("change")
		l.forks(first)
		jobs := map[string]string{"plan": "success", "comment": "success", "policy": "success"}
		l.ends(l.requested(first, "docs"), jobs)
		if ours := l.api.ours(); len(ours) != 1 || !strings.HasPrefix(ours[0], "<!-- tray-review -->\n"+raised) {
			l.t.Fatalf("the comments are %q, want one with\n%s", ours, raised)
		}

		l.edit("dan@example.com:", "dan@example.com: # new")
		l.api.approvers = []string{"yan"}
		sha := l.commit("change")
		l.ends(l.requested(sha, "docs,tray-admin"), jobs)
		if ours := l.api.ours(); len(ours) != 1 || !strings.Contains(ours[0], "Plan of "+sha) {
			l.t.Fatalf("after the second pipeline the comments are %q", ours)
		}
		l.judges([]string{"docs", "tray-admin"}, []string{"yan"})

		before := l.env.State().Access("owner@example.com")
		l.shell(l.work, "git push --quiet origin HEAD:main")
		l.ends(l.onMain("push"), pushedMain)
		if after := l.env.State().Access("owner@example.com"); before["sales-prod/ben@example.com"] != "Viewer" || after["sales-prod/ben@example.com"] != "Admin" {
			l.t.Errorf("access was %v, and is %v", before, after)
		}
		if !strings.Contains(l.logs["plan-main"], raised) {
			l.t.Errorf("whoever starts the apply reads\n%s", l.logs["plan-main"])
		}
		if l.published("applied") != sha || l.api.locks == 0 || l.api.locked {
			l.t.Errorf("applied is %s, want %s; the state was locked %d times, now %v", l.published("applied"), sha, l.api.locks, l.api.locked)
		}
		l.keepsSecrets(commentToken)
	})
}

// forks has the same commit planned in a fork, which has no variables, asks the organization
// nothing, and gets the owner's plan.
func (l *lab) forks(sha string) {
	l.t.Helper()
	notes := len(l.api.notes)
	l.fork, l.exposed = true, ""
	l.env.ClearRequests()
	l.ends(l.requested(sha, ""), map[string]string{"plan-by-snapshot": "success"})
	l.fork = false
	if asked := l.env.Requests(); len(asked) > 0 {
		l.t.Errorf("the fork's pipeline asked the organization:\n%s", asked)
	}
	if len(l.api.notes) != notes || l.exposed != raised {
		l.t.Errorf("the fork's review is\n%s\nwant\n%s", l.exposed, raised)
	}
}

// planFails has a commit planned that cannot be: the comment says why, and nothing is judged.
func (l *lab) planFails() {
	l.t.Helper()
	l.edit("sales-dev: Viewer", "sales-dev: Emperor")
	l.ends(l.requested(l.commit("change"), ""), map[string]string{"plan": "failure", "comment": "success", "policy": "failure"})
	l.tellsFailure(l.api.ours())
	l.edit("sales-dev: Emperor", "sales-dev: Viewer")
}

func TestGitLab_theNightIsQuietUnlessSomebodyChangedSomething(t *testing.T) {
	t.Parallel()
	l := newLab(t, acctest.Tofu) // its steps run on both command lines in the test of a change
	l.env.AcceptAll()
	l.edit("sales-prod: Viewer", "sales-prod: Admin") // waits on main for an approval
	l.commit("main")
	l.ends(l.onMain("schedule"), everyNight)
	if got := l.env.State().Access("owner@example.com")["sales-prod/ben@example.com"]; got != "Viewer" || len(l.api.issues) > 0 {
		l.t.Fatalf("Ben is %q, and it told %+v", got, l.api.issues)
	}
	l.byHand("Contributor")
	l.ends(l.onMain("schedule"), everyNight)
	l.ends(l.onMain("schedule"), everyNight)
	if len(l.api.issues) != 1 || !strings.Contains(l.api.issues[0].Description, "`ben@example.com` was made Contributor in `sales-prod` (was Viewer)") {
		l.t.Fatalf("the issues are %+v", l.api.issues)
	}
	if got := l.env.State().Access("owner@example.com")["sales-prod/ben@example.com"]; got != "Contributor" {
		l.t.Errorf("the night undid it: Ben is %q", got)
	}
	l.byHand("Viewer")
	l.ends(l.onMain("schedule"), everyNight)
	if l.api.issues[0].StateEvent != "close" {
		l.t.Error("the issue is still open")
	}
	l.keepsSecrets(commentToken)
}

// What the YAML itself promises.
func TestGitLab_jobsHaveTheLeastTheyNeed(t *testing.T) {
	f, order := readGitlab(&bench{t: t})
	if len(order) != len(f.Jobs) || len(order) != 11 {
		t.Fatalf("%d jobs, of which %d were found in the text", len(f.Jobs), len(order))
	}
	applies := 0
	for name, j := range f.Jobs {
		script := strings.Join(j.Script, "\n")
		if strings.Contains(script, `"$TF" apply`) {
			applies++
			if j.ResourceGroup != "tray" || j.Interruptible {
				t.Errorf("%s may run beside another apply, or be stopped in it", name)
			}
		}
		if strings.Contains(script, "TRAY_COMMENT_TOKEN") && strings.Contains(script, `"$TF"`) {
			t.Errorf("%s runs a configuration with a token that writes", name)
		}
		if !strings.HasPrefix(j.Rules[0].If, "$CI_PIPELINE_SOURCE == ") {
			t.Errorf("%s does not say for which pipelines it is", name)
		}
	}
	if applies != 2 {
		t.Errorf("%d jobs apply, want two", applies)
	}
}

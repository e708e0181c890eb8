package policy

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// The steps of the pipelines that ask the policy, as they are written there, with the real
// opa, curl and jq. What they get from the hosted service is served here.
func TestSteps_ofThePipelinesAskThePolicy(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case strings.HasSuffix(r.URL.Path, "/pulls/7/reviews"):
			_, _ = w.Write([]byte(`[{"user": {"login": "ben"}, "state": "APPROVED", "commit_id": "head"}]`))
		case strings.HasSuffix(r.URL.Path, "/commits/merge/pulls"):
			_, _ = w.Write([]byte(`[{"number": 7, "merged_at": "2026-11-27", "labels": [{"name": "tray-admin"}], "head": {"sha": "head"}}]`))
		default:
			http.NotFound(w, r)
		}
	}))
	t.Cleanup(server.Close)
	github := []string{"GITHUB_API_URL=" + server.URL, "GITHUB_REPOSITORY=acme/tray", "GH_TOKEN=x", "NUMBER=7", "HEAD_SHA=head"}
	for name, c := range map[string]struct {
		step    string
		environ []string
		code    int
	}{
		"a pull request with label and approval": {githubStep(t, "tray-plan.yml", "plan"), append([]string{`LABELS=["tray-admin"]`}, github...), 0},
		"a pull request without the label":       {githubStep(t, "tray-plan.yml", "plan"), append([]string{`LABELS=[]`}, github...), 1},
		"a push to main of what had both":        {githubStep(t, "tray-apply.yml", "plan"), append([]string{"GITHUB_SHA=merge"}, github...), 0},
		"a merge request with both":              {gitlabStep(t), []string{"labels=docs,tray-admin", `approvals={"approved_by": [{"user": {"username": "ben"}}]}`}, 0},
		"a merge request that nobody approved":   {gitlabStep(t), []string{"labels=tray-admin", `approvals={"approved_by": []}`}, 1},
		"a merge request whose plan failed":      {"rm review.json\n" + gitlabStep(t), []string{"labels=docs,tray-admin", `approvals={"approved_by": [{"user": {"username": "ben"}}]}`}, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			if err := os.CopyFS(filepath.Join(dir, "policy"), os.DirFS(pack)); err != nil {
				t.Fatal(err)
			}
			if err := os.CopyFS(dir, os.DirFS(goldens)); err != nil {
				t.Fatal(err)
			}
			if err := os.Rename(filepath.Join(dir, "forty.json"), filepath.Join(dir, "review.json")); err != nil {
				t.Fatal(err)
			}
			if out, code := sh(t, dir, c.step, append(c.environ, "RUNNER_TEMP="+dir)...); code != c.code {
				t.Errorf("exit status %d, want %d:\n%s", code, c.code, out)
			}
		})
	}
}

// githubStep is the script of the step "Policy" in a job.
func githubStep(t *testing.T, file, job string) string {
	t.Helper()
	var w struct {
		Jobs map[string]struct {
			Steps []struct{ Name, Run string }
		}
	}
	parse(t, "github/.github/workflows/"+file, &w)
	for _, s := range w.Jobs[job].Steps {
		if s.Name == "Policy" {
			return s.Run
		}
	}
	t.Fatalf("%s has no step Policy", file)
	return ""
}

// gitlabStep is what the job policy runs, after the line of the job before that makes its input.
func gitlabStep(t *testing.T) string {
	t.Helper()
	var all map[string]yaml.Node
	parse(t, "gitlab/.gitlab-ci.yml", &all)
	var comment, policy struct{ Script []string }
	for name, into := range map[string]any{"comment": &comment, "policy": &policy} {
		node := all[name]
		if err := node.Decode(into); err != nil {
			t.Fatal(err)
		}
	}
	without := ""
	for line := range strings.Lines(strings.Join(comment.Script, "\n")) {
		if strings.HasPrefix(line, "[ -f review.json ]") {
			without = line
		}
		if strings.Contains(line, "policy/gitlab.jq") {
			return without + `printf '%s' "$approvals" > approvals.json; CI_MERGE_REQUEST_LABELS=$labels` + "\n" + line + strings.Join(policy.Script, "\n")
		}
	}
	t.Fatal("the job comment makes no input for the policy")
	return ""
}

func parse(t *testing.T, file string, into any) {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(pipelines, file))
	if err == nil {
		err = yaml.Unmarshal(raw, into)
	}
	if err != nil {
		t.Fatal(err)
	}
}

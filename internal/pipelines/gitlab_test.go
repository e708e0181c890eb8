package pipelines

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"
)

// What .gitlab-ci.yml is, as far as ours goes: a key that is not here fails the test.
type gitlabFile struct {
	Workflow  struct{ Rules []gitlabRule } `yaml:"workflow"`
	Stages    []string                     `yaml:"stages"`
	Default   gitlabJob                    `yaml:"default"`
	Variables map[string]string            `yaml:"variables"`
	Jobs      map[string]gitlabJob         `yaml:",inline"`
}

type gitlabRule struct {
	If   string `yaml:"if"`
	When string `yaml:"when"`
}

type gitlabJob struct {
	Stage         string            `yaml:"stage"`
	Rules         []gitlabRule      `yaml:"rules"`
	Needs         []string          `yaml:"needs"`
	Image         any               `yaml:"image"`
	BeforeScript  []string          `yaml:"before_script"`
	Script        []string          `yaml:"script"`
	AfterScript   []string          `yaml:"after_script"`
	Variables     map[string]string `yaml:"variables"`
	Environment   any               `yaml:"environment"`
	ResourceGroup string            `yaml:"resource_group"`
	Interruptible bool              `yaml:"interruptible"`
	AllowFailure  *bool             `yaml:"allow_failure"`
	Artifacts     struct {
		When     string   `yaml:"when"`
		ExposeAs string   `yaml:"expose_as"`
		Paths    []string `yaml:"paths"`
		ExpireIn string   `yaml:"expire_in"`
	} `yaml:"artifacts"`
}

// notExecuted are the lines that no test here can execute, and what stands in for them.
var notExecuted = map[string]string{
	"apk add --quiet --no-cache curl git gnupg jq": "the machine has them",
}

func readGitlab(b *bench) (f gitlabFile, order []string) {
	b.t.Helper()
	text := b.content(filepath.Join(examples, "pipelines/gitlab/.gitlab-ci.yml"))
	dec := yaml.NewDecoder(strings.NewReader(text))
	dec.KnownFields(true)
	b.must(dec.Decode(&f))
	for line := range strings.Lines(text) {
		if name, _, ok := strings.Cut(line, ":"); ok && f.Jobs[name].Stage != "" {
			order = append(order, name)
		}
	}
	slices.SortStableFunc(order, func(a, b string) int {
		return slices.Index(f.Stages, f.Jobs[a].Stage) - slices.Index(f.Stages, f.Jobs[b].Stage)
	})
	return f, order
}

// lab is GitLab: what it knows of the project, and what pipelines get from it.
type lab struct {
	*bench
	api  *gitlabAPI
	fork bool // the pipeline runs in a fork, which has no variables
	logs map[string]string
	// exposed is the review that the page of the merge request links to.
	exposed string
}

// runs executes a pipeline: jobs by how they ended. Manual jobs are started.
func (l *lab) runs(variables map[string]string) map[string]string {
	l.t.Helper()
	f, order := readGitlab(l.bench)
	store, results := l.t.TempDir(), map[string]string{}
	l.logs = map[string]string{}
	if l.chosen(f.Workflow.Rules, l.variables(f, gitlabJob{}, variables)) == nil {
		return results
	}
	for _, name := range order {
		j := f.Jobs[name]
		all := l.variables(f, j, variables)
		rule := l.chosen(j.Rules, all)
		if rule == nil {
			continue
		}
		results[name] = "success"
		for before, result := range results {
			needed := slices.Contains(j.Needs, before) || j.Needs == nil && f.Jobs[before].Stage != j.Stage
			if needed && result != "success" && rule.When != "always" {
				results[name] = "skipped"
			}
		}
		if results[name] == "success" && !l.job(f, name, all, store) {
			results[name] = "failure"
		}
	}
	return results
}

// chosen is the first rule that holds, nil for none.
func (l *lab) chosen(rules []gitlabRule, variables map[string]string) *gitlabRule {
	i := slices.IndexFunc(rules, func(r gitlabRule) bool {
		return truth(evaluate(l.t, r.If, func(name string) any { return variables[strings.TrimPrefix(name, "$")] }))
	})
	if i < 0 {
		return nil
	}
	return &rules[i]
}

// variables are those of the file, of the job, and of the project's settings: protected ones
// on main alone, and there in the environments that they are scoped to.
func (l *lab) variables(f gitlabFile, j gitlabJob, pipeline map[string]string) map[string]string {
	all := map[string]string{
		"CI_API_V4_URL": l.api.url, "CI_PROJECT_ID": "1", "CI_MERGE_REQUEST_PROJECT_ID": "1", "CI_JOB_TOKEN": jobToken, "CI_DEFAULT_BRANCH": "main",
		"CI_REPOSITORY_URL": l.hub, "CI_MERGE_REQUEST_PROJECT_URL": strings.TrimSuffix(l.hub, ".git"), "CI_PIPELINE_URL": "https://gitlab.example/pipelines/4711",
	}
	maps.Copy(all, pipeline)
	if l.fork {
		all["CI_PROJECT_ID"] = "2"
	} else {
		all["TRAY_PLAN_TOKEN"] = l.env.Token
	}
	environment := fmt.Sprint(j.Environment)
	if m, ok := j.Environment.(map[string]any); ok {
		environment = fmt.Sprint(m["name"])
	}
	if all["CI_COMMIT_BRANCH"] == "main" && strings.HasPrefix(environment, "tray") {
		all["TRAY_API_TOKEN"], all["PLAN_PASSPHRASE"] = l.env.Token, passphrase
	}
	if environment == "review-comment" && !l.fork {
		all["TRAY_COMMENT_TOKEN"] = commentToken
	}
	for _, more := range []map[string]string{f.Variables, j.Variables} {
		for name, value := range more {
			all[name] = os.Expand(value, func(v string) string { return all[v] })
		}
	}
	all["TF"] = l.cli
	return all
}

// job runs the scripts of one job in a checkout of its own, with the artifacts of those that
// it needs.
func (l *lab) job(f gitlabFile, name string, variables map[string]string, store string) bool {
	l.t.Helper()
	j, dir := f.Jobs[name], l.t.TempDir()
	l.shell(".", "git clone --quiet '"+l.hub+"' '"+dir+"'; cd '"+dir+"'; git checkout --quiet '"+variables["CI_COMMIT_SHA"]+"'")
	for before := range f.Jobs {
		if from := filepath.Join(store, before); slices.Contains(j.Needs, before) || j.Needs == nil {
			if _, err := os.Stat(from); err == nil {
				l.shell(".", "cp -R '"+from+"/.' '"+dir+"'")
			}
		}
	}
	before := f.Default.BeforeScript
	if j.BeforeScript != nil {
		before = j.BeforeScript
	}
	for _, line := range before {
		if notExecuted[line] == "" {
			l.t.Errorf("%s: nothing stands in for %q", name, line)
		}
	}
	shell := []string{"sh", "-e", "-c"}
	out, code := l.run(dir, shell, strings.Join(j.Script, "\n"), variables)
	l.logs[name] = out
	if code != 0 {
		l.t.Logf("%s: exit status %d\n%s", name, code, out)
	}
	l.run(dir, shell, strings.Join(j.AfterScript, "\n"), variables)
	for _, left := range []string{"plan.bin", "plan.json", "org.tfstate", "pulled.tfstate"} {
		if _, err := os.Stat(filepath.Join(dir, left)); err == nil {
			l.t.Errorf("%s leaves %s on the runner", name, left)
		}
	}
	if code == 0 || j.Artifacts.When == "always" {
		l.keep(j, name, dir, filepath.Join(store, name), code == 0)
	}
	return code == 0
}

// keep copies the artifacts of a job: all of them when it succeeded, what there is when not.
func (l *lab) keep(j gitlabJob, name, dir, to string, all bool) {
	l.t.Helper()
	if len(j.Artifacts.Paths) == 0 {
		return
	}
	l.must(os.MkdirAll(to, 0o700))
	for _, path := range j.Artifacts.Paths {
		if _, err := os.Stat(filepath.Join(dir, path)); all || err == nil {
			l.shell(dir, "cp '"+path+"' '"+to+"'")
		}
	}
	if _, err := os.Stat(filepath.Join(to, j.Artifacts.Paths[0])); err == nil && j.Artifacts.ExposeAs != "" {
		l.exposed = l.content(filepath.Join(to, j.Artifacts.Paths[0]))
	}
	if j.Artifacts.ExpireIn == "" {
		l.t.Errorf("%s keeps its artifacts for ever", name)
	}
	if found := l.shell(to, "grep -rlaE '^PK|resource_changes|"+l.env.Token+"' . || true"); found != "" {
		l.t.Errorf("%s keeps a plan in clear text: %s", name, found)
	}
}

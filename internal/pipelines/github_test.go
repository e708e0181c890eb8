package pipelines

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"go.yaml.in/yaml/v4"
)

// What a workflow of GitHub Actions is, as far as ours go. A key that is not here fails the
// test, as nothing would stand in for it.
type workflow struct {
	Name        string            `yaml:"name"`
	On          any               `yaml:"on"`
	Permissions map[string]string `yaml:"permissions"`
	Concurrency concurrency       `yaml:"concurrency"`
	Defaults    any               `yaml:"defaults"`
	Env         map[string]string `yaml:"env"`
	Jobs        yaml.Node         `yaml:"jobs"`
}

type concurrency struct {
	Group  string `yaml:"group"`
	Cancel string `yaml:"cancel-in-progress"`
}

type job struct {
	Needs       any               `yaml:"needs"`
	If          string            `yaml:"if"`
	RunsOn      string            `yaml:"runs-on"`
	Timeout     int               `yaml:"timeout-minutes"`
	Environment string            `yaml:"environment"`
	Concurrency concurrency       `yaml:"concurrency"`
	Permissions map[string]string `yaml:"permissions"`
	Outputs     map[string]string `yaml:"outputs"`
	Steps       []step            `yaml:"steps"`
	Uses        string            `yaml:"uses"`
	Secrets     string            `yaml:"secrets"`
	With        map[string]string `yaml:"with"`
}

type step struct {
	Name            string            `yaml:"name"`
	ID              string            `yaml:"id"`
	If              string            `yaml:"if"`
	Uses            string            `yaml:"uses"`
	With            map[string]string `yaml:"with"`
	Env             map[string]string `yaml:"env"`
	Run             string            `yaml:"run"`
	ContinueOnError bool              `yaml:"continue-on-error"`
}

// actions is what no test here can execute, and what stands in for it.
var actions = map[string]func(j *running, s step) bool{
	"actions/checkout":                      (*running).checkout,         // git clone of the repository beside the test
	"actions/upload-artifact":               (*running).upload,           // a copy into a folder
	"actions/download-artifact":             (*running).download,         // a copy out of it
	"hashicorp/setup-terraform":             (*running).nothing,          // the command line that the test was given is on PATH
	"aws-actions/configure-aws-credentials": (*running).stateCredentials, // the state is a file: see backend_override.tf
	"open-policy-agent/setup-opa":           (*running).nothing,          // a stand-in that keeps its input; internal/tools/policy runs the real one
}

// hub is GitHub: what it knows of the repository, and what runs get from it.
type hub struct {
	*bench
	api       *forge
	artifacts string
	event     map[string]any // github.event.…, github.…
	summary   string         // of the last run
}

// environments hold secrets, and let only main have them, as the guide sets them up.
var environments = map[string]bool{"tray-plan": false, "tray-main": true, "tray-apply": true, "tray-nightly": true}

func readWorkflow(b *bench, file string) (w workflow, jobs map[string]job, order []string) {
	b.t.Helper()
	dec := yaml.NewDecoder(strings.NewReader(b.content(filepath.Join(examples, "pipelines/github/.github/workflows", file))))
	dec.KnownFields(true)
	b.must(dec.Decode(&w))
	raw, err := yaml.Marshal(&w.Jobs)
	b.must(err)
	dec = yaml.NewDecoder(strings.NewReader(string(raw)))
	dec.KnownFields(true)
	b.must(dec.Decode(&jobs))
	for i := 0; i < len(w.Jobs.Content); i += 2 {
		order = append(order, w.Jobs.Content[i].Value) // ours stand in the order of their needs
	}
	return w, jobs, order
}

// runs executes a workflow, and returns how each of its jobs ended.
func (h *hub) runs(file string, inputs map[string]any) map[string]string {
	h.t.Helper()
	w, jobs, order := readWorkflow(h.bench, file)
	results, known := map[string]string{}, maps.Clone(h.event)
	maps.Copy(known, inputs)
	for _, name := range order {
		j := &running{hub: h, job: jobs[name], workflow: w, known: known, ok: true}
		results[name] = j.result(results)
		known["needs."+name+".result"] = results[name]
		for output, value := range j.Outputs {
			known["needs."+name+".outputs."+output] = j.fill(value)
		}
	}
	return results
}

// running is a job under way.
type running struct {
	*hub
	job
	workflow  workflow
	known     map[string]any
	dir, temp string
	ok        bool
	more      map[string]string // what steps wrote to GITHUB_ENV
}

func (j *running) result(results map[string]string) string {
	j.t.Helper()
	succeeded := true
	for _, need := range strings.Fields(strings.Trim(fmt.Sprint(j.Needs), "[]")) {
		succeeded = succeeded && (results[need] == "success" || j.Needs == nil)
	}
	wanted := j.If == "" || truth(evaluate(j.t, j.If, j.lookup))
	if !wanted || !succeeded && !strings.Contains(j.If, "always()") {
		return "skipped"
	}
	if called, ok := strings.CutPrefix(j.Uses, "./.github/workflows/"); ok {
		inputs := map[string]any{}
		for name, value := range j.With {
			inputs["inputs."+name] = j.fill(value)
		}
		for _, result := range j.runs(called, inputs) {
			succeeded = result == "success"
		}
		return map[bool]string{true: "success", false: "failure"}[succeeded]
	}
	j.steps()
	return map[bool]string{true: "success", false: "failure"}[j.ok]
}

func (j *running) steps() {
	j.t.Helper()
	j.dir, j.temp, j.more = j.t.TempDir(), j.t.TempDir(), map[string]string{}
	j.known["runner.temp"] = j.temp
	j.api.permissions = j.Permissions
	for _, s := range j.Steps {
		if !j.ok && !strings.Contains(s.If, "always()") || s.If != "" && !truth(evaluate(j.t, s.If, j.lookup)) {
			continue
		}
		var ok bool
		if s.Uses != "" {
			ok = j.action(s)
		} else {
			ok = j.script(s)
		}
		j.ok = j.ok && (ok || s.ContinueOnError)
	}
	for _, left := range []string{"plan.bin", "plan.json", "org.tfstate", "pulled.tfstate"} {
		if _, err := os.Stat(filepath.Join(j.temp, left)); err == nil {
			j.t.Errorf("%s leaves %s on the runner", j.workflow.Name, left)
		}
	}
}

func (j *running) action(s step) bool {
	j.t.Helper()
	name, version, _ := strings.Cut(s.Uses, "@")
	standIn := actions[name]
	if standIn == nil {
		j.t.Fatalf("nothing stands in for %s", s.Uses)
	}
	if !regexp.MustCompile(`^[0-9a-f]{40}$`).MatchString(version) {
		j.t.Errorf("%s is not pinned", s.Uses)
	}
	with := map[string]string{}
	for key, value := range s.With {
		with[key] = j.fill(value)
	}
	s.With = with
	return standIn(j, s)
}

func (j *running) script(s step) bool {
	j.t.Helper()
	if strings.Contains(s.Run, "${{") {
		j.t.Errorf("%q puts an expression into a script: anybody's title would be a command", s.Name)
	}
	files := map[string]string{}
	for _, name := range []string{"GITHUB_ENV", "GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY"} {
		files[name] = filepath.Join(j.t.TempDir(), name)
		j.file(files[name], "")
	}
	environ := maps.Clone(files)
	maps.Copy(environ, map[string]string{
		"RUNNER_TEMP": j.temp, "GITHUB_API_URL": j.api.url, "GITHUB_REPOSITORY": "acme/tray", "GITHUB_SHA": fmt.Sprint(j.known["github.sha"]),
	})
	maps.Copy(environ, j.workflow.Env)
	environ["TF"] = j.cli
	maps.Copy(environ, j.more)
	for name, value := range s.Env {
		environ[name] = j.fill(value)
	}
	out, code := j.run(j.dir, []string{"bash", "--noprofile", "--norc", "-eo", "pipefail", "-c"}, s.Run, environ)
	if code != 0 {
		j.t.Logf("%s, %q: exit status %d\n%s", j.workflow.Name, s.Name, code, out)
	}
	for line := range strings.Lines(j.content(files["GITHUB_ENV"])) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), "=")
		j.more[name] = value
	}
	for line := range strings.Lines(j.content(files["GITHUB_OUTPUT"])) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), "=")
		j.known["steps."+s.ID+".outputs."+name] = value
	}
	if text := j.content(files["GITHUB_STEP_SUMMARY"]); text != "" {
		j.summary = text
	}
	return code == 0
}

var filled = regexp.MustCompile(`\$\{\{ (.*?) \}\}`)

// fill puts the values of expressions into a text.
func (j *running) fill(text string) string {
	return filled.ReplaceAllStringFunc(text, func(found string) string {
		return fmt.Sprint(evaluate(j.t, filled.FindStringSubmatch(found)[1], j.lookup))
	})
}

func (j *running) lookup(name string) any {
	j.t.Helper()
	if value, ok := j.known[name]; ok {
		return value
	}
	first, rest, _ := strings.Cut(name, ".")
	switch {
	case first == "secrets":
		return j.secret(rest)
	case name == "github.token":
		return forgeToken
	case first == "vars", first == "steps", first == "needs": // what did not run has no outputs
		return ""
	}
	j.t.Fatalf("nobody knows what %s is in %s", name, j.workflow.Name)
	return nil
}

// secret is the environment's, where its rule lets the run have it. A fork's has none.
func (j *running) secret(name string) string {
	onlyMain, known := environments[j.Environment]
	if !known || onlyMain && j.known["github.ref"] != "refs/heads/main" || j.known["github.event.pull_request.head.repo.full_name"] == "mallory/tray" {
		return ""
	}
	return map[string]string{"TRAY_API_TOKEN": j.env.Token, "PLAN_PASSPHRASE": passphrase}[name]
}

// ---- Stand-ins -------------------------------------------------------------------------

func (j *running) nothing(step) bool { return true }

func (j *running) stateCredentials(step) bool {
	if j.Permissions["id-token"] != "write" {
		j.t.Errorf("%s asks for an identity without id-token: write", j.workflow.Name)
	}
	return true
}

func (j *running) checkout(s step) bool {
	ref, path := s.With["ref"], filepath.Join(j.dir, s.With["path"])
	if ref == "" {
		ref = fmt.Sprint(j.known["github.sha"])
	}
	if j.Permissions["contents"] == "" {
		j.t.Errorf("%s checks out without contents: read", j.workflow.Name)
	}
	j.shell(".", "git clone --quiet --no-checkout '"+j.bench.hub+"' '"+path+"'; cd '"+path+"'; git checkout --quiet \"$(git rev-parse --verify --quiet origin/"+ref+" || echo "+ref+")\"")
	if s.With["persist-credentials"] != "true" || j.Permissions["contents"] != "write" {
		j.shell(path, "git remote set-url --push origin /nobody/may/push")
	}
	return true
}

func (j *running) upload(s step) bool {
	to := filepath.Join(j.artifacts, s.With["name"])
	_ = os.RemoveAll(to)
	j.must(os.MkdirAll(to, 0o700))
	j.shell(".", "cp -R '"+s.With["path"]+"'"+map[bool]string{true: "/.", false: ""}[!strings.HasSuffix(s.With["path"], ".gpg")]+" '"+to+"'")
	if s.With["retention-days"] == "" {
		j.t.Errorf("%s keeps the artifact %s for ever", j.workflow.Name, s.With["name"])
	}
	if found := j.shell(to, "grep -rlaE '^PK|resource_changes|"+j.env.Token+"' . || true"); found != "" {
		j.t.Errorf("%s uploads a plan in clear text: %s", j.workflow.Name, found)
	}
	return true
}

func (j *running) download(s step) bool {
	from := filepath.Join(j.artifacts, s.With["name"])
	if s.With["run-id"] != "" && j.Permissions["actions"] != "read" {
		j.t.Errorf("%s reads another run's artifact without actions: read", j.workflow.Name)
	}
	if _, err := os.Stat(from); err != nil {
		return false
	}
	to := s.With["path"]
	if !filepath.IsAbs(to) {
		to = filepath.Join(j.dir, to)
	}
	j.must(os.MkdirAll(to, 0o700))
	j.shell(".", "cp -R '"+from+"/.' '"+to+"'")
	return true
}

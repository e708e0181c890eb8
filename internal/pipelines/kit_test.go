package pipelines

import (
	"errors"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/tray-community/terraform-provider-tray/internal/acctest"
)

func TestMain(m *testing.M) { acctest.Main(m) }

const (
	examples   = "../../examples"
	passphrase = "a passphrase that no log may show"
)

// bench is a repository with a pipeline, beside an organization.
type bench struct {
	t       *testing.T
	env     *acctest.Env
	cli     string // what the pipelines call TF
	hub     string // the repository, as the service has it
	work    string // a checkout of somebody who works on it
	tools   string // a folder for PATH: the command lines, and a stand-in for opa
	judged  string // what opa was given
	environ map[string]string
	output  strings.Builder // of all steps
}

// newBench copies the examples as their comments say: a configuration, a pipeline, the policy.
func newBench(t *testing.T, cli, service string) *bench {
	t.Helper()
	env := acctest.Start(t)
	layout := env.Layout(t, cli, "").Process()
	b := &bench{t: t, env: env, cli: cli, hub: filepath.Join(t.TempDir(), "acme", "tray.git"), work: layout.Dir, tools: t.TempDir()}
	b.judged = filepath.Join(b.tools, "judged.json")
	b.environ = map[string]string{
		"HOME": t.TempDir(), "GIT_CONFIG_GLOBAL": os.DevNull, "GNUPGHOME": keyring(t), "PATH": b.tools + ":" + os.Getenv("PATH"),
		"CHECKPOINT_DISABLE": "1", "TF_CLI_CONFIG_FILE": b.mirror(), "TRAY_API_URL": env.URL,
	}
	for _, name := range []string{acctest.Terraform, acctest.Tofu} {
		if path := os.Getenv(map[string]string{acctest.Terraform: "TF_CLI", acctest.Tofu: "TOFU_CLI"}[name]); path != "" {
			b.must(os.Symlink(path, filepath.Join(b.tools, name)))
		}
	}
	b.file(filepath.Join(b.tools, "opa"), "#!/bin/sh\nfor a; do case $p in --input) cp \"$a\" '"+b.judged+"'; jq -e '.review.version == 1' \"$a\" > "+os.DevNull+" || exit 1;; esac; p=$a; done\n")
	b.must(os.Chmod(filepath.Join(b.tools, "opa"), 0o700)) //nolint:gosec // it is a program
	b.shell(".", "git init --quiet --bare --initial-branch main '"+b.hub+"'")
	b.shell(b.work, "git init --quiet --initial-branch main; git remote add origin '"+b.hub+"'")
	b.copies(service)
	return b
}

// copies does what the guide says under "Copy it".
func (b *bench) copies(service string) {
	b.t.Helper()
	checkout, err := filepath.Abs(examples)
	b.must(err)
	lines := b.console(0)
	lines[0] = strings.Replace(lines[0], "../terraform-provider-tray/examples", "'"+checkout+"'", 1)
	script := strings.Join(lines, "\n")
	if service == "gitlab" {
		script = strings.Replace(script, "github/.", "gitlab/.", 1)
	}
	b.shell(b.work, script)
}

// keyring is a short path, as the sockets of gpg's agent want it.
func keyring(t *testing.T) string {
	dir, err := os.MkdirTemp("/tmp", "gpg") //nolint:usetesting // a socket's path has to be short
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		end := exec.Command("gpgconf", "--kill", "gpg-agent")
		end.Env = append(os.Environ(), "GNUPGHOME="+dir)
		_ = end.Run()
		_ = os.RemoveAll(dir)
	})
	return dir
}

// platforms are those of the guide's lock file.
var platforms = []string{"linux_amd64", "linux_arm64", "darwin_arm64", "windows_amd64"}

// mirror offers the provider for all platforms; for all it is this machine's program.
func (b *bench) mirror() (config string) {
	b.t.Helper()
	dir := b.t.TempDir()
	for _, host := range []string{"registry.terraform.io", "registry.opentofu.org"} {
		for _, platform := range append(slices.Clone(platforms), runtime.GOOS+"_"+runtime.GOARCH) {
			at := filepath.Join(dir, "mirror", host, "tray-community", "tray", "1.0.0", platform)
			b.must(os.MkdirAll(at, 0o700))
			if err := os.Symlink(acctest.Binary(b.t), filepath.Join(at, "terraform-provider-tray_v1.0.0")); !errors.Is(err, os.ErrExist) {
				b.must(err)
			}
		}
	}
	config = filepath.Join(dir, "cli.tfrc")
	b.file(config, "provider_installation {\n  filesystem_mirror {\n    path = \""+filepath.Join(dir, "mirror")+"\"\n  }\n}\n")
	return config
}

// lock writes the lock file, as the guide says, but from the mirror.
func (b *bench) lock() {
	b.t.Helper()
	mirror := filepath.Join(filepath.Dir(b.environ["TF_CLI_CONFIG_FILE"]), "mirror")
	line := strings.Replace(b.console(1)[0], "terraform providers lock", b.cli+" providers lock -fs-mirror='"+mirror+"'", 1)
	if !strings.Contains(line, runtime.GOOS+"_"+runtime.GOARCH) {
		line += " -platform=" + runtime.GOOS + "_" + runtime.GOARCH
	}
	b.shell(b.work, line)
}

func (b *bench) must(err error) {
	b.t.Helper()
	if err != nil {
		b.t.Fatal(err)
	}
}

func (b *bench) file(path, content string) {
	b.t.Helper()
	b.must(os.WriteFile(path, []byte(content), 0o600))
}

func (b *bench) content(path string) string {
	b.t.Helper()
	raw, err := os.ReadFile(path)
	b.must(err)
	return string(raw)
}

// shell runs what people do by hand, which has to work.
func (b *bench) shell(dir, script string) string {
	b.t.Helper()
	out, code := b.run(dir, []string{"bash", "-eo", "pipefail", "-c"}, script, nil)
	if code != 0 {
		b.t.Fatalf("%s: exit status %d\n%s", script, code, out)
	}
	return strings.TrimSpace(out)
}

// run runs a script with the environment of the bench and more, and nothing of the machine's.
func (b *bench) run(dir string, shell []string, script string, more map[string]string) (out string, code int) {
	b.t.Helper()
	environ := maps.Clone(b.environ)
	maps.Copy(environ, more)
	c := exec.CommandContext(b.t.Context(), shell[0], append(slices.Clone(shell[1:]), script)...)
	c.Dir = dir
	for name, value := range environ {
		c.Env = append(c.Env, name+"="+value)
	}
	text, err := c.CombinedOutput()
	if c.ProcessState == nil {
		b.t.Fatal(err)
	}
	b.output.Write(text)
	return string(text), c.ProcessState.ExitCode()
}

// commit commits all there is in the checkout to a branch, pushes it, and returns its id.
func (b *bench) commit(branch string) string {
	b.t.Helper()
	return b.shell(b.work, "git checkout --quiet -B '"+branch+"'; git add --all; "+
		"git -c user.name=dev -c user.email=dev@example.com commit --quiet --allow-empty -m '"+branch+"'; git push --quiet --force origin HEAD; git rev-parse HEAD")
}

// edit replaces text in people.yaml.
func (b *bench) edit(old, now string) {
	b.t.Helper()
	path := filepath.Join(b.work, "people.yaml")
	text := b.content(path)
	if !strings.Contains(text, old) {
		b.t.Fatalf("people.yaml does not have %q", old)
	}
	b.file(path, strings.Replace(text, old, now, 1))
}

// published is a file of the branch that forks read.
func (b *bench) published(name string) string {
	b.t.Helper()
	return b.shell(b.hub, "git show tray-snapshot:"+name)
}

// keepsSecrets says that no step has printed one, and that none is on a branch.
func (b *bench) keepsSecrets(names ...string) {
	b.t.Helper()
	for _, secret := range append([]string{b.env.Token, passphrase}, names...) {
		if strings.Contains(b.output.String(), secret) {
			b.t.Errorf("a step printed a secret: %s…", secret[:8])
		}
		if strings.Contains(b.shell(b.hub, "git grep --text --count -F -e '"+secret+"' tray-snapshot || true"), "tray-snapshot") {
			b.t.Errorf("the published branch holds a secret: %s…", secret[:8])
		}
	}
}

// console are the lines of a console block of the guide.
func (b *bench) console(block int) []string {
	b.t.Helper()
	found := regexp.MustCompile("(?s)```console\n(.*?)```").FindAllStringSubmatch(b.content("../../templates/guides/pipeline.md.tmpl"), -1)
	if len(found) != 2 {
		b.t.Fatalf("the guide has %d blocks of a console, want two", len(found))
	}
	var lines []string
	for line := range strings.Lines(found[block][1]) {
		lines = append(lines, strings.TrimPrefix(strings.TrimSpace(line), "$ "))
	}
	return lines
}

package acctest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/tray-community/terraform-provider-tray/internal/sandbox"
)

// commandTimeout bounds one command, in the interest of a test that ends.
const commandTimeout = 3 * time.Minute

// CLI is a real terraform or tofu in a directory of its own. Its provider is served by
// this process, so that -race and the contract check see it, or started from the real
// binary (see Env.Process).
type CLI struct {
	// Dir holds the configuration and the state.
	Dir string
	// Environ is added to each command's environment, as NAME=value.
	Environ []string

	t      testing.TB
	env    *Env
	bin    string
	mirror string // holds the provider's binary; "" serves it in this process
}

// Layout copies the files of dir into a fresh directory and points their provider block
// at env, whatever it says, with an override file. Use "" for an empty directory.
func (e *Env) Layout(t testing.TB, cli, dir string) *CLI {
	t.Helper()
	prepare()
	skipOtherPass(t, cli)
	c := &CLI{Dir: t.TempDir(), t: t, env: e, bin: find(t, cli)}
	if dir == "" {
		return c
	}
	if err := os.CopyFS(c.Dir, os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	override := e.Provider()
	if e.URL != "" {
		override = e.Provider("  sandbox  = null")
	}
	c.Write("zz_test_override.tf", override)
	return c
}

// Process makes the commands start the provider's real binary instead.
func (c *CLI) Process() *CLI {
	c.t.Helper()
	c.mirror = binaryMirror(c.t)
	return c
}

// Write puts a file into the directory.
func (c *CLI) Write(name, content string) {
	c.t.Helper()
	if err := os.WriteFile(filepath.Join(c.Dir, name), []byte(content), 0o600); err != nil {
		c.t.Fatal(err)
	}
}

// Result is how a command ended.
type Result struct {
	Code           int
	Stdout, Stderr string
	Took           time.Duration
}

var (
	colours = regexp.MustCompile("\x1b\\[[0-9;]*m")
	framing = regexp.MustCompile(`[\s│╷╵]+`)
)

// Text is all output as one line, without colours, frames and line breaks, so that a
// test can look for a sentence however the terminal would have wrapped it.
func (r Result) Text() string {
	return framing.ReplaceAllString(colours.ReplaceAllString(r.Stdout+"\n"+r.Stderr, ""), " ")
}

// Run runs one command to its end, whatever that is.
func (c *CLI) Run(args ...string) Result {
	c.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), commandTimeout)
	defer cancel()
	return c.Begin(ctx, args...).Wait()
}

// must runs a command that has to end with one of the codes.
func (c *CLI) must(codes []int, args ...string) Result {
	c.t.Helper()
	r := c.Run(args...)
	if !slices.Contains(codes, r.Code) {
		c.t.Fatalf("%s %s: exit code %d, want one of %v\n%s%s",
			filepath.Base(c.bin), strings.Join(args, " "), r.Code, codes, r.Stdout, r.Stderr)
	}
	return r
}

// Init runs init. Of the provider's binary it leaves no checksum in the lock file: against one,
// each command would hash all of the binary, which takes a sixth of the command's own time.
func (c *CLI) Init() Result {
	c.t.Helper()
	r := c.must([]int{0}, "init", "-input=false")
	if c.mirror != "" {
		const locks = ".terraform.lock.hcl"
		all, err := os.ReadFile(filepath.Join(c.Dir, locks))
		if err != nil {
			c.t.Fatal(err)
		}
		c.Write(locks, checksums.ReplaceAllString(string(all), ""))
	}
	return r
}

var checksums = regexp.MustCompile(`(?s)\n  hashes = \[.*?\n  \]`)

// Plan plans and reports whether there is something to do.
func (c *CLI) Plan(args ...string) (r Result, changes bool) {
	c.t.Helper()
	r = c.must([]int{0, 2}, append([]string{"plan", "-input=false", "-detailed-exitcode"}, args...)...)
	return r, r.Code == 2
}

// NoChanges fails the test unless the plan is empty.
func (c *CLI) NoChanges() {
	c.t.Helper()
	if r, changes := c.Plan(); changes {
		c.t.Fatalf("the plan is not empty:\n%s", r.Stdout)
	}
}

// Apply applies without asking.
func (c *CLI) Apply(args ...string) Result {
	c.t.Helper()
	return c.must([]int{0}, append([]string{"apply", "-input=false", "-auto-approve"}, args...)...)
}

// Destroy destroys without asking.
func (c *CLI) Destroy(args ...string) Result {
	c.t.Helper()
	return c.must([]int{0}, append([]string{"destroy", "-input=false", "-auto-approve"}, args...)...)
}

// Show decodes `show -json` of the state, or of a plan file, into out.
func (c *CLI) Show(out any, args ...string) {
	c.t.Helper()
	r := c.must([]int{0}, append([]string{"show", "-json"}, args...)...)
	if err := json.Unmarshal([]byte(r.Stdout), out); err != nil {
		c.t.Fatal(err)
	}
}

// Resources are the managed resources in the state by address, with their attributes.
// It reads the state file, which costs no command.
func (c *CLI) Resources() map[string]map[string]any {
	c.t.Helper()
	var state struct {
		Resources []struct {
			Module, Mode, Type, Name string
			Instances                []struct {
				Key        any            `json:"index_key"`
				Attributes map[string]any `json:"attributes"`
			}
		}
	}
	raw, err := os.ReadFile(filepath.Join(c.Dir, "terraform.tfstate"))
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err == nil {
		err = json.Unmarshal(raw, &state)
	}
	if err != nil {
		c.t.Fatal(err)
	}
	all := map[string]map[string]any{}
	for _, r := range state.Resources {
		for _, i := range r.Instances {
			address := strings.TrimPrefix(r.Module+"."+r.Type+"."+r.Name, ".")
			if i.Key != nil {
				key, _ := json.Marshal(i.Key)
				address += "[" + string(key) + "]"
			}
			if r.Mode == "managed" {
				all[address] = i.Attributes
			}
		}
	}
	return all
}

// Command is a command under way.
type Command struct {
	t              testing.TB
	cmd            *exec.Cmd
	started        time.Time
	stdout, stderr bytes.Buffer
	stopProvider   func()
}

// Begin starts a command in a process group of its own. The caller waits for it.
func (c *CLI) Begin(ctx context.Context, args ...string) *Command {
	c.t.Helper()
	b := &Command{t: c.t, started: time.Now(), stopProvider: func() {}}
	environ := c.environ()
	if c.mirror == "" {
		reattach, stop := serveProvider(c.t, c.env)
		environ, b.stopProvider = append(environ, reattach), stop
	}
	b.cmd = exec.CommandContext(ctx, c.bin, args...)
	b.cmd.Dir, b.cmd.Env = c.Dir, environ
	b.cmd.Stdout, b.cmd.Stderr = &b.stdout, &b.stderr
	b.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	b.cmd.WaitDelay = 10 * time.Second
	if err := b.cmd.Start(); err != nil {
		b.stopProvider()
		c.t.Fatal(err)
	}
	return b
}

// Interrupt is Ctrl-C: the whole process group gets the signal.
func (b *Command) Interrupt() {
	b.t.Helper()
	if err := syscall.Kill(-b.cmd.Process.Pid, syscall.SIGINT); err != nil {
		b.t.Fatal(err)
	}
}

// Wait waits for the end.
func (b *Command) Wait() Result {
	b.t.Helper()
	defer b.stopProvider()
	err := b.cmd.Wait()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		b.t.Fatalf("%s: %v\n%s%s", b.cmd, err, b.stdout.String(), b.stderr.String())
	}
	return Result{Code: b.cmd.ProcessState.ExitCode(), Took: time.Since(b.started), Stdout: b.stdout.String(), Stderr: b.stderr.String()}
}

// environ is this process's environment without what would steer a command line or the
// provider from outside.
func (c *CLI) environ() []string {
	config := noConfig
	if c.mirror != "" {
		config = filepath.Join(c.mirror, "cli.tfrc")
	}
	asUsersRunIt := c.mirror != ""
	kept := slices.DeleteFunc(os.Environ(), func(v string) bool {
		return strings.HasPrefix(v, "TF_") || strings.HasPrefix(v, "TRAY_") || asUsersRunIt && grows && strings.HasPrefix(v, "GOGC=")
	})
	kept = append(kept, "TF_CLI_CONFIG_FILE="+config, "CHECKPOINT_DISABLE=1", "TF_IN_AUTOMATION=1")
	return append(kept, c.Environ...)
}

// OwnerToken is the token that `sandbox = { path = …, organization = … }` would use in the
// working directory; without an organization, the first one's.
func (c *CLI) OwnerToken(file, organization string) string {
	c.t.Helper()
	_, token, err := sandbox.Open(sandbox.OpenOptions{Path: filepath.Join(c.Dir, file), Organization: organization})
	if err != nil {
		c.t.Fatal(err)
	}
	return token
}

// StateOf is everything in the organization of a sandbox's file in the working directory.
func (c *CLI) StateOf(file, organization string) State {
	c.t.Helper()
	transport, token, err := sandbox.Open(sandbox.OpenOptions{Path: filepath.Join(c.Dir, file), Organization: organization})
	if err != nil {
		c.t.Fatal(err)
	}
	request, err := http.NewRequestWithContext(c.t.Context(), http.MethodGet, "https://sandbox.invalid/_sandbox/state", http.NoBody)
	if err != nil {
		c.t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+token)
	answer, err := transport.RoundTrip(request)
	if err != nil {
		c.t.Fatal(err)
	}
	defer answer.Body.Close()
	var s State
	if err := json.NewDecoder(answer.Body).Decode(&s); err != nil || answer.StatusCode != http.StatusOK {
		c.t.Fatalf("the state is %s: %v", answer.Status, err)
	}
	return s
}

// Kill is a machine that goes down: the whole process group ends at once.
func (b *Command) Kill() {
	b.t.Helper()
	if err := syscall.Kill(-b.cmd.Process.Pid, syscall.SIGKILL); err != nil && !errors.Is(err, syscall.ESRCH) {
		b.t.Fatal(err)
	}
}

package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"time"
)

type bench struct {
	dir, terraform, provider string
	latency                  time.Duration
	rate, repeat             int
	layouts                  int
}

// result is one row of the table.
type result struct {
	name        string
	requests    map[string]int // by kind
	tooMany     int            // answers with status 429
	wall, floor time.Duration
	memory      int64 // peak of the provider process, bytes
}

func printHead() {
	fmt.Println("| case | requests | of which | 429s | seconds | Terraform alone | ratio | provider's peak memory |")
	fmt.Println("|---|---|---|---|---|---|---|---|")
}

func (r result) print() {
	total, kinds := 0, []string{}
	for _, k := range slices.Sorted(maps.Keys(r.requests)) {
		total += r.requests[k]
		kinds = append(kinds, fmt.Sprintf("%d %s", r.requests[k], k))
	}
	alone, ratio := "", ""
	if r.floor > 0 {
		alone, ratio = fmt.Sprintf("%.2f", r.floor.Seconds()), fmt.Sprintf("%.2f", r.wall.Seconds()/r.floor.Seconds())
	}
	fmt.Printf("| %s | %d | %s | %d | %.2f | %s | %s | %d MB |\n", r.name, total, strings.Join(kinds, ", "), r.tooMany,
		r.wall.Seconds(), alone, ratio, r.memory>>20)
}

// layout builds one organization and measures its cases on it.
func (b *bench) layout(l layout, pick *regexp.Regexp) error {
	if !pick.MatchString(l.name) {
		return nil
	}
	b.layouts++
	dir := filepath.Join(b.dir, fmt.Sprintf("layout-%d", b.layouts))
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	s, err := b.startSandbox(dir)
	if err != nil {
		return err
	}
	defer s.stop()
	ids, err := s.seed(l)
	if err != nil {
		return fmt.Errorf("seed: %w", err)
	}
	floor, err := b.floor(l, dir, ids)
	if err != nil {
		return fmt.Errorf("floor: %w", err)
	}
	work := filepath.Join(dir, "tray")
	if err := write(work, l.config(ids, false)); err != nil {
		return err
	}
	t := terraform{b: b, dir: work, env: s.env(l)}
	if !l.applied { // bring it under management without waiting
		if err := t.plain("apply", "-auto-approve"); err != nil {
			return err
		}
	}
	if err := s.slow(b.latency, b.rate); err != nil {
		return err
	}
	return b.cases(l, t, s, ids, floor)
}

// cases measures one layout: its apply, a plan without changes, and one change.
func (b *bench) cases(l layout, t terraform, s *sandbox, ids []string, floor time.Duration) error {
	if l.applied {
		r, err := t.measure(s, "apply of "+l.name, 0, "apply", "-auto-approve")
		if err != nil {
			return err
		}
		r.print()
	}
	best := result{}
	for n := range b.runs(l) {
		r, err := t.measure(s, "no-op plan, "+l.name, 0, "plan", "-detailed-exitcode")
		if err != nil {
			return err
		}
		r.floor = floor
		if n == 0 || r.wall < best.wall {
			best = r
		}
	}
	best.print()
	if l.baseline {
		return nil
	}
	if err := write(t.dir, l.config(ids, true)); err != nil {
		return err
	}
	r, err := t.measure(s, "one changed role (plan and apply), "+l.name, 0, "apply", "-auto-approve")
	if err != nil {
		return err
	}
	r.print()
	return nil
}

func (b *bench) runs(l layout) int {
	if l.baseline {
		return 1
	}
	return b.repeat
}

// floor is the best time of a no-op plan of the same graph without a provider of ours.
func (b *bench) floor(l layout, dir string, ids []string) (time.Duration, error) {
	work := filepath.Join(dir, "floor")
	if err := write(work, l.floor(ids)); err != nil {
		return 0, err
	}
	t := terraform{b: b, dir: work}
	if err := t.plain("apply", "-auto-approve"); err != nil {
		return 0, err
	}
	best := time.Duration(0)
	for n := range b.repeat {
		start := time.Now()
		if err := t.plain("plan", "-detailed-exitcode"); err != nil {
			return 0, err
		}
		if took := time.Since(start); n == 0 || took < best {
			best = took
		}
	}
	return best, nil
}

// terraform runs commands in one working directory.
type terraform struct {
	b   *bench
	dir string
	env []string
}

func (t terraform) command(extra []string, args ...string) error {
	cmd := exec.Command(t.b.terraform, append(args, "-no-color", "-input=false")...)
	cmd.Dir = t.dir
	cmd.Env = append(os.Environ(), "CHECKPOINT_DISABLE=1", "TF_CLI_CONFIG_FILE="+os.DevNull, "TF_LOG=")
	cmd.Env = append(append(cmd.Env, t.env...), extra...)
	out, err := cmd.CombinedOutput()
	if err != nil {
		return fmt.Errorf("terraform %s: %w\n%s", strings.Join(args, " "), err, tail(out))
	}
	return nil
}

// plain runs a command, with a provider of its own when the layout has one.
func (t terraform) plain(args ...string) error {
	if t.env == nil {
		return t.command(nil, args...)
	}
	_, err := t.withProvider(args...)
	return err
}

// withProvider runs the command against a provider process started for it alone, and
// returns that process's peak memory in bytes.
func (t terraform) withProvider(args ...string) (int64, error) {
	p, err := startProvider(t.b.provider, t.env)
	if err != nil {
		return 0, err
	}
	err = t.command([]string{"TF_REATTACH_PROVIDERS=" + p.reattach}, args...)
	memory := p.stop()
	return memory, err
}

func (t terraform) measure(s *sandbox, name string, floor time.Duration, args ...string) (result, error) {
	if err := s.call(http.MethodDelete, "/_sandbox/requests", nil, nil); err != nil {
		return result{}, err
	}
	start := time.Now()
	memory, err := t.withProvider(args...)
	if err != nil {
		return result{}, err
	}
	r := result{name: name, wall: time.Since(start), floor: floor, memory: memory}
	r.requests, r.tooMany, err = s.requests()
	return r, err
}

// provider is a provider process in debug mode, to which Terraform reattaches.
type provider struct {
	cmd      *exec.Cmd
	reattach string
}

var reattachLine = regexp.MustCompile(`TF_REATTACH_PROVIDERS='(.*)'`)

func startProvider(binary string, env []string) (*provider, error) {
	cmd := exec.Command(binary, "-debug")
	cmd.Env = append(os.Environ(), env...)
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if m := reattachLine.FindStringSubmatch(lines.Text()); m != nil {
			go func() { _, _ = io.Copy(io.Discard, out) }()
			return &provider{cmd: cmd, reattach: m[1]}, nil
		}
	}
	_ = cmd.Process.Kill()
	return nil, errors.New("the provider printed no TF_REATTACH_PROVIDERS")
}

// stop ends the process and returns its peak resident memory in bytes.
func (p *provider) stop() int64 {
	_ = p.cmd.Process.Signal(syscall.SIGINT)
	done := make(chan struct{})
	go func() { _ = p.cmd.Wait(); close(done) }()
	select {
	case <-done:
	case <-time.After(5 * time.Second):
		_ = p.cmd.Process.Kill()
		<-done
	}
	if u, ok := p.cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
		return u.Maxrss * 1024 // kilobytes on Linux
	}
	return 0
}

func write(dir, config string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, "main.tf"), []byte(config), 0o644)
}

func firstLine(b []byte) string {
	line, _, _ := bytes.Cut(b, []byte("\n"))
	return string(line)
}

func tail(b []byte) []byte {
	if len(b) > 4000 {
		return b[len(b)-4000:]
	}
	return b
}

// call is one request to the sandbox's control plane.
func (s *sandbox) call(method, path string, body, answer any) error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	var in io.Reader
	if body != nil {
		raw, err := json.Marshal(body)
		if err != nil {
			return err
		}
		in = bytes.NewReader(raw)
	}
	req, err := http.NewRequestWithContext(ctx, method, s.url+path, in)
	if err != nil {
		return err
	}
	req.Header.Set("Authorization", "Bearer "+s.token)
	req.Header.Set("Content-Type", "application/json")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	out, err := io.ReadAll(res.Body)
	if err != nil {
		return err
	}
	if res.StatusCode >= 300 {
		return fmt.Errorf("%s %s: %s: %s", method, path, res.Status, out)
	}
	if answer == nil {
		return nil
	}
	return json.Unmarshal(out, answer)
}

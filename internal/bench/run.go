package main

import (
	"bytes"
	"context"
	"encoding/json"
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
	name     string
	requests map[string]int // by kind
	tooMany  int            // answers with status 429
	wall     time.Duration
	alone    floors
	memory   int64         // peak of the largest provider process, bytes
	cpu      time.Duration // of all provider processes
}

// floors are what the same graph takes without us; 0 is not measured.
type floors struct {
	terraform time.Duration // with terraform_data
	idle      time.Duration // with a provider that does nothing
}

func printHead() {
	fmt.Println("| case | requests | of which | 429s | seconds | with an idle provider | Terraform alone | provider's processor time | provider's peak memory |")
	fmt.Println("|---|---|---|---|---|---|---|---|---|")
}

func (r result) print() {
	total, kinds := 0, []string{}
	for _, k := range slices.Sorted(maps.Keys(r.requests)) {
		total += r.requests[k]
		kinds = append(kinds, fmt.Sprintf("%d %s", r.requests[k], k))
	}
	fmt.Printf("| %s | %d | %s | %d | %s | %s | %s | %s | %d MB |\n", r.name, total, strings.Join(kinds, ", "), r.tooMany,
		seconds(r.wall), seconds(r.alone.idle), seconds(r.alone.terraform), seconds(r.cpu), r.memory>>20)
}

func seconds(d time.Duration) string {
	if d == 0 {
		return ""
	}
	return fmt.Sprintf("%.2f", d.Seconds())
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
	alone, err := b.alone(l, dir, ids)
	if err != nil {
		return fmt.Errorf("floor: %w", err)
	}
	work := filepath.Join(dir, "tray")
	if err := write(work, l.config(ids, false)); err != nil {
		return err
	}
	t := terraform{b: b, dir: work, env: s.env(l)}
	if !l.applied { // bring it under management without waiting
		if err := t.command("apply", "-auto-approve"); err != nil {
			return err
		}
	}
	if err := s.slow(b.latency, b.rate); err != nil {
		return err
	}
	return b.cases(l, t, s, ids, alone)
}

// cases measures one layout: its apply, a plan without changes, and one change.
func (b *bench) cases(l layout, t terraform, s *sandbox, ids []string, alone []terraform) error {
	if l.applied {
		r, err := t.measure(s, "apply of "+l.name, "apply", "-auto-approve")
		if err != nil {
			return err
		}
		r.print()
	}
	best := result{}
	for n := range b.runs(l) { // in turn, as the machine's speed changes
		lows := [2]time.Duration{}
		for i, a := range alone {
			start := time.Now()
			if err := a.command("plan", "-detailed-exitcode"); err != nil {
				return err
			}
			lows[i] = time.Since(start)
		}
		r, err := t.plan(s, l.name)
		if err != nil {
			return err
		}
		r.alone = floors{terraform: least(best.alone.terraform, lows[0]), idle: least(best.alone.idle, lows[1])}
		if n > 0 {
			r.wall = least(best.wall, r.wall)
		}
		best = r
	}
	if err := t.watch(s, &best); err != nil {
		return err
	}
	best.print()
	if l.baseline {
		return nil
	}
	if err := write(t.dir, l.config(ids, true)); err != nil {
		return err
	}
	r, err := t.measure(s, "one changed role (plan and apply), "+l.name, "apply", "-auto-approve")
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

// least is the shorter of two times; 0 is none.
func least(a, b time.Duration) time.Duration {
	if a == 0 || b == 0 {
		return max(a, b)
	}
	return min(a, b)
}

// alone are the same graph without a provider of ours: with terraform_data, and where
// each membership is a resource, with a provider that does nothing.
func (b *bench) alone(l layout, dir string, ids []string) ([]terraform, error) {
	configs := map[string]string{"floor": l.floor(ids)}
	names := []string{"floor"}
	if l.additive {
		configs["idle"] = l.idle(ids)
		names = append(names, "idle")
	}
	var all []terraform
	for _, name := range names {
		t := terraform{b: b, dir: filepath.Join(dir, name)}
		if err := write(t.dir, configs[name]); err != nil {
			return nil, err
		}
		if err := t.command("apply", "-auto-approve"); err != nil {
			return nil, err
		}
		all = append(all, t)
	}
	return all, nil
}

// terraform runs commands in one working directory.
type terraform struct {
	b       *bench
	dir     string
	env     []string
	watched bool
}

func (t terraform) command(args ...string) error {
	cmd := exec.Command(t.b.terraform, append(args, "-no-color", "-input=false")...)
	cmd.Dir = t.dir
	cmd.Env = append(os.Environ(), "CHECKPOINT_DISABLE=1", "TF_CLI_CONFIG_FILE="+t.b.settings(t.watched), "TF_LOG=")
	cmd.Env = append(append(cmd.Env, t.b.watched()...), t.env...)
	out, err := cmd.CombinedOutput()
	if err != nil {
		return fmt.Errorf("terraform %s: %w\n%s", strings.Join(args, " "), err, tail(out))
	}
	return nil
}

// measure runs a command and says what the provider took, in time, memory and requests.
func (t terraform) measure(s *sandbox, name string, args ...string) (result, error) {
	if err := t.b.forget(); err != nil {
		return result{}, err
	}
	t.watched = true
	r, err := t.time(s, name, args...)
	if err != nil {
		return result{}, err
	}
	r.memory, r.cpu, err = t.b.used()
	return r, err
}

// plan times a plan without changes, with the provider started as a user's is.
func (t terraform) plan(s *sandbox, name string) (result, error) {
	return t.time(s, "no-op plan, "+name, "plan", "-detailed-exitcode")
}

// watch adds to a plan what the provider takes for it.
func (t terraform) watch(s *sandbox, r *result) error {
	again, err := t.measure(s, r.name, "plan", "-detailed-exitcode")
	r.memory, r.cpu = again.memory, again.cpu
	return err
}

func (t terraform) time(s *sandbox, name string, args ...string) (result, error) {
	if err := s.call(http.MethodDelete, "/_sandbox/requests", nil, nil); err != nil {
		return result{}, err
	}
	start := time.Now()
	if err := t.command(args...); err != nil {
		return result{}, err
	}
	r := result{name: name, wall: time.Since(start)}
	var err error
	r.requests, r.tooMany, err = s.requests()
	return r, err
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

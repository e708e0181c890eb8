package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"strings"
)

type demo struct {
	story
	cli      cli
	provider string
	env      []string
	dir      string // a private copy of the layout; the sandbox's file is made in it
	verbose  bool
}

// What -detailed-exitcode says.
const (
	empty   = 0
	changes = 2
)

func (d demo) show(ctx context.Context, layout string) error {
	if out, err := d.run(ctx, d.cli.path, "init", "-input=false", "-no-color"); err != nil {
		return fmt.Errorf("%s init: %w\n%s", d.cli.name, err, out)
	}
	d.heading("An organization as code, and Tray's stand-in inside the provider: no account, no token")
	d.say("The layout is %s.", layout)
	for _, act := range []func(context.Context) error{d.create, d.accept, d.drift} {
		if err := act(ctx); err != nil {
			return err
		}
	}
	return nil
}

func (d demo) create(ctx context.Context) error {
	d.heading("What would the first apply do?")
	if _, err := d.plan(ctx, changes); err != nil {
		return err
	}
	d.heading("Apply it")
	if err := d.apply(ctx); err != nil {
		return err
	}
	_, err := d.plan(ctx, empty)
	return err
}

// accept lets everybody who was invited accept. A person joins a workspace by being a member of the organization, so their
// memberships wait until then.
func (d demo) accept(ctx context.Context) error {
	root, err := d.state(ctx)
	if err != nil {
		return err
	}
	invited := root.invited()
	if len(invited) == 0 {
		return nil
	}
	d.heading(fmt.Sprintf("The %d people who were invited accept; until then their memberships are pending", len(invited)))
	for i, email := range invited {
		if i == 1 {
			d.say("… and so does everybody else.")
		}
		if err := d.sandbox(ctx, i == 0, "accept", email); err != nil {
			return err
		}
	}
	d.heading("One more apply lets them into their workspaces")
	if _, err := d.plan(ctx, changes); err != nil {
		return err
	}
	if err := d.apply(ctx); err != nil {
		return err
	}
	_, err = d.plan(ctx, empty)
	return err
}

// drift changes a role where Terraform does not see it, and wants the next plan to find that and the next apply to undo it.
func (d demo) drift(ctx context.Context) error {
	root, err := d.state(ctx)
	if err != nil {
		return err
	}
	m, ok := root.contributor()
	if !ok {
		return errors.New("the layout gives nobody the role Contributor in a workspace, so there is nothing to change")
	}
	d.heading(fmt.Sprintf("Somebody opens Tray's UI and makes %s a Viewer of %s", m.Email, m.Workspace))
	path := "/_sandbox/ui/workspaces/" + url.PathEscape(m.WorkspaceID) + "/members/" + url.PathEscape(m.Email)
	if err := d.sandbox(ctx, false, "call", "PUT", path, `{"role":"Viewer"}`); err != nil {
		return err
	}
	d.heading("The next plan finds the drift")
	found, err := d.plan(ctx, changes)
	if err != nil {
		return err
	}
	if len(found) != 1 || !strings.Contains(found[0].String(), fmt.Sprintf(`: "Viewer" -> %q`, m.Role)) {
		return fmt.Errorf("the plan should turn the role of %s from Viewer to %s and nothing else, and says %v", m.Email, m.Role, found)
	}
	d.heading("Apply puts it back")
	if err := d.apply(ctx); err != nil {
		return err
	}
	_, err = d.plan(ctx, empty)
	return err
}

const planFile = "demo.tfplan"

// plan makes a plan, fails unless it ends with the wanted code, tells what it changes and returns that.
func (d demo) plan(ctx context.Context, want int) ([]change, error) {
	d.say("$ %s plan", d.cli.name)
	out, err := d.run(ctx, d.cli.path, "plan", "-input=false", "-no-color", "-detailed-exitcode", "-out="+planFile)
	code := 0
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) {
		code, err = exit.ExitCode(), nil
	}
	switch {
	case err != nil:
		return nil, err
	case code != want && code == changes:
		return nil, fmt.Errorf("the plan should have been empty, and is not:\n%s", out)
	case code != want && code == empty:
		return nil, errors.New("the plan should have had changes, and is empty")
	case code != want:
		return nil, fmt.Errorf("%s plan failed with status %d:\n%s", d.cli.name, code, out)
	case want == empty:
		d.say("No changes.")
		return nil, nil
	}
	var p plan
	if err := d.read(ctx, &p, planFile); err != nil {
		return nil, err
	}
	found := p.changes()
	d.tell(found)
	d.say("%s", lineOf(out, "Plan: "))
	return found, nil
}

// apply carries the last plan out.
func (d demo) apply(ctx context.Context) error {
	d.say("$ %s apply", d.cli.name)
	out, err := d.run(ctx, d.cli.path, "apply", "-input=false", "-no-color", planFile)
	if err != nil {
		return fmt.Errorf("%s apply: %w\n%s", d.cli.name, err, out)
	}
	d.say("%s", lineOf(out, "Apply complete!"))
	return nil
}

// lineOf returns the line of an output that begins so.
func lineOf(output, begin string) string {
	for line := range strings.Lines(output) {
		if strings.HasPrefix(line, begin) {
			return strings.TrimSpace(line)
		}
	}
	return ""
}

func (d demo) state(ctx context.Context) (module, error) {
	var state state
	err := d.read(ctx, &state)
	return state.Values.Root, err
}

// read decodes what `show -json` says of the state, or of a file.
func (d demo) read(ctx context.Context, into any, file ...string) error {
	quiet := d
	quiet.verbose = false
	out, err := quiet.run(ctx, d.cli.path, append([]string{"show", "-json"}, file...)...)
	if err == nil {
		err = json.Unmarshal([]byte(out), into)
	}
	if err != nil {
		return fmt.Errorf("%s show: %w\n%s", d.cli.name, err, out)
	}
	return nil
}

// sandbox does a verb on the sandbox's file: what people do, who do not go through Terraform.
func (d demo) sandbox(ctx context.Context, aloud bool, verb ...string) error {
	args := append([]string{"sandbox"}, verb...)
	if aloud || d.verbose {
		d.say("$ terraform-provider-tray %s", strings.Join(args, " "))
	}
	out, err := d.run(ctx, d.provider, args...)
	if err != nil {
		return fmt.Errorf("the sandbox refused: %w\n%s", err, out)
	}
	if aloud && !d.verbose {
		d.say("%s", strings.TrimSpace(out))
	}
	return nil
}

// run runs a program and returns what it prints, with its complaints at the end when it failed. With -v all of it is
// shown meanwhile.
func (d demo) run(ctx context.Context, program string, args ...string) (string, error) {
	out, complaint := &bytes.Buffer{}, &bytes.Buffer{}
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Dir, cmd.Env, cmd.Stdout, cmd.Stderr = d.dir, d.env, out, complaint
	if d.verbose {
		cmd.Stdout, cmd.Stderr = io.MultiWriter(out, d.out), io.MultiWriter(complaint, os.Stderr)
	}
	err := cmd.Run()
	if err != nil {
		out.Write(complaint.Bytes())
	}
	return out.String(), err
}

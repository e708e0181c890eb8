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
	"regexp"
	"strings"
)

type demo struct {
	terraform, provider string
	env                 []string
	dir                 string // a private copy of the layout; the sandbox's file is made in it
	colour              bool
}

const stateFile = ".tray-sandbox.db" // where `sandbox = {}` keeps the organization

// What -detailed-exitcode says.
const (
	empty   = 0
	changes = 2
)

func (d demo) show(ctx context.Context) error {
	if out, err := d.quietly(ctx, d.terraform, "init", "-input=false", "-no-color"); err != nil {
		return fmt.Errorf("terraform init: %w\n%s", err, out)
	}
	for _, act := range []func(context.Context) error{d.create, d.accept, d.drift} {
		if err := act(ctx); err != nil {
			return err
		}
	}
	d.heading("Done: every step did what it said.")
	return nil
}

func (d demo) create(ctx context.Context) error {
	d.heading("An organization as HCL: what would the first apply do?")
	if _, err := d.plan(ctx, changes, "-out=first.tfplan"); err != nil {
		return err
	}
	d.heading("Apply it. The sandbox stands in for Tray, inside the provider: no account, no token.")
	if err := d.apply(ctx, "first.tfplan"); err != nil {
		return err
	}
	d.heading("A second plan finds nothing to do.")
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
	invites := root.invites()
	if len(invites) == 0 {
		return nil
	}
	d.heading(fmt.Sprintf("The %d people who were invited accept; until then their memberships wait.", len(invites)))
	for _, id := range invites {
		if err := d.call(ctx, "POST", "/_sandbox/invites/"+url.PathEscape(id)+"/accept"); err != nil {
			return err
		}
	}
	d.heading("One more apply lets them into their workspaces.")
	if err := d.apply(ctx, "-auto-approve"); err != nil {
		return err
	}
	d.heading("And the plan is empty.")
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
	d.heading(fmt.Sprintf("Somebody opens Tray's UI and makes %s a Viewer of %s, who was %s there.", m.Email, m.Workspace, m.Role))
	path := "/_sandbox/ui/workspaces/" + url.PathEscape(m.WorkspaceID) + "/members/" + url.PathEscape(m.Email)
	if err := d.call(ctx, "PUT", path, `{"role":"Viewer"}`); err != nil {
		return err
	}
	d.heading("The next plan finds the drift.")
	out, err := d.plan(ctx, changes, "-out=drift.tfplan")
	if err != nil {
		return err
	}
	change := regexp.MustCompile(`"Viewer" +-> +"` + regexp.QuoteMeta(m.Role) + `"`)
	if !change.MatchString(out) {
		return fmt.Errorf("the plan should turn the role of %s from Viewer to %s, and does not say so", m.Email, m.Role)
	}
	d.heading("Apply puts it back.")
	if err := d.apply(ctx, "drift.tfplan"); err != nil {
		return err
	}
	d.heading("And the plan is empty again.")
	_, err = d.plan(ctx, empty)
	return err
}

// plan runs terraform plan, fails unless it ends with the wanted code, and returns what it printed.
func (d demo) plan(ctx context.Context, want int, args ...string) (string, error) {
	out, err := d.aloud(ctx, append([]string{"plan", "-input=false", "-detailed-exitcode"}, args...)...)
	code := 0
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) {
		code, err = exit.ExitCode(), nil
	}
	switch {
	case err != nil:
		return "", err
	case code == want:
		return out, nil
	case code == changes:
		return "", errors.New("the plan should have been empty, and is not")
	case code == empty:
		return "", errors.New("the plan should have had changes, and is empty")
	}
	return "", fmt.Errorf("terraform plan failed with status %d", code)
}

func (d demo) apply(ctx context.Context, what string) error {
	if _, err := d.aloud(ctx, "apply", "-input=false", what); err != nil {
		return fmt.Errorf("terraform apply: %w", err)
	}
	return nil
}

func (d demo) state(ctx context.Context) (module, error) {
	out, err := d.quietly(ctx, d.terraform, "show", "-json")
	if err != nil {
		return module{}, fmt.Errorf("terraform show: %w\n%s", err, out)
	}
	var state state
	if err := json.Unmarshal(out, &state); err != nil {
		return module{}, fmt.Errorf("terraform show: %w", err)
	}
	return state.Values.Root, nil
}

// call sends the sandbox one request: what people do, who do not go through Terraform.
func (d demo) call(ctx context.Context, request ...string) error {
	args := append([]string{"sandbox", "call", "-path", stateFile}, request...)
	fmt.Println("$ terraform-provider-tray", strings.Join(args, " "))
	if out, err := d.quietly(ctx, d.provider, args...); err != nil {
		return fmt.Errorf("the sandbox refused: %w\n%s", err, out)
	}
	return nil
}

// aloud runs Terraform, shows what it prints, and returns that without colours.
func (d demo) aloud(ctx context.Context, args ...string) (string, error) {
	shown := strings.Join(args, " ")
	if !d.colour {
		args = append([]string{args[0], "-no-color"}, args[1:]...)
	}
	fmt.Println("$ terraform", shown)
	seen := &bytes.Buffer{}
	cmd := d.command(ctx, d.terraform, args...)
	cmd.Stdout, cmd.Stderr = io.MultiWriter(os.Stdout, seen), io.MultiWriter(os.Stderr, seen)
	err := cmd.Run()
	return colourCodes.ReplaceAllString(seen.String(), ""), err
}

var colourCodes = regexp.MustCompile("\x1b\\[[0-9;]*m")

func (d demo) quietly(ctx context.Context, program string, args ...string) ([]byte, error) {
	cmd := d.command(ctx, program, args...)
	complaint := &bytes.Buffer{}
	cmd.Stderr = complaint
	out, err := cmd.Output()
	if err != nil {
		out = append(out, complaint.Bytes()...)
	}
	return out, err
}

func (d demo) command(ctx context.Context, program string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, program, args...)
	cmd.Dir, cmd.Env = d.dir, d.env
	return cmd
}

func (d demo) heading(text string) {
	if d.colour {
		text = "\x1b[1;36m" + text + "\x1b[0m"
	}
	fmt.Printf("\n== %s\n\n", text)
}

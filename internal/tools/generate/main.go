// Command generate formats examples/ and writes docs/ from the provider's schemas, templates/ and examples/. With -check
// it writes nothing and fails when either is not as it would be written.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/tray-community/terraform-provider-tray/internal/tools/internal/commandline"
	"github.com/tray-community/terraform-provider-tray/internal/tools/internal/mirror"
	"github.com/tray-community/terraform-provider-tray/internal/tools/internal/program"
)

var check = flag.Bool("check", false, "write nothing; fail when something would be written")

func main() { program.Main("generate", run) }

func run(ctx context.Context, root string) error {
	terraform, err := commandline.NewFinder(root, os.Stderr).Find(ctx, commandline.Terraform)
	if err != nil {
		return err
	}
	temp, err := os.MkdirTemp("", "tray-generate-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(temp)

	g := generator{root: root, temp: temp, terraform: terraform, docs: filepath.Join(root, "docs")}
	if !*check {
		return errors.Join(g.format(ctx, "fmt", "-recursive", "examples"), g.render(ctx))
	}
	g.docs = filepath.Join(temp, "docs")
	formatted := g.format(ctx, "fmt", "-recursive", "-check", "-diff", "examples")
	if err := g.render(ctx); err != nil {
		return errors.Join(formatted, err)
	}
	return errors.Join(formatted, g.compare(ctx))
}

type generator struct {
	root, temp, terraform string
	docs                  string // the folder that is written
}

func (g generator) format(ctx context.Context, args ...string) error {
	cmd := exec.CommandContext(ctx, g.terraform, args...)
	cmd.Dir, cmd.Env = g.root, append(os.Environ(), commandline.Env()...)
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	if err := cmd.Run(); err != nil {
		return errors.New("examples/ is not formatted: run make generate")
	}
	return nil
}

// render writes the pages. When they go elsewhere than docs/ it starts from a copy of docs/, so that pages written by hand
// and pages that should be gone are told apart by tfplugindocs itself.
func (g generator) render(ctx context.Context) error {
	committed := filepath.Join(g.root, "docs")
	if g.docs != committed {
		if err := os.MkdirAll(g.docs, 0o755); err != nil {
			return err
		}
		if _, err := os.Stat(committed); err == nil {
			if err := os.CopyFS(g.docs, os.DirFS(committed)); err != nil {
				return err
			}
		}
	}
	schema, err := g.schema(ctx)
	if err != nil {
		return err
	}
	// tfplugindocs joins the output folder to the provider's.
	relative, err := filepath.Rel(g.root, g.docs)
	if err != nil {
		return err
	}
	err = g.tfplugindocs(ctx, "generate", "--provider-dir", g.root, "--provider-name", "tray", "--rendered-provider-name", "Tray",
		"--providers-schema", schema, "--rendered-website-dir", relative)
	if err != nil {
		return err
	}
	return g.finish()
}

func (g generator) tfplugindocs(ctx context.Context, args ...string) error {
	cmd := exec.CommandContext(ctx, "go", append([]string{"tool", "tfplugindocs"}, args...)...)
	cmd.Dir = filepath.Join(g.root, "internal", "tools")
	out, err := cmd.CombinedOutput()
	if err != nil {
		return fmt.Errorf("tfplugindocs %s: %w\n%s", args[0], err, out)
	}
	return nil
}

// schema writes the provider's schemas to a file as tfplugindocs wants it, and returns its path. Left to itself tfplugindocs takes
// whatever terraform is on PATH, which may be too old to know actions, or downloads one.
func (g generator) schema(ctx context.Context) (string, error) {
	m, err := mirror.Build(ctx, g.root, g.temp, "0.0.1")
	if err != nil {
		return "", err
	}
	work := filepath.Join(g.temp, "schema")
	if err := os.MkdirAll(work, 0o755); err != nil {
		return "", err
	}
	config := fmt.Sprintf("terraform {\n  required_providers {\n    tray = {\n      source = %q\n    }\n  }\n}\n", mirror.Source)
	if err := os.WriteFile(filepath.Join(work, "main.tf"), []byte(config), 0o644); err != nil {
		return "", err
	}
	var answer []byte
	for _, args := range [][]string{{"init", "-input=false", "-no-color"}, {"providers", "schema", "-json"}} {
		cmd := exec.CommandContext(ctx, g.terraform, args...)
		cmd.Dir, cmd.Env = work, m.Env()
		complaint := &strings.Builder{}
		cmd.Stderr = complaint
		if answer, err = cmd.Output(); err != nil {
			return "", fmt.Errorf("terraform %s: %w\n%s%s", args[0], err, answer, complaint)
		}
	}
	var document struct {
		FormatVersion string                     `json:"format_version"`
		Schemas       map[string]json.RawMessage `json:"provider_schemas"`
	}
	if err := json.Unmarshal(answer, &document); err != nil {
		return "", fmt.Errorf("terraform providers schema: %w", err)
	}
	// tfplugindocs looks for the short name, or for a provider of HashiCorp's.
	document.Schemas = map[string]json.RawMessage{"tray": document.Schemas[mirror.Source]}
	text, err := json.Marshal(document)
	if err != nil {
		return "", err
	}
	file := filepath.Join(g.temp, "schema.json")
	return file, os.WriteFile(file, text, 0o644)
}

// compare shows what make generate would change in docs/.
func (g generator) compare(ctx context.Context) error {
	committed := filepath.Join(g.root, "docs")
	if _, err := os.Stat(committed); err != nil {
		return errors.New("there is no docs/: run make generate")
	}
	cmd := exec.CommandContext(ctx, "git", "--no-pager", "diff", "--no-index", "--exit-code", "--", committed, g.docs)
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	if err := cmd.Run(); err != nil {
		return errors.New("docs/ is not what schemas, templates/ and examples/ give: run make generate")
	}
	return nil
}

package provider_test

import (
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/tray-community/terraform-provider-tray/internal/acctest"
)

// builder is somebody at work in Tray's builder.
type builder struct {
	*acctest.Env
	t testing.TB
}

// in is the id of the project in that workspace.
func (b builder) in(workspace string) string {
	for _, p := range b.State().Projects {
		if p.Workspace == workspace {
			return p.ID
		}
	}
	b.t.Fatalf("there is no project in %s", workspace)
	return ""
}

func (b builder) builds(workspace, title string) {
	b.Control(http.MethodPost, "ui/projects/"+b.in(workspace)+"/workflows", map[string]any{"title": title, "enabled": true, "steps": []any{
		map[string]any{"connector": "http-client", "operation": "get_request", "properties": map[string]any{"url": "https://one"}}}})
}

func (b builder) makes(version string) {
	b.Control(http.MethodPost, "/core/v1/projects/"+b.in("Development")+"/versions/"+version, map[string]any{"title": "Release"})
}

// titles are the workflows of a project, sorted.
func (b builder) titles(workspace string) string {
	var state struct {
		Workflows []struct{ Title, ProjectID string }
	}
	b.Control(http.MethodGet, "state", nil, &state)
	var all []string
	for _, w := range state.Workflows {
		if w.ProjectID == b.in(workspace) {
			all = append(all, w.Title)
		}
	}
	return strings.Join(all, ", ")
}

func TestGuide_promotionInAPipeline(t *testing.T) {
	t.Parallel()
	acctest.OnBoth(t, guide, func(g *guided) {
		b := builder{acctest.Start(g.t), g.t}
		g.exports = []string{"TRAY_API_TOKEN=" + b.Token, "TRAY_API_URL=" + b.URL}
		prod := func(when, want string) {
			if got := b.titles("Production"); got != want {
				g.t.Errorf("%s prod has %s, want %s", when, got, want)
			}
		}
		g.before = map[int]func(){
			2: func() {
				b.Control(http.MethodPatch, "ui/projects/"+b.in("Development"), map[string]any{"config": map[string]any{"api_url": "https://dev", "batch_size": 10}})
				b.builds("Development", "Send invoices")
				b.makes("1.4")
			},
			5: func() {
				prod("after 1.4", "Send invoices")
				b.Control(http.MethodPatch, "ui/projects/"+b.in("Development")+"/workflows/Send invoices", map[string]any{"steps": []any{
					map[string]any{"connector": "http-client", "operation": "get_request", "properties": map[string]any{"url": "https://two"}}}})
				b.builds("Development", "Dunning")
				b.makes("1.5")
			},
			7: func() { b.builds("Production", "Made in prod") },
			8: func() {
				prod("after the refusal", "Made in prod, Send invoices")
				b.Control(http.MethodDelete, "ui/projects/"+b.in("Production")+"/workflows/Made in prod", nil)
			},
			9:  func() { prod("after 1.5", "Dunning, Send invoices") },
			10: func() { prod("back at 1.4", "Send invoices") },
		}
		g.walks("promotion-in-a-pipeline")
		prod("restored", "Dunning, Send invoices")
	})
}

func TestGuide_fromSeveralOrganizations(t *testing.T) {
	t.Parallel()
	acctest.OnBoth(t, guide, func(g *guided) {
		if err := os.CopyFS(g.Dir, os.DirFS(examples+"scenarios/from-several-organizations")); err != nil {
			g.t.Fatal(err)
		}
		g.walks("from-several-organizations")
	})
}

package provider_test

import (
	"archive/zip"
	"bytes"
	"encoding/base64"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/tray-community/terraform-provider-tray/internal/acctest"
)

// leaks looks for a token in everything that the commands left: what they printed, the
// log, the state, the plan file.
func leaks(t *testing.T, c *acctest.CLI, token string, printed ...acctest.Result) {
	t.Helper()
	for _, r := range printed {
		searchFor(t, token, "what the command printed", []byte(r.Stdout+r.Stderr))
	}
	err := filepath.WalkDir(c.Dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		searchFor(t, token, d.Name(), content)
		if archive, err := zip.NewReader(bytes.NewReader(content), int64(len(content))); err == nil {
			searchArchive(t, token, d.Name(), archive)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// searchArchive looks into a plan file, which is a zip.
func searchArchive(t *testing.T, token, name string, archive *zip.Reader) {
	t.Helper()
	for _, entry := range archive.File {
		r, err := entry.Open()
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		_ = r.Close()
		searchFor(t, token, name+"/"+entry.Name, content)
	}
}

func searchFor(t *testing.T, token, where string, content []byte) {
	t.Helper()
	for _, form := range []string{token, base64.StdEncoding.EncodeToString([]byte(token)), token[:len(token)-4]} {
		if at := bytes.Index(content, []byte(form)); at >= 0 {
			t.Errorf("a token is in %s: …%s…", where, content[max(0, at-120):min(len(content), at+len(form)+40)])
		}
	}
}

// secretive is a layout that takes its token from the environment, as people should.
func secretive(t *testing.T, env *acctest.Env, cli, token string) *acctest.CLI {
	t.Helper()
	c := env.Layout(t, cli, "").Process()
	c.Environ = []string{"TRAY_API_TOKEN=" + token, "TF_LOG=TRACE", "TF_LOG_PATH=" + filepath.Join(c.Dir, "trace.log")}
	c.Write("main.tf", fmt.Sprintf("%s\nprovider \"tray\" {\n  base_url    = %q\n  max_retries = 1\n}\n%s", required, env.URL, created))
	c.Init()
	return c
}

const required = `terraform {
  required_providers {
    tray = { source = "tray-community/tray" }
  }
}`

// misfortunes make the errors that would most easily quote a token, or those of every
// kind.
func misfortunes(token, elsewhere string, every bool) map[string]acctest.Fault {
	all := map[string]acctest.Fault{
		"redirect": {Status: 302, Headers: map[string]string{"Location": elsewhere + "/core/v1/users"}},
		"echo":     {Status: 403, Body: fmt.Sprintf(`{"message":"The token %s is not allowed"}`, token)},
		"echo in HTML": {Status: 502, ContentType: "text/html",
			Body: "<html>Authorization: Bearer " + token + "</html>"},
		"echo in a broken page": {Status: 200, Body: `{"elements":[{"id":"` + token},
	}
	for _, f := range faults {
		if every && !f.pages {
			all[f.name] = f.Fault
		}
	}
	return all
}

// No token gets into logs at the highest level, errors, the state or a plan file,
// whatever goes wrong, and none follows a redirect.
func TestPromise_secretsAreNowhere(t *testing.T) {
	t.Parallel()
	for _, cli := range []string{acctest.Terraform, acctest.Tofu} {
		t.Run(cli, func(t *testing.T) {
			t.Parallel()
			var followed atomic.Int32
			elsewhere := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
				if followed.Add(1); r.Header.Get("Authorization") != "" {
					t.Error("the token followed a redirect to another host")
				}
			}))
			t.Cleanup(elsewhere.Close)
			env := acctest.Start(t)
			c := secretive(t, env, cli, env.Token)
			for name, f := range misfortunes(env.Token, elsewhere.URL, cli == acctest.Terraform) {
				for _, k := range []call{{"GET", "/core/v1/users"}, {"POST", "/core/v1/workspaces/*/users"}} {
					f.Method, f.Path = k.method, k.path
					env.Fault(f)
					got := c.Run("apply", "-auto-approve", "-input=false")
					env.ClearFaults()
					leaks(t, c, env.Token, got)
					if k.method == "GET" && got.Code == 0 {
						t.Errorf("%s on %v has no effect: this proves nothing", name, k)
					}
				}
			}
			planned := c.Run("plan", "-out=plan.bin", "-input=false")
			shown := c.Run("show", "-json", "plan.bin") // leaks looks into the plan file, which is a zip, too
			leaks(t, c, env.Token, planned, shown, c.Apply("plan.bin"), c.Run("show", "-json"))
			logged, err := os.ReadFile(filepath.Join(c.Dir, "trace.log"))
			if err != nil || !bytes.Contains(logged, []byte("/core/v1/users")) {
				t.Errorf("the log does not hold the provider's calls, so this proves nothing: %v", err)
			}
			if followed.Load() > 0 {
				t.Errorf("%d requests went to the other host", followed.Load())
			}
		})
	}
}

// A token that is refused is told to be so, in words that do not repeat it.
func TestSecrets_refusedTokenIsNotRepeated(t *testing.T) {
	t.Parallel()
	const wrong = "canary-0123456789abcdef0123456789abcdef0123"
	const short = "canary-0123456789abcdef"
	refused := []string{"HTTP 401", "The token is wrong, expired, revoked", "make a new one"}
	cases := map[string]struct {
		token func(*acctest.Env) string
		says  []string
	}{
		"wrong":       {func(*acctest.Env) string { return wrong }, refused},
		"with Bearer": {func(*acctest.Env) string { return "Bearer " + wrong }, refused},
		"short":       {func(*acctest.Env) string { return short }, []string{"at least 36"}},
		"revoked": {func(e *acctest.Env) string {
			token := e.NewToken(map[string]any{"user": acctest.OwnerEmail})
			e.RevokeToken(token)
			return token
		}, refused},
		"expired": {func(e *acctest.Env) string {
			token := e.NewToken(map[string]any{"user": acctest.OwnerEmail, "expires_in": "1h"})
			e.Advance(2 * time.Hour)
			return token
		}, refused},
	}
	for name, k := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env := acctest.Start(t)
			token := k.token(env)
			c := secretive(t, env, acctest.Terraform, token)
			got := c.Run("apply", "-auto-approve", "-input=false")
			if got.Code == 0 {
				t.Fatal("the apply succeeds")
			}
			for _, part := range k.says {
				if !strings.Contains(got.Text(), part) {
					t.Errorf("the message does not say %q:\n%s", part, got.Text())
				}
			}
			leaks(t, c, strings.TrimPrefix(token, "Bearer "), got)
			if writes := env.Requests().Writes(); len(writes) > 0 {
				t.Errorf("something was written:\n%s", writes)
			}
		})
	}
}

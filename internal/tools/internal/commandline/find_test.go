package commandline

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// machine stands in for one: which executables it has, and what is set.
type machine struct {
	env    map[string]string
	onPath map[string]string // name → path
	says   map[string]string // path → "Terraform 1.14.0"
	built  string            // what a built executable says
	builds atomic.Int32
	log    strings.Builder
}

func (m *machine) finder(t *testing.T) *Finder {
	t.Helper()
	if m.env == nil {
		m.env = map[string]string{}
	}
	if m.env[CacheEnv] == "" {
		m.env[CacheEnv] = t.TempDir()
	}
	return &Finder{
		Root: "/checkout", Log: &m.log,
		Getenv: func(name string) string { return m.env[name] },
		LookPath: func(name string) (string, error) {
			if path, ok := m.onPath[name]; ok {
				return path, nil
			}
			return "", errors.New("not found")
		},
		Identify: func(_ context.Context, path string) (string, Version, error) {
			said, ok := m.says[path]
			if text, err := os.ReadFile(path); err == nil {
				said, ok = string(text), true
			}
			title, number, _ := strings.Cut(said, " ")
			version, err := ParseVersion(number)
			if !ok || err != nil {
				return "", Version{}, errors.New("no such executable")
			}
			return title, version, nil
		},
		Compile: func(_ context.Context, _ Tool, _, out string) error {
			m.builds.Add(1)
			if m.built == "" {
				return errors.New("the proxy cannot be reached")
			}
			time.Sleep(20 * time.Millisecond)
			return os.WriteFile(out, []byte(m.built), 0o755)
		},
	}
}

func TestFind_prefersTheVariableThenPathThenTheBuild(t *testing.T) {
	tests := map[string]struct {
		machine *machine
		want    string
	}{
		"the variable wins over PATH": {
			&machine{
				env:    map[string]string{"TF_CLI": "/named/terraform"},
				onPath: map[string]string{"terraform": "/path/terraform"},
				says:   map[string]string{"/named/terraform": "Terraform 1.14.0", "/path/terraform": "Terraform 1.16.0"},
			}, "/named/terraform",
		},
		"a bare name in the variable is looked up": {
			&machine{
				env:    map[string]string{"TF_CLI": "tf"},
				onPath: map[string]string{"tf": "/path/tf"},
				says:   map[string]string{"/path/tf": "Terraform 1.15.2"},
			}, "/path/tf",
		},
		"a relative path is relative to the checkout": {
			&machine{
				env:  map[string]string{"TF_CLI": "bin/terraform"},
				says: map[string]string{"/checkout/bin/terraform": "Terraform 1.15.2"},
			}, "/checkout/bin/terraform",
		},
		"PATH serves when it is new enough": {
			&machine{
				onPath: map[string]string{"terraform": "/path/terraform"},
				says:   map[string]string{"/path/terraform": "Terraform 1.14.0"},
			}, "/path/terraform",
		},
		"an old one on PATH is passed over": {
			&machine{
				onPath: map[string]string{"terraform": "/path/terraform"},
				says:   map[string]string{"/path/terraform": "Terraform 1.11.4"},
				built:  "Terraform 1.16.0",
			}, "",
		},
		"a pre-release of the oldest on PATH is passed over": {
			&machine{
				onPath: map[string]string{"terraform": "/path/terraform"},
				says:   map[string]string{"/path/terraform": "Terraform 1.14.0-beta1"},
				built:  "Terraform 1.16.0",
			}, "",
		},
		"another program of that name on PATH is passed over": {
			&machine{
				onPath: map[string]string{"terraform": "/path/terraform"},
				says:   map[string]string{"/path/terraform": "OpenTofu 1.16.0"},
				built:  "Terraform 1.16.0",
			}, "",
		},
		"a broken one on PATH is passed over": {
			&machine{onPath: map[string]string{"terraform": "/path/terraform"}, built: "Terraform 1.16.0"}, "",
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			finder := tt.machine.finder(t)
			got, err := finder.Find(t.Context(), Terraform)
			if err != nil {
				t.Fatal(err)
			}
			want := tt.want
			if want == "" {
				want = filepath.Join(tt.machine.env[CacheEnv], "terraform-1.16.0", "terraform"+exe)
			}
			if got != want {
				t.Errorf("got %s, want %s", got, want)
			}
		})
	}
}

func TestFind_saysWhatIsWrongWithTheVariable(t *testing.T) {
	says := map[string]string{"/old": "Terraform 1.11.4", "/other": "OpenTofu 1.12.6"}
	for path, want := range map[string]string{
		"/old":   `TF_CLI is "/old", which is Terraform 1.11.4: too old`,
		"/other": `TF_CLI is "/other", which is OpenTofu 1.12.6 and not Terraform`,
		"/gone":  `TF_CLI is "/gone", which does not run as Terraform`,
	} {
		m := machine{env: map[string]string{"TF_CLI": path}, says: says, built: "Terraform 1.16.0"}
		_, err := m.finder(t).Find(t.Context(), Terraform)
		if err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), "Set TF_CLI to Terraform 1.14.0 or newer") {
			t.Errorf("%s: got %v, want it to contain %q and what to set", path, err, want)
		}
		if m.builds.Load() != 0 {
			t.Errorf("%s: built another one behind the back of whoever set TF_CLI", path)
		}
	}
}

func TestFind_saysWhatToSetWhenItCannotBuild(t *testing.T) {
	m := machine{}
	_, err := m.finder(t).Find(t.Context(), OpenTofu)
	for _, want := range []string{"OpenTofu 1.12.6 could not be built", "the proxy cannot be reached", "TOFU_CLI", "GOPROXY"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want it to contain %q", err, want)
		}
	}
	left, _ := filepath.Glob(filepath.Join(m.env[CacheEnv], ".building-*"))
	if len(left) != 0 {
		t.Errorf("the failed build left %v behind", left)
	}
}

func TestFind_refusesABuildOfTheWrongVersion(t *testing.T) {
	m := machine{built: "Terraform 1.16.0-dev"}
	if _, err := m.finder(t).Find(t.Context(), Terraform); err == nil || !strings.Contains(err.Error(), "does not answer as Terraform 1.16.0") {
		t.Errorf("got %v", err)
	}
}

func TestFind_buildsOnceForRunsAtTheSameTime(t *testing.T) {
	m := machine{built: "Terraform 1.16.0"}
	finder := m.finder(t)
	finder.Log = io.Discard
	var runs sync.WaitGroup
	for range 4 {
		runs.Go(func() {
			path, err := finder.Find(t.Context(), Terraform)
			if err != nil {
				t.Error(err)
				return
			}
			if text, _ := os.ReadFile(path); string(text) != m.built {
				t.Errorf("%s holds %q", path, text)
			}
		})
	}
	runs.Wait()
	if n := m.builds.Load(); n != 1 {
		t.Errorf("built %d times", n)
	}
}

func TestFind_rebuildsADamagedCache(t *testing.T) {
	m := machine{built: "Terraform 1.16.0"}
	finder := m.finder(t)
	path := filepath.Join(m.env[CacheEnv], "terraform-1.16.0", "terraform"+exe)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte("half a file"), 0o755); err != nil {
		t.Fatal(err)
	}
	if _, err := finder.Find(t.Context(), Terraform); err != nil {
		t.Fatal(err)
	}
	if text, _ := os.ReadFile(path); string(text) != m.built {
		t.Errorf("the cache still holds %q", text)
	}
}

func TestCacheDir_needsNoHome(t *testing.T) {
	t.Setenv("HOME", "")
	t.Setenv("XDG_CACHE_HOME", "")
	finder := NewFinder("/checkout", io.Discard)
	finder.Getenv = func(string) string { return "" }
	dir, err := finder.cacheDir()
	if err != nil || dir != filepath.Join(finder.Root, ".cache", "cli") {
		t.Errorf("got %s, %v", dir, err)
	}
}

func TestVersion_order(t *testing.T) {
	for _, pair := range [][2]string{
		{"1.9.8", "1.14.0"}, {"1.14.0", "1.14.1"}, {"1.14.0-rc1", "1.14.0"}, {"1.14.9", "1.15.0-alpha1"}, {"1.16.0", "2.0.0"},
	} {
		a, errA := ParseVersion(pair[0])
		b, errB := ParseVersion("v" + pair[1])
		if errA != nil || errB != nil || !a.Less(b) || b.Less(a) || a.Less(a) {
			t.Errorf("want %s before %s (%v, %v)", pair[0], pair[1], errA, errB)
		}
	}
	for _, bad := range []string{"", "1.14", "1.x.0", "latest", "1.14.0 "} {
		if v, err := ParseVersion(bad); err == nil {
			t.Errorf("%q was read as %s", bad, v)
		}
	}
}

func TestRecipe_replacesWhatTheModuleReplacesByFolders(t *testing.T) {
	files := recipe(Terraform)
	for _, want := range []string{
		"require github.com/hashicorp/terraform v1.16.0\n",
		"replace github.com/hashicorp/terraform/internal/backend/remote-state/s3 => ./stand-in/s3\n",
		"replace github.com/hashicorp/terraform/internal/legacy => ./stand-in/legacy\n",
	} {
		if !strings.Contains(files["go.mod"], want) {
			t.Errorf("go.mod lacks %q:\n%s", want, files["go.mod"])
		}
	}
	if len(files) != 1+2*len(cloudBackends)+1 {
		t.Errorf("got %d files", len(files))
	}
	tofu := recipe(OpenTofu)
	if len(tofu) != 1 || !strings.Contains(tofu["go.mod"], "replace github.com/hashicorp/hcl/v2 v2.20.1 => github.com/opentofu/hcl/v2 v2.20.2-") {
		t.Errorf("got %v", tofu)
	}
}

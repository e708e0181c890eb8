package commandline

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"time"
)

// CacheEnv names the folder that keeps built command lines.
const CacheEnv = "TRAY_CLI_CACHE"

// A Finder decides which executable serves as a tool. Its functions are fields so that tests can stand in for the machine.
type Finder struct {
	Getenv   func(name string) string
	LookPath func(name string) (string, error)
	// Identify returns what the executable calls itself and its version.
	Identify func(ctx context.Context, path string) (title string, version Version, err error)
	// Compile builds the tool in the empty folder work and leaves it in the file out.
	Compile func(ctx context.Context, tool Tool, work, out string) error
	// Root is the repository: paths in the environment are relative to it, and it holds the cache when there is no better place.
	Root string
	Log  io.Writer
}

// NewFinder returns a Finder for this machine. It reports what it does to log.
func NewFinder(root string, log io.Writer) *Finder {
	return &Finder{Getenv: os.Getenv, LookPath: exec.LookPath, Identify: identify, Compile: compile, Root: root, Log: log}
}

// Find returns the absolute path of the tool: the one its variable names, else the one on PATH when it is new enough, else
// one built into the cache. A variable that names something unfit is an error: whoever set it should know.
func (f *Finder) Find(ctx context.Context, tool Tool) (string, error) {
	if named := f.Getenv(tool.Env); named != "" {
		return f.named(ctx, tool, named)
	}
	if path, ok := f.onPath(ctx, tool); ok {
		return path, nil
	}
	return f.cached(ctx, tool)
}

// Ready is Find without a build: false where the tool would have to be built first.
func (f *Finder) Ready(ctx context.Context, tool Tool) (string, bool, error) {
	if named := f.Getenv(tool.Env); named != "" {
		path, err := f.named(ctx, tool, named)
		return path, err == nil, err
	}
	if path, ok := f.onPath(ctx, tool); ok {
		return path, true, nil
	}
	cache, err := f.cacheDir()
	if err != nil {
		return "", false, err
	}
	path := f.inCache(cache, tool)
	return path, f.isRight(ctx, tool, path), nil
}

// inCache is where a built tool is kept.
func (f *Finder) inCache(cache string, tool Tool) string {
	return filepath.Join(cache, fmt.Sprintf("%s-%s", tool.Name, tool.Version), tool.Name+exe)
}

func (f *Finder) named(ctx context.Context, tool Tool, named string) (string, error) {
	path := named
	if strings.ContainsRune(named, filepath.Separator) {
		if !filepath.IsAbs(path) {
			path = filepath.Join(f.Root, path)
		}
	} else if found, err := f.LookPath(named); err == nil {
		path = found
	}
	title, version, err := f.Identify(ctx, path)
	hint := fmt.Sprintf("Set %s to %s %s or newer, or unset it: then %s %s is built from its Go module.",
		tool.Env, tool.Title, tool.Oldest, tool.Title, tool.Version)
	switch {
	case err != nil:
		return "", fmt.Errorf("%s is %q, which does not run as %s: %w\n%s", tool.Env, named, tool.Title, err, hint)
	case title != tool.Title:
		return "", fmt.Errorf("%s is %q, which is %s %s and not %s.\n%s", tool.Env, named, title, version, tool.Title, hint)
	case version.Less(tool.Oldest):
		return "", fmt.Errorf("%s is %q, which is %s %s: too old for this.\n%s", tool.Env, named, title, version, hint)
	}
	return path, nil
}

func (f *Finder) onPath(ctx context.Context, tool Tool) (string, bool) {
	path, err := f.LookPath(tool.Name)
	if err != nil {
		return "", false
	}
	if path, err = filepath.Abs(path); err != nil {
		return "", false
	}
	title, version, err := f.Identify(ctx, path)
	switch {
	case err != nil:
		f.logf("%s does not run, so it is passed over: %v", path, err)
	case title != tool.Title:
		f.logf("%s is %s, so it is passed over.", path, title)
	case version.Less(tool.Oldest):
		f.logf("%s is %s %s, older than %s, so it is passed over.", path, title, version, tool.Oldest)
	default:
		return path, true
	}
	return "", false
}

// cached returns the built tool, building it if no run before did. Runs at the same time wait for one another, and the
// finished executable appears in one rename, so none ever sees half of it.
func (f *Finder) cached(ctx context.Context, tool Tool) (string, error) {
	cache, err := f.cacheDir()
	if err != nil {
		return "", err
	}
	path := f.inCache(cache, tool)
	dir := filepath.Dir(path)
	if f.isRight(ctx, tool, path) {
		return path, nil
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", fmt.Errorf("the cache folder cannot be made: %w\nSet %s to a folder that can be written", err, CacheEnv)
	}
	unlock, err := lock(ctx, dir+".lock", func() { f.logf("Waiting for another run that is building %s.", tool.Title) })
	if ctx.Err() != nil {
		return "", errInterrupted
	}
	if err != nil {
		return "", fmt.Errorf("the cache cannot be locked: %w\nSet %s to a folder that can be written", err, CacheEnv)
	}
	defer unlock()
	if f.isRight(ctx, tool, path) {
		return path, nil
	}
	return path, f.build(ctx, tool, dir, path)
}

func (f *Finder) build(ctx context.Context, tool Tool, dir, path string) error {
	work, err := os.MkdirTemp(filepath.Dir(dir), ".building-"+tool.Name+"-")
	if err != nil {
		return fmt.Errorf("the cache folder cannot be written: %w\nSet %s to another", err, CacheEnv)
	}
	defer os.RemoveAll(work)

	f.logf("Building %s %s from its Go module into %s: some minutes, once.", tool.Title, tool.Version, dir)
	defer f.tick(tool)()
	out := filepath.Join(work, tool.Name+exe)
	err = f.Compile(ctx, tool, work, out)
	if ctx.Err() != nil {
		return errInterrupted
	}
	if err != nil {
		return fmt.Errorf("%s %s could not be built: %w\n%s", tool.Title, tool.Version, err, wayOut(tool))
	}
	if !f.isRight(ctx, tool, out) {
		return fmt.Errorf("%s was built but does not answer as %s %s.\n%s", tool.Title, tool.Title, tool.Version, wayOut(tool))
	}
	return os.Rename(out, path)
}

var errInterrupted = errors.New("interrupted; what is compiled so far is kept for the next run")

func wayOut(tool Tool) string {
	return fmt.Sprintf("Either put %[1]s %[2]s or newer on PATH, or set %[3]s to its path; or make the build possible: it needs "+
		"the Go module proxy (see GOPROXY) and the Go release named above, if any.", tool.Title, tool.Oldest, tool.Env)
}

func (f *Finder) isRight(ctx context.Context, tool Tool, path string) bool {
	if _, err := os.Stat(path); err != nil {
		return false
	}
	title, version, err := f.Identify(ctx, path)
	return err == nil && title == tool.Title && version == tool.Version
}

// cacheDir prefers the user's own cache folder, so that every clone on the machine shares one build. Without a home there
// is none, and the repository's ignored .cache serves.
func (f *Finder) cacheDir() (string, error) {
	if dir := f.Getenv(CacheEnv); dir != "" {
		if !filepath.IsAbs(dir) {
			dir = filepath.Join(f.Root, dir)
		}
		return dir, nil
	}
	if dir, err := os.UserCacheDir(); err == nil {
		return filepath.Join(dir, "terraform-provider-tray", "cli"), nil
	}
	if f.Root == "" {
		return "", fmt.Errorf("there is no folder to keep built command lines in: set %s", CacheEnv)
	}
	return filepath.Join(f.Root, ".cache", "cli"), nil
}

// tick says now and then that the build goes on; the function it returns stops that.
func (f *Finder) tick(tool Tool) (stop func()) {
	begin, done := time.Now(), make(chan struct{})
	go func() {
		for {
			select {
			case <-done:
				return
			case <-time.After(30 * time.Second):
				f.logf("Still building %s (%s).", tool.Title, time.Since(begin).Round(time.Second))
			}
		}
	}()
	return func() { close(done) }
}

func (f *Finder) logf(format string, args ...any) { fmt.Fprintf(f.Log, format+"\n", args...) }

var versionLine = regexp.MustCompile(`(?m)^(Terraform|OpenTofu) (v\S+)`)

// identify runs `version`. The line is searched for, because warnings may stand before it.
func identify(ctx context.Context, path string) (title string, version Version, err error) {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, path, "version")
	cmd.Env = append(os.Environ(), Env()...)
	out, err := cmd.Output()
	if err != nil {
		return "", Version{}, err
	}
	m := versionLine.FindSubmatch(out)
	if m == nil {
		return "", Version{}, errors.New("its version command names neither Terraform nor OpenTofu")
	}
	version, err = ParseVersion(string(m[2]))
	return string(m[1]), version, err
}

// Env is what every run of a command line must have set: no configuration of the user's, which could redirect where
// providers come from, and no call home.
func Env() []string { return []string{"TF_CLI_CONFIG_FILE=" + os.DevNull, "CHECKPOINT_DISABLE=1"} }

package sandbox

import (
	"bufio"
	"context"
	"io"
	"strings"
	"testing"

	"github.com/tray-community/terraform-provider-tray/internal/sandbox/engine"
)

func run(args ...string) (int, string, string) {
	var out, errs strings.Builder
	status := Command(context.Background(), args, &out, &errs)
	return status, out.String(), errs.String()
}

func TestCommand_servesLoopbackOnlyUnlessTold(t *testing.T) {
	for _, address := range []string{"0.0.0.0:0", ":0", "[::]:0", "192.0.2.1:80", "example.com:80", "nonsense"} {
		status, out, errs := run("-listen", address, "-path", engine.MemoryPath)
		if status != 2 || out != "" || !strings.HasPrefix(errs, "Error: -listen ") {
			t.Errorf("%s: status %d, %q, %q", address, status, out, errs)
		}
	}
	for _, address := range []string{"127.0.0.1:0", "localhost:0", "[::1]:0", "127.9.9.9:0"} {
		if err := (commandLine{listen: address}).checkAddress(); err != nil {
			t.Errorf("%s: %v", address, err)
		}
	}
	if err := (commandLine{listen: ":80", listenPublic: true}).checkAddress(); err != nil {
		t.Error(err)
	}
}

func TestCommand_wrongArgumentsSayWhatIsWrong(t *testing.T) {
	for _, c := range []struct {
		args   []string
		status int
		errs   string
	}{
		{[]string{"-nonsense"}, 2, "-nonsense"},
		{[]string{"surplus"}, 2, `"surplus"`},
		{[]string{"-path", engine.MemoryPath, "-plan", "gold"}, 1, `"gold"`},
		{[]string{"-path", engine.MemoryPath, "-owner", "nobody"}, 1, `"nobody"`},
		{[]string{"-path", engine.MemoryPath, "-token", "short"}, 1, "36 characters"},
		{[]string{"-path", engine.MemoryPath, "-list-elements", "half"}, 1, `"half"`},
		{[]string{"-h"}, 0, "Usage:"},
		{[]string{"call", "-path", engine.MemoryPath, "GET"}, 2, "Usage:"},
		{[]string{"call", "-path", engine.MemoryPath, "GET", "core/v1/roles"}, 2, "Usage:"},
	} {
		status, _, errs := run(c.args...)
		if status != c.status || !strings.Contains(errs, c.errs) {
			t.Errorf("%v: status %d, %q", c.args, status, errs)
		}
	}
}

func TestCommand_aPortThatIsTakenIsAnError(t *testing.T) {
	p := startProcess(t, "-listen", "127.0.0.1:0", "-path", engine.MemoryPath)
	status, out, errs := run("-listen", strings.TrimPrefix(p.url, "http://"), "-path", engine.MemoryPath)
	if status != 1 || out != "" || !strings.HasPrefix(errs, "Error: ") {
		t.Errorf("status %d, %q, %q", status, out, errs)
	}
}

func TestCommand_callMakesOneRequestAsTheOwner(t *testing.T) {
	path := newWorld(t, onFile(t)).sandbox.store.Path()
	status, out, errs := run("call", "-path", path, "post", "/management/v1/workspaces", `{"name":"Finance"}`)
	if status != 0 || !strings.HasPrefix(out, "201 Created\n{\"id\":") || errs != "" {
		t.Errorf("status %d, %q, %q", status, out, errs)
	}
	status, out, _ = run("call", "-path", path, "GET", "/core/v1/workspaces?type=Shared")
	if status != 0 || !strings.Contains(out, `"name":"Finance"`) {
		t.Errorf("status %d, %q", status, out)
	}
	status, out, _ = run("call", "-path", path, "GET", "/core/v1/users/none")
	if status != 1 || out != "404 Not Found\n{\"message\":\"There is no user none\"}\n" {
		t.Errorf("status %d, %q", status, out)
	}
	status, out, _ = run("call", "-path", path, "DELETE", "/_sandbox/requests")
	if status != 0 || out != "204 No Content\n" {
		t.Errorf("status %d, %q", status, out)
	}
}

// Whoever evaluates the output gets lines for a shell and nothing else; the link goes to
// where people look.
func TestCommand_printsTheLinkOfThePageApart(t *testing.T) {
	for _, c := range []struct {
		args []string
		link bool
	}{{nil, true}, {[]string{"-listen-public"}, false}, {[]string{"-page=false"}, false}} {
		ctx, stop := context.WithCancel(context.Background())
		var out, errs strings.Builder
		ended := make(chan int, 1)
		reader, writer := io.Pipe()
		go func() {
			ended <- Command(ctx, append([]string{"-listen", "127.0.0.1:0", "-path", engine.MemoryPath}, c.args...), writer, &errs)
			_ = writer.Close()
		}()
		for lines := bufio.NewScanner(reader); lines.Scan(); {
			out.WriteString(lines.Text() + "\n")
			if strings.HasPrefix(lines.Text(), "export TRAY_OPERATOR_TOKEN=") {
				stop()
			}
		}
		if status := <-ended; status != 0 {
			t.Errorf("status %d: %s", status, &errs)
		}
		for line := range strings.Lines(out.String()) {
			if !strings.HasPrefix(line, "export TRAY_") {
				t.Errorf("a shell would evaluate %q", line)
			}
		}
		if got := strings.Contains(errs.String(), "/?key="); got != c.link || !c.link && errs.Len() > 0 {
			t.Errorf("%v: errors are %q", c.args, &errs)
		}
		stop()
	}
}

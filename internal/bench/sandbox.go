package main

import (
	"bufio"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"syscall"
	"time"
)

// sandbox is a sandbox process over HTTP.
type sandbox struct {
	cmd        *exec.Cmd
	url, token string
}

var exportLine = regexp.MustCompile(`^export (TRAY_API_URL|TRAY_API_TOKEN)=["']?([^"']+)["']?$`)

func (b *bench) startSandbox(dir string) (*sandbox, error) {
	cmd := exec.Command(b.provider, "sandbox", "-listen", "127.0.0.1:0", "-page=false", "-path", filepath.Join(dir, "sandbox.db"))
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	s := &sandbox{cmd: cmd}
	lines := bufio.NewScanner(out)
	for (s.url == "" || s.token == "") && lines.Scan() {
		switch m := exportLine.FindStringSubmatch(lines.Text()); {
		case m == nil:
		case m[1] == "TRAY_API_URL":
			s.url = m[2]
		default:
			s.token = m[2]
		}
	}
	if s.url == "" || s.token == "" {
		s.stop()
		return nil, errors.New("the sandbox did not print its two export lines")
	}
	return s, nil
}

func (s *sandbox) stop() {
	_ = s.cmd.Process.Signal(syscall.SIGTERM)
	_ = s.cmd.Wait()
}

func (s *sandbox) env(l layout) []string {
	env := []string{"TRAY_API_URL=" + s.url, "TRAY_API_TOKEN=" + s.token}
	if l.baseline {
		env = append(env, "TRAY_NO_COALESCING=1")
	}
	return env
}

// slow turns on the simulated latency and the rate limit, once the seeding is done.
func (s *sandbox) slow(latency time.Duration, rate int) error {
	return s.call(http.MethodPatch, "/_sandbox/options", map[string]any{"latency": latency.String(), "rate": rate}, nil)
}

// seed makes the layout's users and workspaces, and its memberships unless the
// measured apply makes them. It returns the workspaces' ids.
func (s *sandbox) seed(l layout) ([]string, error) {
	if err := s.call(http.MethodPatch, "/_sandbox/options", map[string]any{"latency": "0s", "rate": 0}, nil); err != nil {
		return nil, err
	}
	for i := range l.users {
		user := map[string]any{"email": fmt.Sprintf("user-%04d@example.com", i), "name": fmt.Sprintf("User %04d", i), "role": "Viewer"}
		if err := s.call(http.MethodPost, "/_sandbox/ui/users", user, nil); err != nil {
			return nil, err
		}
	}
	ids := make([]string, l.workspaces)
	for w := range ids {
		var made struct{ ID string }
		if err := s.call(http.MethodPost, "/_sandbox/ui/workspaces", map[string]any{"name": fmt.Sprintf("workspace-%03d", w)}, &made); err != nil {
			return nil, err
		}
		ids[w] = made.ID
		// Who makes a workspace is in it: out again, so that a full page is a full page.
		if err := s.call(http.MethodDelete, "/_sandbox/ui/workspaces/"+made.ID+"/members/owner@example.com", nil, nil); err != nil {
			return nil, err
		}
	}
	if l.applied {
		return ids, nil
	}
	for w := range l.workspaces {
		for i := range l.size {
			path := "/_sandbox/ui/workspaces/" + ids[w] + "/members/" + l.email(w, i)
			if err := s.call(http.MethodPut, path, map[string]any{"role": l.role(w, i, false)}, nil); err != nil {
				return nil, err
			}
		}
	}
	return ids, nil
}

var (
	idSegment  = regexp.MustCompile(`/[0-9a-f]{8}-[0-9a-f-]{27}`)
	named      = regexp.MustCompile(`/(connectors|services)/[^/]+/versions/[^/]+`)
	usersList  = "GET users"
	polls      = "polls"
	kindsOfURL = map[string]string{
		"GET /core/v1/workspaces/*/users":      "member pages",
		"GET /core/v1/workspaces/*/users/*":    "member GETs",
		"POST /core/v1/workspaces/*/users":     "adds",
		"PUT /core/v1/workspaces/*/users/*":    "role changes",
		"DELETE /core/v1/workspaces/*/users/*": "removals",
		"GET /core/v1/workspaces/*/roles":      "role lists",
		"GET /core/v1/users":                   usersList,
		"GET /core/v1/users/*":                 usersList,
		"GET /core/v1/workspaces":              "workspace pages",
		"GET /core/v1/workspaces/*":            "workspace GETs",
		"GET /management/v1":                   "probe",

		"GET /management/v1/workspaces/*/authentications":                               "authentication pages",
		"GET /core/v1/services/*/versions/*/environments":                               "environment lists",
		"GET /management/v1/services":                                                   "service pages",
		"GET /management/v1/services/*/versions/*/environments":                         "environment lists",
		"GET /core/v1/workspaces/*/on-prem-agent-groups":                                "agent group pages",
		"GET /core/v1/workspaces/*/on-prem-agent-groups/*/agents":                       "agent pages",
		"GET /management/v1/workspaces/*/api-users":                                     "API user pages",
		"GET /management/v1/connectors":                                                 "connector pages",
		"GET /management/v1/connectors/*/versions/*/shares":                             "share lists",
		"POST /cdk/v1/deployments/connectors/*/versions/*/deploy-connector-from-source": "deployments",
		"GET /cdk/v1/deployments/connectors/*/versions/*/*":                             polls,
		"GET /cdk/v1/deployments/connectors/*/versions/*/latest":                        "latest deployments",
	}
)

// requests counts the request log by kind, and the answers with status 429 in it.
func (s *sandbox) requests() (kinds map[string]int, tooMany int, err error) {
	var log []struct {
		Method, Path string
		Status       int
	}
	if err := s.call(http.MethodGet, "/_sandbox/requests", nil, &log); err != nil {
		return nil, 0, err
	}
	kinds = map[string]int{}
	for _, e := range log {
		shape := e.Method + " " + idSegment.ReplaceAllString(named.ReplaceAllString(e.Path, "/$1/*/versions/*"), "/*")
		kind, ok := kindsOfURL[shape]
		if !ok {
			kind = shape
		}
		kinds[kind]++
		if e.Status == http.StatusTooManyRequests {
			tooMany++
		}
	}
	return kinds, tooMany, nil
}

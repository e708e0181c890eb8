package pipelines

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"sync"
	"testing"
)

const (
	jobToken     = "glcbt-a-token-of-one-job-1234567890"
	commentToken = "glpat-a-token-for-comments-1234567890"
)

// gitlabAPI is the API of GitLab as far as the pipeline uses it, its place for states too.
type gitlabAPI struct {
	url       string
	t         testing.TB
	mu        sync.Mutex
	notes     []note
	issues    []gitlabIssue
	approvers []string
	state     []byte
	locked    bool
	locks     int
}

type note struct {
	ID     int            `json:"id"`
	Body   string         `json:"body"`
	Author map[string]int `json:"author"`
}

type gitlabIssue struct {
	IID         int    `json:"iid"`
	Title       string `json:"title"`
	Labels      string `json:"labels"`
	Description string `json:"description"`
	StateEvent  string `json:"state_event"`
}

func newGitlabAPI(t testing.TB) *gitlabAPI {
	a := &gitlabAPI{t: t, notes: []note{}}
	mux := http.NewServeMux()
	const project, request = "/projects/1", "/projects/1/merge_requests/7"
	for route, answer := range map[string]func(r *http.Request) any{
		"GET /user":                       func(*http.Request) any { return map[string]int{"id": 42} },
		"GET " + request + "/notes":       a.page,
		"POST " + request + "/notes":      a.write,
		"PUT " + request + "/notes/{id}":  a.edit,
		"GET " + request + "/approvals":   a.approvals,
		"GET " + project + "/issues":      a.open,
		"POST " + project + "/issues":     a.tell,
		"PUT " + project + "/issues/{id}": a.change,
	} {
		mux.HandleFunc(route, func(w http.ResponseWriter, r *http.Request) {
			a.mu.Lock()
			defer a.mu.Unlock()
			if r.Header.Get("PRIVATE-TOKEN") != commentToken {
				http.Error(w, `{"message": "401 Unauthorized"}`, http.StatusUnauthorized)
				return
			}
			_ = json.NewEncoder(w).Encode(answer(r))
		})
	}
	mux.HandleFunc(project+"/terraform/state/tray", a.serveState)
	mux.HandleFunc(project+"/terraform/state/tray/lock", a.serveState)
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	a.url = server.URL
	return a
}

// serveState is the backend "http", with its lock.
func (a *gitlabAPI) serveState(w http.ResponseWriter, r *http.Request) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if _, password, _ := r.BasicAuth(); password != jobToken {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	lock := r.URL.Path == "/projects/1/terraform/state/tray/lock"
	switch {
	case lock && r.Method == http.MethodPost && a.locked:
		w.WriteHeader(http.StatusLocked)
	case lock:
		a.locked = r.Method == http.MethodPost
		a.locks++
	case r.Method == http.MethodPost && !a.locked:
		w.WriteHeader(http.StatusConflict)
	case r.Method == http.MethodPost:
		a.state, _ = io.ReadAll(r.Body)
	case a.state == nil:
		w.WriteHeader(http.StatusNotFound)
	default:
		_, _ = w.Write(a.state)
	}
}

func (a *gitlabAPI) decode(r *http.Request, into any) {
	if err := json.NewDecoder(r.Body).Decode(into); err != nil {
		a.t.Errorf("%s %s: %v", r.Method, r.URL, err)
	}
}

func (a *gitlabAPI) page(r *http.Request) any {
	number, _ := strconv.Atoi(r.URL.Query().Get("page"))
	from := min((number-1)*100, len(a.notes))
	return a.notes[from:min(from+100, len(a.notes))]
}

func (a *gitlabAPI) write(r *http.Request) any {
	made := note{ID: len(a.notes) + 1000, Author: map[string]int{"id": 42}}
	a.decode(r, &made)
	a.notes = append(a.notes, made)
	return made
}

func (a *gitlabAPI) edit(r *http.Request) any {
	id, _ := strconv.Atoi(r.PathValue("id"))
	a.decode(r, &a.notes[id-1000])
	return a.notes[id-1000]
}

func (a *gitlabAPI) approvals(*http.Request) any {
	by := []any{}
	for _, name := range a.approvers {
		by = append(by, map[string]any{"user": map[string]string{"username": name}})
	}
	return map[string]any{"approved_by": by}
}

func (a *gitlabAPI) open(r *http.Request) any {
	found := []gitlabIssue{}
	for _, i := range a.issues {
		if i.StateEvent != "close" && i.Labels == r.URL.Query().Get("labels") {
			found = append(found, i)
		}
	}
	return found
}

func (a *gitlabAPI) tell(r *http.Request) any {
	made := gitlabIssue{IID: len(a.issues) + 1}
	a.decode(r, &made)
	a.issues = append(a.issues, made)
	return made
}

func (a *gitlabAPI) change(r *http.Request) any {
	iid, _ := strconv.Atoi(r.PathValue("id"))
	a.decode(r, &a.issues[iid-1])
	return a.issues[iid-1]
}

func (a *gitlabAPI) ours() []string {
	var bodies []string
	for _, n := range a.notes {
		if n.Author["id"] == 42 {
			bodies = append(bodies, n.Body)
		}
	}
	return bodies
}

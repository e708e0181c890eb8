package pipelines

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
)

const forgeToken = "ghs_a_token_of_one_job_1234567890"

// forge is the API of GitHub as far as the pipeline uses it. It asks each call for the
// permission that GitHub asks for, of those that the job has.
type forge struct {
	url         string
	t           testing.TB
	mu          sync.Mutex
	permissions map[string]string
	comments    []remark
	issues      []issue
	pulls       []map[string]any
	reviews     []map[string]any
}

type remark struct {
	ID   int    `json:"id"`
	Body string `json:"body"`
	User author `json:"user"`
}

type author struct {
	Login string `json:"login"`
	Type  string `json:"type"`
}

type issue struct {
	Number int      `json:"number"`
	Title  string   `json:"title"`
	Body   string   `json:"body"`
	State  string   `json:"state"`
	Labels []string `json:"labels"`
}

func newForge(t testing.TB) *forge {
	f := &forge{t: t, comments: []remark{}, pulls: []map[string]any{}, reviews: []map[string]any{}}
	mux := http.NewServeMux()
	for route, does := range map[string]struct {
		permission, level string
		answer            func(r *http.Request) any
	}{
		"GET /repos/acme/tray/pulls":                  {"pull-requests", "read", f.find},
		"GET /repos/acme/tray/commits/{sha}/pulls":    {"pull-requests", "read", func(*http.Request) any { return f.pulls }},
		"GET /repos/acme/tray/pulls/{n}/reviews":      {"pull-requests", "read", func(*http.Request) any { return f.reviews }},
		"GET /repos/acme/tray/issues/{n}/comments":    {"pull-requests", "read", f.page},
		"POST /repos/acme/tray/issues/{n}/comments":   {"pull-requests", "write", f.comment},
		"PATCH /repos/acme/tray/issues/comments/{id}": {"pull-requests", "write", f.editComment},
		"GET /repos/acme/tray/issues":                 {"issues", "read", f.openIssues},
		"POST /repos/acme/tray/issues":                {"issues", "write", f.open},
		"PATCH /repos/acme/tray/issues/{n}":           {"issues", "write", f.editIssue},
	} {
		mux.HandleFunc(route, func(w http.ResponseWriter, r *http.Request) {
			f.mu.Lock()
			defer f.mu.Unlock()
			has := f.permissions[does.permission]
			if r.Header.Get("Authorization") != "Bearer "+forgeToken || has != "write" && has != does.level {
				http.Error(w, `{"message": "Resource not accessible by integration"}`, http.StatusForbidden)
				return
			}
			_ = json.NewEncoder(w).Encode(does.answer(r))
		})
	}
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	f.url = server.URL
	return f
}

func (f *forge) decode(r *http.Request, into any) {
	if err := json.NewDecoder(r.Body).Decode(into); err != nil {
		f.t.Errorf("%s %s: %v", r.Method, r.URL, err)
	}
}

// find lists the open pull requests of one branch.
func (f *forge) find(r *http.Request) any {
	found := []map[string]any{}
	for _, p := range f.pulls {
		if p["label"] == r.URL.Query().Get("head") && r.URL.Query().Get("state") == "open" && p["merged_at"] == nil {
			found = append(found, p)
		}
	}
	return found
}

func (f *forge) page(r *http.Request) any {
	number, _ := strconv.Atoi(r.URL.Query().Get("page"))
	from := min((number-1)*100, len(f.comments))
	return f.comments[from:min(from+100, len(f.comments))]
}

func (f *forge) comment(r *http.Request) any {
	made := remark{ID: len(f.comments) + 1000, User: author{"github-actions[bot]", "Bot"}}
	f.decode(r, &made)
	f.comments = append(f.comments, made)
	return made
}

func (f *forge) editComment(r *http.Request) any {
	id, _ := strconv.Atoi(r.PathValue("id"))
	f.decode(r, &f.comments[id-1000])
	return f.comments[id-1000]
}

func (f *forge) openIssues(r *http.Request) any {
	found := []issue{}
	for _, i := range f.issues {
		if i.State == "open" && strings.Join(i.Labels, ",") == r.URL.Query().Get("labels") {
			found = append(found, i)
		}
	}
	return found
}

func (f *forge) open(r *http.Request) any {
	made := issue{Number: len(f.issues) + 1, State: "open"}
	f.decode(r, &made)
	f.issues = append(f.issues, made)
	return made
}

func (f *forge) editIssue(r *http.Request) any {
	number, _ := strconv.Atoi(r.PathValue("n"))
	f.decode(r, &f.issues[number-1])
	return f.issues[number-1]
}

// ours are the comments that the pipeline wrote.
func (f *forge) ours() []string {
	var bodies []string
	for _, c := range f.comments {
		if c.User.Login == "github-actions[bot]" {
			bodies = append(bodies, c.Body)
		}
	}
	return bodies
}

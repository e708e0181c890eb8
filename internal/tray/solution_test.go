package tray

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/tray-community/terraform-provider-tray/internal/contract"
)

// solutionFake is one end user's instances and one solution's releases, in process.
type solutionFake struct {
	mu        sync.Mutex
	instances []wireInstance
	releases  int
	open      bool           // the draft has slots that are not published
	lose      map[string]int // how often the answer to a path's end or a root is lost, after it was carried out
	asked     map[string]int
	callers   map[string]string // the last token, by root
}

func (f *solutionFake) client(t testing.TB) *Client {
	t.Helper()
	f.asked, f.callers = map[string]int{}, map[string]string{}
	c, err := New(Config{
		BaseURL: "https://api.test", Token: canary, MasterToken: master, GraphQLURL: "https://graph.test/graphql",
		RequestsPerSecond: 1e6, Transport: contract.RoundTripper(t, f),
	})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// RoundTrip implements http.RoundTripper.
func (f *solutionFake) RoundTrip(r *http.Request) (*http.Response, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	what, status := r.URL.Path[strings.LastIndex(r.URL.Path, "/")+1:], http.StatusOK
	var body string
	switch what {
	case "graphql":
		what, body = f.graph(r)
	case "previews":
		body = f.impact("")
	case "releases":
		f.releases++
		body, status = f.impact(fmt.Sprintf(`"releaseId":%q,`, uuid(f.releases))), http.StatusCreated
		f.open = false
	default:
		body, status = `{"message":"Not found"}`, http.StatusNotFound
	}
	f.asked[what]++
	if f.lose[what] > 0 {
		f.lose[what]--
		return nil, errDropped
	}
	rec := httptest.NewRecorder()
	rec.Header().Set("Content-Type", "application/json")
	rec.WriteHeader(status)
	_, _ = rec.WriteString(body)
	resp := rec.Result()
	resp.Request = r
	return resp, nil
}

func (f *solutionFake) impact(id string) string {
	slots := `{"created":[],"updated":[],"removed":[]}`
	made := slots
	if f.open {
		made = `{"created":[{"externalId":"x","title":"X","static":false,"hidden":false,"hasBreakingChange":false,"changes":[]}],"updated":[],"removed":[]}`
	}
	return `{` + id + `"breakingChanges":false,"requiresNewUserInput":false,"requiresNewSystemInput":false,"authSlots":` + slots + `,"configSlots":` + made + `}`
}

func (f *solutionFake) graph(r *http.Request) (root, body string) {
	raw, _ := io.ReadAll(r.Body)
	var in struct {
		Query     string `json:"query"`
		Variables struct {
			Input map[string]any `json:"input"`
		} `json:"variables"`
	}
	_ = json.Unmarshal(raw, &in) // the contract has read it
	root = strings.TrimSpace(strings.FieldsFunc(in.Query[strings.Index(in.Query, "{"):], func(r rune) bool { return strings.ContainsRune("{(}", r) })[0])
	f.callers[root] = strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
	switch root {
	case "authorize":
		return root, `{"data":{"authorize":{"accessToken":"` + fmt.Sprintf("%064x", f.asked[root]+1) + `"}}}`
	case "createSolutionInstance":
		f.instances = append(f.instances, wireInstance{ID: fmt.Sprint("i", len(f.instances)+1), Name: in.Variables.Input["instanceName"].(string), Owner: "u1"})
	case "updateSolutionInstance":
		f.instances[0].Enabled = in.Variables.Input["enabled"].(bool)
	case "viewer":
		nodes := make([]string, len(f.instances))
		for i, x := range f.instances {
			nodes[i] = `{"node":` + shownInstance(x) + `}`
		}
		return root, `{"data":{"viewer":{"solutionInstances":{"edges":[` + strings.Join(nodes, ",") + `],"pageInfo":{"endCursor":null,"hasNextPage":false}}}}}`
	}
	return root, `{"data":{"` + root + `":{"solutionInstance":` + shownInstance(f.instances[len(f.instances)-1]) + `}}}`
}

func shownInstance(w wireInstance) string {
	return fmt.Sprintf(`{"id":%q,"name":%q,"enabled":%t,"owner":"u1","created":"2026-11-28T10:00:00.000Z","solution":{"id":"s1"},"authValues":[],"configValues":[{"externalId":"x","value":"7"}],
		"workflows":{"edges":[]},"solutionVersionFlags":{"hasNewerVersion":false,"requiresUserInputToUpdateVersion":false,"requiresSystemInputToUpdateVersion":false}}`, w.ID, w.Name, w.Enabled)
}

func TestRelease_aLostAnswerIsSettledWhereSomethingTells(t *testing.T) {
	for name, c := range map[string]struct {
		open      bool
		published int
		ambiguous bool
	}{
		"a slot was open":     {true, 1, false},
		"no slot tells of it": {false, 1, true},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := &solutionFake{open: c.open, lose: map[string]int{"releases": 1}}
				releases := f.client(t).SolutionReleases
				before, err := releases.Preview(t.Context(), uuid(9))
				if err != nil {
					t.Fatal(err)
				}
				got, err := releases.Publish(t.Context(), uuid(9), *before)
				var e *Error
				if f.releases != c.published || c.ambiguous != (errors.As(err, &e) && e.Ambiguous) {
					t.Errorf("it was published %d times: %+v, %v", f.releases, got, err)
				}
			})
		})
	}
}

func TestInstances_lostAnswersMakeNothingTwice(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &solutionFake{instances: []wireInstance{{ID: "i1", Name: "I"}}, lose: map[string]int{"createSolutionInstance": 1, "updateSolutionInstance": 1, "viewer": 2, "authorize": 1}}
		c := f.client(t)
		got, err := c.SolutionInstances.Create(t.Context(), "u1", "s1", InstanceSpec{Name: ptr("I"), Config: map[string]json.RawMessage{"x": json.RawMessage("7")}})
		if err != nil || got.ID != "i2" || len(f.instances) != 2 {
			t.Fatalf("%d instances, %+v, %v", len(f.instances), got, err)
		}
		now, err := c.SolutionInstances.Update(t.Context(), "u1", "i1", InstanceSpec{Enabled: ptr(true)})
		if err != nil || !now.Enabled || now.ID != "i1" || f.asked["updateSolutionInstance"] != 1 {
			t.Errorf("after an update %+v, %v", now, err)
		}
		for root, token := range f.callers {
			if mine := strings.HasPrefix(token, "0000"); (root == "createSolutionInstance" || root == "updateSolutionInstance") != mine && root != "viewer" {
				t.Errorf("%s is asked with the wrong token", root)
			}
		}
	})
}

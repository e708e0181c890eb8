package provider_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/tray-community/terraform-provider-tray/internal/acctest"
)

// Ctrl-C while the provider waits out a 429 ends the apply at once, keeps what was done
// in the state, and the next apply goes on from there.
func TestInterrupt_duringBackOff(t *testing.T) {
	t.Parallel()
	for _, cli := range []string{acctest.Terraform, acctest.Tofu} {
		t.Run(cli, func(t *testing.T) {
			t.Parallel()
			env := acctest.Start(t)
			c := env.Layout(t, cli, "").Process() // a real process, as the signal reaches it too
			c.Write("main.tf", required+"\n"+env.Config(created))
			c.Init()
			env.Fault(acctest.Fault{Method: "POST", Path: "/core/v1/workspaces/*/users", Status: 429, RetryAfter: 60})

			running := c.Begin(t.Context(), "apply", "-auto-approve", "-input=false")
			eventually(t, "the first 429", func() bool {
				return slices.ContainsFunc(env.Requests(), func(r acctest.Request) bool { return r.Status == 429 })
			})
			pressed := time.Now()
			running.Interrupt()
			got := running.Wait()
			// Two seconds is the promise; the rest is for a machine that does other things.
			if took := time.Since(pressed); took > 5*time.Second {
				t.Errorf("the apply took %s to end", took)
			}
			if got.Code == 0 {
				t.Errorf("the interrupted apply ends with success:\n%s", got.Text())
			}
			if env.Requests().Count("POST", "/core/v1/workspaces/*/users") != 1 {
				t.Errorf("it was tried again:\n%s", env.Requests())
			}
			kept := c.Resources()
			for _, address := range []string{"tray_user.ana", "tray_user.ben", "tray_workspace.sales"} {
				if kept[address] == nil {
					t.Errorf("%s was made and is not in the state", address)
				}
			}
			stateIsTrue(t, env, c, true)

			env.ClearFaults()
			c.Apply()
			c.NoChanges()
			stages[0].arrived(t, env)
		})
	}
}

// crowd is created in company, so that several writes are in flight at once.
const crowd = created + `
resource "tray_user" "more" {
  count             = 3
  email             = "more${count.index}@example.com"
  name              = "More"
  organization_role = "Viewer"
  onboarding        = "create"
}
resource "tray_workspace_member" "more" {
  count        = 3
  workspace_id = tray_workspace.sales.id
  user_id      = tray_user.more[count.index].id
  role         = "Viewer"
}
`

const crowdWrites = 10 // 5 people, a workspace, 4 memberships

// One Ctrl-C at 200 ms of latency left in Tray what the state did not have, and the next
// apply refused it as existing already. Now it is pressed as each write in turn is done
// in Tray and its answer is still on the way; TRAY_TEST_FAULTS=all, else every third.
func TestInterrupt_losesNothingThatWasSent(t *testing.T) {
	t.Parallel()
	step := acctest.ByDay(3, 1)
	for _, cli := range []string{acctest.Terraform, acctest.Tofu} {
		t.Run(cli, func(t *testing.T) {
			t.Parallel()
			for k := 1; k <= crowdWrites; k += step {
				t.Run(fmt.Sprint("write ", k), func(t *testing.T) {
					t.Parallel()
					interruptAtWrite(t, cli, k)
				})
			}
		})
	}
}

func interruptAtWrite(t *testing.T, cli string, k int) {
	t.Helper()
	env := acctest.Start(t)
	done := make(chan struct{})
	slow := slowly(t, env.URL, k, done)
	c := env.Layout(t, cli, "").Process()
	config := func(url string) {
		c.Write("main.tf", strings.Replace(required+"\n"+env.Config(crowd), env.URL, url, 1))
	}
	config(slow)
	c.Init()
	running := c.Begin(t.Context(), "apply", "-auto-approve", "-input=false")
	select {
	case <-done:
	case <-time.After(time.Minute):
		t.Errorf("waited a minute for write %d", k)
	}
	running.Interrupt()
	got := running.Wait()

	kept := fmt.Sprint(c.Resources())
	tray := env.State()
	for _, u := range tray.Users {
		if u.Email != acctest.OwnerEmail && !strings.Contains(kept, u.ID) {
			t.Errorf("the user %s is in Tray and not in the state:\n%s", u.Email, got.Text())
		}
	}
	for _, w := range tray.Shared() {
		if !strings.Contains(kept, "name:"+w) {
			t.Errorf("the workspace %s is in Tray and not in the state:\n%s", w, got.Text())
		}
	}
	for _, email := range tray.Pending() {
		if !strings.Contains(kept, "email:"+email) {
			t.Errorf("the invitation of %s is in Tray and not in the state:\n%s", email, got.Text())
		}
	}
	if memberships := len(tray.Access(acctest.OwnerEmail)); strings.Count(kept, "role:")-strings.Count(kept, "organization_role:") != memberships {
		t.Errorf("Tray has %d memberships, the state %s\n%s", memberships, kept, got.Text())
	}
	stateIsTrue(t, env, c, true)

	config(env.URL)
	c.Apply()
	c.NoChanges()
	if n := len(env.Requests().Writes()); n != crowdWrites {
		t.Errorf("%d writes in both applies, want %d, each once:\n%s", n, crowdWrites, env.Requests().Writes())
	}
}

// slowly is an address at which Tray answers 200 ms after it has acted. done is closed
// when the k-th write has been carried out, before its answer leaves.
func slowly(t *testing.T, tray string, k int, done chan<- struct{}) string {
	t.Helper()
	to, err := url.Parse(tray)
	if err != nil {
		t.Fatal(err)
	}
	var writes atomic.Int64
	proxy := httputil.NewSingleHostReverseProxy(to)
	proxy.ModifyResponse = func(resp *http.Response) error {
		if resp.Request.Method != http.MethodGet && writes.Add(1) == int64(k) {
			close(done)
		}
		time.Sleep(200 * time.Millisecond)
		return nil
	}
	proxy.ErrorHandler = func(http.ResponseWriter, *http.Request, error) {} // the client has left
	server := httptest.NewServer(proxy)
	t.Cleanup(server.Close)
	return server.URL
}

// eventually waits until something has happened elsewhere, which nothing announces.
func eventually(t *testing.T, what string, happened func() bool) {
	t.Helper()
	deadline := time.Now().Add(time.Minute)
	for !happened() {
		if time.Now().After(deadline) {
			t.Fatalf("waited a minute for %s", what)
		}
		time.Sleep(20 * time.Millisecond) // between looks; nothing relies on its length
	}
}

package provider_test

import (
	"slices"
	"testing"
	"time"

	"github.com/tray-community/terraform-provider-tray/internal/acctest"
)

// Ctrl-C while the provider waits out a 429 ends the apply at once, keeps what was done
// in the state, and the next apply goes on from there.
func TestInterrupt_duringBackOff(t *testing.T) {
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

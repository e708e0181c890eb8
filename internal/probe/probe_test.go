package probe

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
)

// What is added to the sandbox's assumptions has to be added to the table too.
func TestTable_everyAssumptionIsAskedOrSaysWhyNot(t *testing.T) {
	known := map[int]bool{}
	for _, q := range questions() {
		known[q.Number] = true
		if Asks(q.Number) == "" {
			t.Errorf("assumption %d has no row in table.go: give it a probe, or human(%d, \"why the program cannot ask it\")", q.Number, q.Number)
		}
	}
	seen := map[int]bool{}
	for _, e := range table {
		switch {
		case !known[e.number]:
			t.Errorf("row %d is about no assumption", e.number)
		case seen[e.number]:
			t.Errorf("there are two rows %d", e.number)
		case e.how == byHand && e.why == "", e.how != byHand && (e.ask == nil || e.most < 1):
			t.Errorf("row %d is not complete", e.number)
		}
		seen[e.number] = true
	}
}

// What the program asks and what the sandbox does agree, in every form that the sandbox has.
func TestProbe_everyAnswerOfTheSandboxAgrees(t *testing.T) {
	for _, c := range []struct {
		overHTTP, management, embedded bool
	}{{false, true, false}, {false, false, true}, {true, false, false}, {true, true, true}} {
		t.Run(fmt.Sprintf("%+v", c), func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, c.embedded, map[string]any{"management": c.management})
			if c.overHTTP {
				server := httptest.NewServer(w.sandbox)
				t.Cleanup(server.Close)
				w.env["TRAY_API_URL"], w.transport = server.URL, http.DefaultTransport
			}
			o := w.run(context.Background(), w.writing()...)
			if o.status != 0 {
				t.Errorf("status %d\n%s", o.status, o.stderr)
			}
			for _, e := range table {
				want := agrees
				if e.how == byHand || e.number == 38 && !c.embedded {
					want = notAsked
				}
				if got := o.finding(e.number); got.Verdict != want {
					t.Errorf("%d: %s %s %q", e.number, got.Verdict, got.Why, got.Answered)
				}
			}
		})
	}
}

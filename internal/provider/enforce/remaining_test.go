package enforce

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
	"github.com/tray-community/terraform-provider-tray/internal/provider/policy"
)

// Terraform plans ten removals at once, and each of them may be judged before another has said
// anything: a person was listed by two errors of one plan.
func TestRemaining_ofManyAtOnceEachPersonIsListedOnceAndTheLimitToo(t *testing.T) {
	t.Parallel()
	for range 100 {
		p := &base.Provider{Ledger: &base.Ledger{}}
		details := make([]string, 10)
		var all sync.WaitGroup
		start := make(chan struct{})
		for n := range details {
			all.Go(func() {
				<-start
				table := ""
				for who := range n + 1 {
					table += fmt.Sprintf("\n  - p%d@example.com from sales", who)
				}
				details[n] = remaining(p, policy.Violation{Summary: "Too many", Detail: "the limit is passed:" + table + "\n\nallow it"})
			})
		}
		close(start)
		all.Wait()
		said := strings.Join(details, "\n")
		for who := range details {
			if n := strings.Count(said, fmt.Sprintf("- p%d@", who)); n != 1 {
				t.Fatalf("p%d is listed %d times:\n%s", who, n, said)
			}
		}
		if n := strings.Count(said, "the limit is passed"); n != 1 {
			t.Fatalf("the limit is named %d times:\n%s", n, said)
		}
	}
}

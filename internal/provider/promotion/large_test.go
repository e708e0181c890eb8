//go:build !race

package promotion_test

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tray-community/terraform-provider-tray/internal/acctest"
)

// large makes an export of n bytes or somewhat more out of another.
func (r road) large(n int, file string) {
	r.T.Helper()
	var b strings.Builder
	b.WriteString(`"steps":{`)
	for i := 0; b.Len() < n; i++ {
		fmt.Fprintf(&b, `"s%d":{"connector":{"name":"http-client","version":"5.6"},"properties":{"body":{"type":"string","value":"canary-%032d"}}},`, i, i)
	}
	raw, err := os.ReadFile(filepath.Join(r.Dir, "one.json"))
	if err != nil {
		r.T.Fatal(err)
	}
	whole := strings.Replace(string(raw), `"steps":{`, b.String(), 1)
	if len(whole) < n {
		r.T.Fatalf("no steps in %s", raw)
	}
	r.Write(file, whole)
}

// The real process: what a test in this one measures is the sandbox's memory, too. The plan
// reads and sends all of it; `make bench` measures the apply.
func TestImport_of20MBIsPlannedWithin300MB(t *testing.T) {
	t.Parallel()
	acctest.OnBoth(t, newRoad, func(r road) {
		r.inProcess()
		r.export(r.dev, "1.0", "one.json")
		r.large(20_000_000, "large.json")
		r.Write("main.tf", r.hcl("large.json"))
		got, peak := r.Begin(r.T.Context(), "plan", "-input=false", "-out=saved").WaitWatched()
		if asked := r.Env.Requests().Count(http.MethodPost, imports+"/previews"); got.Code != 0 || asked != 1 {
			r.T.Fatalf("it ends with %d after %d previews: %s", got.Code, asked, got.Text())
		}
		r.T.Logf("%d MB at the peak", peak/1e6)
		if peak < 20e6 || peak > 300e6 {
			r.T.Errorf("at its peak the provider has %d MB", peak/1e6)
		}
		if saved, err := os.Stat(filepath.Join(r.Dir, "saved")); err != nil || saved.Size() > 100_000 {
			r.T.Errorf("%v; the saved plan is %v", err, saved)
		}
	})
}

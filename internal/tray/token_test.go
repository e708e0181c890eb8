package tray

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
)

// The token is in no error, and no log, even of a server that repeats it.
func TestClient_tokenIsInNoMessageAndNoLog(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		echo := fmt.Sprintf(`{"message":"bad token %s","code":"%s"}`, canary, canary)
		for what, flt := range map[string]fault{
			"401": {status: 401, body: echo}, "503": {status: 503, body: echo}, "429": {status: 429, body: echo},
			"request id": {status: 400, body: "{}", header: http.Header{"X-Request-Id": {canary}}},
			"HTML":       {status: 200, body: "<p>" + canary, kind: "text/" + canary}, "dropped": {before: true},
			"shape": {status: 200, body: `{"elements":"` + canary + `"}`},
		} {
			f := newFake(1)
			f.fault = on("*", "", 0, 0, flt)
			var lines strings.Builder
			var mu sync.Mutex
			c := f.client(t, func(cfg *Config) {
				cfg.MaxRetries = 1
				cfg.Log = func(_ context.Context, event string, fields map[string]any) {
					mu.Lock()
					defer mu.Unlock()
					fmt.Fprintln(&lines, event, fields)
				}
			})
			for name, v := range verbs {
				err := v.do(t.Context(), c)
				var e *Error
				if !errors.As(err, &e) { // an odd answer to a removal is still a 200
					if err != nil || what != "shape" {
						t.Errorf("%s, %s: %v is not an Error", what, name, err)
					}
				} else if strings.Contains(fmt.Sprintf("%v %+v", err, *e), canary) {
					t.Errorf("%s, %s: %v", what, name, err)
				}
			}
			if lines.Len() == 0 || strings.Contains(lines.String(), canary) || strings.Contains(lines.String(), "Bearer") {
				t.Errorf("%s: the log is %.300s", what, lines.String())
			}
		}
	})
}

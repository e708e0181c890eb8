package provider_test

import (
	"regexp"
	"strings"
	"testing"
)

// What a lesser token does not see is missing in its snapshot. The command says so, and a
// plan by it takes nothing for gone that the token itself would not: it says of each object
// what it says with the token, or that it cannot tell.
func TestSnapshot_ofALesserTokenTakesNothingForGone(t *testing.T) {
	t.Parallel()
	for plane := range planes {
		t.Run(plane, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, plane)
			for _, tok := range tokens() {
				t.Run(tok.name, func(t *testing.T) {
					token := w.Env.NewToken(tok.make)
					w := w
					env := *w.Env
					env.Token = token
					taken := env.MustSnapshot(t)
					if lesser := strings.Contains(taken.Stdout, "is no organization Owner's or Admin's"); lesser == tok.all {
						t.Errorf("the command says of what it saw:\n%s", taken.Stdout)
					}
					for _, gone := range []bool{false, true} {
						live := w.serve(t, token)
						p := newPlanner(t, env.BySnapshot(t, taken.Path), map[string]any{"sandbox": map[string]any{"path": taken.Path, "read_only": true}})
						by := wire{t, p.server, p.all.ResourceSchemas}
						for _, k := range w.kept {
							if gone {
								k.attributes = []byte(elsewhere.ReplaceAllString(string(k.attributes), "0000"))
								k.private = nil
							}
							want, got := live.read(k), by.read(k)
							if unheld[k.typ] || unlisted[k.typ] && plane == "platform API alone" {
								if tok.all && got.dropped && want.dropped {
									continue // what it is of is held, and gone
								}
								if got.dropped || !got.failed() || tok.all && !unheldSaid.MatchString(got.said) {
									t.Errorf("%s, which no snapshot holds (dropped %v):\n%s", k.typ, got.dropped, got.said)
								}
								continue
							}
							if got.failed() && !got.dropped && !tok.all {
								continue // it cannot tell
							}
							if want.dropped != got.dropped || want.failed() != got.failed() || plainly(want.said) != plainly(got.said) {
								t.Errorf("%s %s\nwith the token (dropped %v):\n%s\nby the snapshot (dropped %v):\n%s", k.typ, k.attributes, want.dropped, want.said, got.dropped, got.said)
							}
							if got.dropped && !tok.all && k.typ != "tray_workspace_member" {
								t.Errorf("%s is taken for gone by what a %s sees", k.typ, tok.name)
							}
						}
					}
				})
			}
		})
	}
}

// unheldSaid is how a plan by a snapshot says that it cannot tell; once a run in full.
var unheldSaid = regexp.MustCompile("no snapshot holds|The snapshot does not hold|for the same reason as above or below")

// elsewhere makes of an id one of nothing.
var elsewhere = regexp.MustCompile(`\b[0-9a-f]{4}\b`)

// plainly is a message without the number of the request.
func plainly(said string) string {
	return regexp.MustCompile(`, request \S+|request req_\d+`).ReplaceAllString(said, "")
}

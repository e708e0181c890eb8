package sandbox

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"unicode"

	"github.com/tray-community/terraform-provider-tray/internal/sandbox/engine"
)

// What happened, in words. The nouns tell it where they do it, in the transaction that
// does it, so that the API and people in the UI need it said once; of a write that tells
// nothing, tell says the least.

// somebody is who acts in the UI: the sandbox cannot know.
const somebody = "Somebody in the UI"

// did tells what the caller did: the rest of a sentence that begins with them.
func (c *call) did(about, format string, args ...any) {
	e := engine.Event{Plane: engine.PlaneAPI, Who: "A program", What: fmt.Sprintf(format, args...), About: about}
	switch {
	case c.route == nil:
		e.Who = "An operator" // from outside: see within
	case c.route.control:
		e.Plane, e.Who = engine.PlaneUI, somebody
	case strings.Contains(strings.ToLower(c.agent), "terraform"):
		e.Who = "Terraform"
	}
	c.happened(e)
}

// sandboxed tells what was done to the sandbox, which nobody does in Tray.
func (c *call) sandboxed(format string, args ...any) {
	c.happened(engine.Event{Plane: engine.PlaneSandbox, Who: "You", What: fmt.Sprintf(format, args...)})
}

func (c *call) happened(e engine.Event) { c.events = append(c.events, e) }

// tell writes down what the call did. Addresses are named by their pattern, as a token
// may stand in one.
func (c *call) tell() error {
	if c.route == nil || !c.route.writes() {
		return nil
	}
	if len(c.events) == 0 {
		c.tellLeast()
	}
	return c.writeDown()
}

func (c *call) writeDown() error {
	for _, e := range c.events {
		if err := e.Append(c.tx.Tx, c.now); err != nil {
			return err
		}
	}
	c.events = nil
	return nil
}

// tellLeast says what an operation is called, or which address was asked.
func (c *call) tellLeast() {
	switch {
	case c.route.Operation != "":
		c.did("", "did this: %s", spaced(c.route.Operation))
	case strings.HasPrefix(c.route.Pattern, controlPrefix+"ui/"):
		c.did("", "did this: %s %s", c.route.Method, c.route.Pattern)
	default:
		c.sandboxed("did this: %s %s", c.route.Method, c.route.Pattern)
	}
}

// spaced makes words of an operation's name: createThing is create thing.
func spaced(operation string) string {
	var b strings.Builder
	for _, r := range operation {
		if unicode.IsUpper(r) {
			b.WriteByte(' ')
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}

// What an event is about: the kind, a colon, and what the thing is known by.
func aboutWorkspace(id string) string               { return "workspace:" + id }
func aboutMember(workspaceID, userID string) string { return "member:" + workspaceID + "/" + userID }
func aboutPerson(email string) string               { return "person:" + emailKey(email) }

// timelineBody is what GET /_sandbox/timeline answers, the newest first.
type timelineBody struct {
	Mark      string              `json:"mark"` // another one when anything has happened since
	Events    []engine.Event      `json:"events"`
	Requests  []engine.Replayable `json:"requests"`
	Unmanaged []string            `json:"unmanaged"` // what people did something about in the UI, and no program ever
}

const maxTimeline = 1000

// getTimeline answers with the last events and requests; last=0 asks for the mark only.
func getTimeline(c *call) (answer, error) {
	last, err := lastOf(c.query)
	if err != nil {
		return answer{}, err
	}
	event, request, err := engine.Marks(c.tx.Tx)
	if err != nil {
		return answer{}, err
	}
	body := timelineBody{Mark: fmt.Sprintf("%d.%d", event, request), Events: []engine.Event{}, Requests: []engine.Replayable{}, Unmanaged: []string{}}
	if last == 0 {
		return ok(body)
	}
	if body.Events, err = engine.Events(c.tx.Tx, last); err != nil {
		return answer{}, err
	}
	if body.Requests, err = engine.LastRequests(c.tx.Tx, last); err != nil {
		return answer{}, err
	}
	body.Unmanaged, err = engine.OnlyInUI(c.tx.Tx, last)
	if err != nil {
		return answer{}, err
	}
	return ok(body)
}

func lastOf(query url.Values) (int, error) {
	if !query.Has("last") {
		return 100, nil
	}
	n, err := strconv.Atoi(query.Get("last"))
	if err != nil || n < 0 || n > maxTimeline {
		return 0, engine.InvalidQuery("last", "expected a number from 0 to %d, got %q", maxTimeline, query.Get("last"))
	}
	return n, nil
}

package sandbox

import (
	"fmt"
	"time"

	"github.com/tray-community/terraform-provider-tray/internal/sandbox/engine"
)

// controlNoun is the sandbox itself: what tests do to it. The nouns add what people do in
// Tray's UI. Callers need an organization Owner's or Admin's token.
var controlNoun = noun{
	actions: []*route{
		on("GET", "/_sandbox/requests", "", OurOwn, RightControl, getRequests),
		on("DELETE", "/_sandbox/requests", "", OurOwn, RightControl, deleteRequests),
		on("GET", "/_sandbox/faults", "", OurOwn, RightControl, getFaults),
		bodies(faultBody, prepared(on("POST", "/_sandbox/faults", "", OurOwn, RightControl, postFault), snapshotForFault)),
		prepared(on("DELETE", "/_sandbox/faults", "", OurOwn, RightControl, deleteFaults), removeSnapshots),
		on("GET", "/_sandbox/clock", "", OurOwn, RightControl, getClock),
		on("POST", "/_sandbox/clock", "", OurOwn, RightControl, advanceClock),
		naming(prepared(on("POST", "/_sandbox/reset", "", OurOwn, RightControl, resetAll), removeSnapshots)),
		on("GET", "/_sandbox/options", "", OurOwn, RightControl, getOptions),
		on("PATCH", "/_sandbox/options", "", OurOwn, RightControl, patchOptions),
		on("GET", "/_sandbox/state", "", OurOwn, RightControl, getState),
		on("GET", "/_sandbox/timeline", "", OurOwn, RightControl, getTimeline),
	},
	overOrganization: rights{
		RightControl: {yesA, yesA, noA, noA, noA},
	},
}

// RightControl is asked for everything under /_sandbox/.
const RightControl Right = "use the sandbox's control plane"

func prepared(r *route, outside before) *route {
	r.outside = outside
	return r
}

type clockBody struct {
	Now string `json:"now"`
}

func getClock(c *call) (answer, error) { return ok(clockBody{engine.Timestamp(c.now)}) }

// advanceClock moves the sandbox's time, in which invites and tokens expire. It only goes
// forward: nothing that has expired comes back to life.
func advanceClock(c *call) (answer, error) {
	in, err := c.fields()
	if err != nil {
		return answer{}, err
	}
	text, err := engine.Required[string](in, "advance")
	if err != nil {
		return answer{}, err
	}
	by, err := time.ParseDuration(text)
	if err != nil || by < 0 {
		return answer{}, engine.BadRequest("advance must be a positive duration such as 24h, got %q", text)
	}
	if _, err := c.tx.Exec("UPDATE organization SET advance = advance + ?", by.Nanoseconds()); err != nil {
		return answer{}, err
	}
	c.sandboxed("let %s pass", inDays(by))
	return ok(clockBody{engine.Timestamp(c.now.Add(by))})
}

// inDays says a duration as people do.
func inDays(d time.Duration) string {
	const day = 24 * time.Hour
	switch {
	case d == day:
		return "a day"
	case d > 0 && d%day == 0:
		return fmt.Sprintf("%d days", d/day)
	}
	return d.String()
}

package sandbox

import (
	"time"

	"github.com/tray-community/terraform-provider-tray/internal/sandbox/engine"
)

// controlRoutes are the control plane: what tests do to the sandbox, and what people do in Tray's UI. Its callers need an
// organization Owner's or Admin's token.
var controlRoutes = control(
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
	operators(on("POST", "/_sandbox/tokens", "", OurOwn, RightControl, postToken)),
	on("DELETE", "/_sandbox/tokens/{token}", "", OurOwn, RightControl, deleteToken),
	on("GET", "/_sandbox/state", "", OurOwn, RightControl, getState),
	on("POST", "/_sandbox/invites/{invite}/accept", "", OurOwn, RightControl, acceptInvite),

	on("POST", "/_sandbox/ui/invites/{invite}/cancel", "", OurOwn, RightControl, uiCancelInvite),
	on("POST", "/_sandbox/ui/users", "", OurOwn, RightControl, uiCreateUser),
	on("PUT", "/_sandbox/ui/users/{user}", "", OurOwn, RightControl, uiChangeUser),
	on("DELETE", "/_sandbox/ui/users/{user}", "", OurOwn, RightControl, uiDeleteUser),
	on("POST", "/_sandbox/ui/workspaces", "", OurOwn, RightControl, uiCreateWorkspace),
	on("PATCH", "/_sandbox/ui/workspaces/{workspace}", "", OurOwn, RightControl, uiChangeWorkspace),
	on("DELETE", "/_sandbox/ui/workspaces/{workspace}", "", OurOwn, RightControl, uiDeleteWorkspace),
	on("PUT", "/_sandbox/ui/workspaces/{workspace}/members/{user}", "", OurOwn, RightControl, uiPutMember),
	on("DELETE", "/_sandbox/ui/workspaces/{workspace}/members/{user}", "", OurOwn, RightControl, uiRemoveMember),
	on("POST", "/_sandbox/ui/projects", "", OurOwn, RightControl, uiCreateProject),
	on("POST", "/_sandbox/ui/services", "", OurOwn, RightControl, uiCreateService),
)

func control(all ...*route) []*route {
	for _, r := range all {
		r.control = true
	}
	return all
}

func prepared(r *route, outside before) *route {
	r.outside = outside
	return r
}

type clockBody struct {
	Now string `json:"now"`
}

func getClock(c *call) (answer, error) { return ok(clockBody{engine.Timestamp(c.now)}) }

// advanceClock moves the sandbox's time, in which invites and tokens expire. It only goes forward: nothing that has expired
// comes back to life.
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
	return ok(clockBody{engine.Timestamp(c.now.Add(by))})
}

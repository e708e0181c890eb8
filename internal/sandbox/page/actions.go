package page

import (
	"context"
	"net/http"
	"net/url"
	"sort"
)

// action does what the form of one button says, by a request of the control plane.
type action func(ctx context.Context, p *Page, form url.Values) error

// actions by their address, below /_page/.
var actions = map[string]action{
	"later": func(ctx context.Context, p *Page, _ url.Values) error {
		return p.ask(ctx, http.MethodPost, "/_sandbox/clock", object{"advance": "24h"}, nil)
	},
	"person": func(ctx context.Context, p *Page, f url.Values) error {
		return p.ask(ctx, http.MethodPost, "/_sandbox/ui/users", object{"email": f.Get("email"), "role": f.Get("role")}, nil)
	},
	"role": func(ctx context.Context, p *Page, f url.Values) error {
		return p.ask(ctx, http.MethodPut, "/_sandbox/ui/users/"+segment(f, "user"), forced(f, object{"role": f.Get("role")}), nil)
	},
	"delete": func(ctx context.Context, p *Page, f url.Values) error {
		return p.ask(ctx, http.MethodDelete, "/_sandbox/ui/users/"+segment(f, "user"), forced(f, object{}), nil)
	},
	"workspace": func(ctx context.Context, p *Page, f url.Values) error {
		return p.ask(ctx, http.MethodPost, "/_sandbox/ui/workspaces", forced(f, object{"name": f.Get("name")}), nil)
	},
	"member": changeMember,
	"accept": func(ctx context.Context, p *Page, f url.Values) error {
		return p.ask(ctx, http.MethodPost, "/_sandbox/invites/"+segment(f, "invite")+"/accept", nil, nil)
	},
	"expire": func(ctx context.Context, p *Page, f url.Values) error {
		return p.ask(ctx, http.MethodPost, "/_sandbox/ui/invites/"+segment(f, "invite")+"/expire", nil, nil)
	},
	"cancel": func(ctx context.Context, p *Page, f url.Values) error {
		return p.ask(ctx, http.MethodPost, "/_sandbox/ui/invites/"+segment(f, "invite")+"/cancel", nil, nil)
	},
	"break": breakSomething,
	"heal": func(ctx context.Context, p *Page, _ url.Values) error {
		return p.ask(ctx, http.MethodDelete, "/_sandbox/faults", nil, nil)
	},
}

type object = map[string]any

// segment is a field of a form as a part of a path.
func segment(f url.Values, name string) string { return url.PathEscape(f.Get(name)) }

// forced says to break the organization's rules when the form does.
func forced(f url.Values, body object) object {
	if f.Get("force") == "true" {
		body["force"] = true
	}
	return body
}

// changeMember gives somebody a role in a workspace, or none.
func changeMember(ctx context.Context, p *Page, f url.Values) error {
	target := "/_sandbox/ui/workspaces/" + segment(f, "workspace") + "/members/" + segment(f, "user")
	if f.Get("role") == "" {
		return p.ask(ctx, http.MethodDelete, target, forced(f, object{}), nil)
	}
	return p.ask(ctx, http.MethodPut, target, forced(f, object{"role": f.Get("role")}), nil)
}

// misfortune is one of the buttons that break things.
type misfortune struct {
	Name, Label, Says string
	fault             object
}

var misfortunes = []misfortune{
	{"lost", "Lose the next answer", "The next request is carried out, and its answer never arrives.", object{"path": "**", "drop": "after", "times": 1}},
	{"slow", "Be slow", "Every answer takes two seconds longer.", object{"path": "**", "delay": "2s"}},
	{"down", "503 for a minute", "Nothing is carried out for a minute.", object{"path": "**", "status": http.StatusServiceUnavailable, "for": "1m"}},
	{"stale", "Freeze the lists", "Whatever is read is as it is now, whatever changes.", object{"method": http.MethodGet, "path": "**", "stale": true}},
}

func breakSomething(ctx context.Context, p *Page, f url.Values) error {
	for _, m := range misfortunes {
		if m.Name == f.Get("what") {
			return p.ask(ctx, http.MethodPost, "/_sandbox/faults", m.fault, nil)
		}
	}
	return &refusal{http.StatusBadRequest, "There is no such way to break things."}
}

// refused is what the sandbox would not do, and the form that asked for it, so that it can
// be asked for with force.
type refused struct {
	Message, Action string
	Fields          []field
}

type field struct{ Name, Value string }

// forcible are the actions that the sandbox carries out against the rules.
var forcible = map[string]bool{"/_page/member": true, "/_page/role": true, "/_page/delete": true, "/_page/workspace": true}

// repeated is the form of a request, once more; nothing when force has no meaning or has
// been tried.
func repeated(r *http.Request) (all []field) {
	if !forcible[r.URL.Path] || r.PostForm.Get("force") != "" {
		return nil
	}
	for name := range r.PostForm {
		all = append(all, field{name, r.PostForm.Get(name)})
	}
	sort.Slice(all, func(i, j int) bool { return all[i].Name < all[j].Name })
	return all
}

package probe

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

const (
	tries = 3           // Of each request that cleans up.
	pause = time.Second // Between them.
)

// cleanUp takes away what the run has made, and notes what it cannot. It goes by what was asked for rather than by what was
// answered, because a lost answer may be about a success.
func (r *run) cleanUp(ctx context.Context) {
	c := &cleaning{r, ctx}
	for _, id := range r.strangers {
		c.removeStranger(id)
	}
	for _, label := range slices.Sorted(maps.Keys(r.people)) {
		c.deletePerson(r.people[label])
	}
	if len(r.people) > 0 {
		c.deleteWorkspaces()
	}
	for _, email := range slices.Sorted(maps.Keys(r.invited)) {
		c.cancelInvitation(r.invited[email])
	}
	if len(r.left) == 0 {
		fmt.Fprintln(r.progress, "Everything that was made is taken away again.")
		return
	}
	fmt.Fprintln(r.progress, "Left behind:")
	for _, thing := range r.left {
		fmt.Fprintln(r.progress, "  - "+thing)
	}
}

// cleanMost bounds the requests of cleanUp.
func cleanMost(people, invites int) int {
	const stranger = 2
	return tries * (stranger + 3*people + maxPages + people + 3*invites)
}

type cleaning struct {
	*run
	ctx context.Context
}

// send tries a few times.
func (c *cleaning) send(method, path string, query url.Values) (reply, error) {
	var got reply
	var err error
	for n := range tries {
		if n > 0 {
			if err := c.wire.clock.wait(c.ctx, pause); err != nil {
				return got, err
			}
		}
		got, err = c.wire.send(c.ctx, request{token: c.token, method: method, path: path, query: query})
		if err == nil && got.status < 500 && got.status != http.StatusTooManyRequests {
			return got, nil
		}
	}
	return got, err
}

// leave notes what is left though it should not be.
func (c *cleaning) leave(what string, got reply, err error) {
	c.unclean = true
	c.left = append(c.left, what+": "+outcome(got, err))
}

// leaveOn notes what may be left because nobody could look.
func (c *cleaning) leaveOn(what string, err error) {
	if err != nil {
		c.unclean = true
		c.left = append(c.left, what+", if it was made: "+err.Error())
	}
}

func outcome(got reply, err error) string {
	if err != nil {
		return err.Error()
	}
	return got.String()
}

func gone(got reply) bool { return got.ok() || got.status == http.StatusNotFound }

// removeStranger takes an id of nobody out of the throwaway workspace, in case it was let in.
func (c *cleaning) removeStranger(id string) {
	got, err := c.send(http.MethodGet, memberPath(c.throwaway, id), nil)
	if err == nil && got.ok() {
		got, err = c.send(http.MethodDelete, memberPath(c.throwaway, id), nil)
	}
	if err != nil || !gone(got) && got.status != http.StatusBadRequest {
		c.leave("a member "+id+" of the workspace, who is nobody", got, err)
	}
}

// deletePerson deletes whoever has the throwaway address, after reading that it is theirs: ids that a list or an answer gave are
// not enough to delete somebody by.
func (c *cleaning) deletePerson(p *person) {
	what := "the user " + p.email
	id := p.id
	if id == "" && !refused(p.made) {
		found, err := c.find(p.email)
		c.leaveOn(what, err)
		id = found
	}
	if id == "" {
		return
	}
	got, err := c.send(http.MethodGet, userPath(id), nil)
	if err == nil && got.status == http.StatusNotFound {
		return
	}
	if err != nil || !got.ok() {
		c.leave(what, got, err)
		return
	}
	if !strings.EqualFold(got.object().text("email"), p.email) {
		c.leave(what+", as the user "+id+" has another address", got, nil)
		return
	}
	if got, err = c.send(http.MethodDelete, userPath(id), nil); err != nil || !gone(got) {
		c.leave(what, got, err)
	}
}

// refused tells that a request certainly made nothing.
func refused(made reply) bool { return made.status >= 400 && made.status < 500 }

// find looks a user up by a throwaway address.
func (c *cleaning) find(email string) (id string, err error) {
	got, err := c.send(http.MethodGet, "/core/v1/users", url.Values{"email": {email}, "first": {"100"}})
	if err == nil && !got.ok() {
		err = errors.New(got.String())
	}
	if err != nil {
		return "", err
	}
	for _, o := range pageOf(got).Elements {
		if strings.EqualFold(o.text("email"), email) || strings.Contains(o.text("name"), c.tag) {
			return o.text("id"), nil
		}
	}
	return "", nil
}

// deleteWorkspaces deletes the workspaces that deleting people has made. They are named after them, with the tag of this run.
// Only the management plane can; on a live Tray they stay, and somebody has to delete them in the UI.
func (c *cleaning) deleteWorkspaces() {
	query := url.Values{"type": {"Shared"}, "first": {"100"}}
	for range maxPages {
		got, err := c.send(http.MethodGet, "/core/v1/workspaces", query)
		if err != nil || !got.ok() {
			c.leave("any shared workspace with "+c.tag+" in its name", got, err)
			return
		}
		p := pageOf(got)
		for _, o := range p.Elements {
			if strings.HasPrefix(o.text("name"), "Tray probe "+c.tag+" ") {
				c.deleteWorkspace(o)
			}
		}
		if !p.PageInfo.HasNextPage {
			return
		}
		query.Set("cursor", p.PageInfo.EndCursor)
	}
	c.left = append(c.left, "perhaps shared workspaces with "+c.tag+" in their names: there are too many workspaces to look through")
}

func (c *cleaning) deleteWorkspace(o object) {
	what := fmt.Sprintf("the shared workspace %q (%s)", o.text("name"), o.text("id"))
	if !c.management {
		c.left = append(c.left, what+": delete it under Settings, Workspaces; Tray has no call for it")
		return
	}
	got, err := c.send(http.MethodDelete, "/management/v1/workspaces/"+segment(o.text("id")), nil)
	if err != nil || !gone(got) {
		c.leave(what, got, err)
	}
}

// cancelInvitation cancels what is pending for a throwaway address, where that can be done.
func (c *cleaning) cancelInvitation(i *invitation) {
	if !i.open {
		return
	}
	what := "the invitation of " + i.email
	if !c.management {
		until := "until it expires"
		if i.expires != "" {
			until = "until " + i.expires
		}
		c.left = append(c.left, what+": open "+until+", unless it is cancelled under People, Other; do not accept it")
		return
	}
	id, err := c.pendingInvitation(i.email)
	if err != nil || id == "" {
		c.leaveOn(what, err)
		return
	}
	got, err := c.send(http.MethodDelete, "/management/v1/invites/"+segment(id), nil)
	if err == nil && gone(got) {
		return
	}
	// The answer may be about a second try, after one that worked and was lost.
	if id, lookErr := c.pendingInvitation(i.email); lookErr != nil || id != "" {
		c.leave(what, got, err)
	}
}

// pendingInvitation is the id of an address's pending invitation, or empty. There is at most one.
func (c *cleaning) pendingInvitation(email string) (string, error) {
	got, err := c.send(http.MethodGet, "/management/v1/invites", url.Values{"email": {email}, "status": {"pending"}, "first": {"100"}})
	if err == nil && !got.ok() {
		err = errors.New(got.String())
	}
	for _, o := range pageOf(got).Elements {
		if err == nil && strings.EqualFold(o.text("email"), email) {
			return o.text("id"), nil
		}
	}
	return "", err
}

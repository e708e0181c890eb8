package coalesce

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/tray-community/terraform-provider-tray/internal/tray/rest"
)

// To settle a write is to find out by looking what became of it, where its answer leaves
// that open; see rest.IsAmbiguous.

// AtMostOnce makes an object at most once. After a failure that leaves open whether post
// did its work, look says whether the object is there: then it is what was made, and
// otherwise post is tried again. What look cannot say stays ambiguous.
//
// look returns nil, nil for absence. It is asked even when ctx has ended meanwhile, as
// what was made must become known; post is not tried again then.
func AtMostOnce[T any](ctx context.Context, c Client, post, look func() (*T, error)) (*T, error) {
	tried := false
	for try := 1; ; try++ {
		made, err := post()
		if err == nil {
			return made, nil
		}
		// A conflict after a try that may have worked is most likely with itself.
		unsure := rest.IsAmbiguous(err) || (tried && rest.IsConflict(err))
		if !unsure {
			return nil, err
		}
		tried = true
		found, lookErr := look()
		switch {
		case lookErr != nil:
			return nil, StillAmbiguous(err, lookErr)
		case found != nil:
			return found, nil
		case rest.IsConflict(err):
			return nil, err
		case !c.Retry(ctx, try):
			return nil, NotDone(err)
		}
	}
}

// CreateOnce is AtMostOnce for an object of c, and lays it over the reads.
func (c *Collection[T]) CreateOnce(ctx context.Context, post, look func() (*T, error)) (*T, error) {
	made, err := AtMostOnce(ctx, c.client, post, look)
	if err != nil {
		if rest.IsAmbiguous(err) || rest.IsConflict(err) {
			c.Invalidate()
		}
		return nil, err
	}
	c.Wrote(c.ID(*made), *made)
	return made, nil
}

// InTurn carries out a write to one object, or to one that has a name only, as soon as
// no other write to it is under way. What completes the write, once sent, runs on after.
func InTurn[R any](ctx context.Context, c Turns, id string, write func(after context.Context) (R, error)) (R, error) {
	after, unlock, err := c.lock(ctx, id)
	if err != nil {
		var none R
		return none, err
	}
	defer unlock()
	return write(after)
}

// Removal is how an object is removed.
type Removal struct {
	Send func() error
	// Look reads the object, in a way that proves its absence, where the answer to Send
	// leaves that open.
	Look func(after context.Context) error
	// Reaches, when set, voids what else the removal changes: when it is done, and when
	// it may be.
	Reaches func(done bool)
}

// RemoveOnce removes an object. One that is already gone is success.
func (c *Collection[T]) RemoveOnce(ctx context.Context, id string, r Removal) error {
	_, err := InTurn(ctx, c, id, func(after context.Context) (none T, err error) {
		err = r.Send()
		if rest.IsAmbiguous(err) && r.Reaches != nil {
			r.Reaches(false)
		}
		if err = c.settleRemoval(id, err, func() error { return r.Look(after) }); err != nil {
			return none, err
		}
		removed := c.Removed(id)
		if r.Reaches != nil {
			r.Reaches(true)
		}
		return c.Confirm(ctx, after, removed, false)
	})
	return err
}

// settleRemoval ends a removal: nil means that the object is gone. A 404 is success
// when an earlier try of the same call may have worked or we have removed it before,
// and otherwise when look, a read that proves, says so; for 404 is also what Tray
// answers for what it hides.
func (c *Collection[T]) settleRemoval(id string, err error, look func() error) error {
	var e *rest.Error
	if !errors.As(err, &e) {
		return nil
	}
	notFound := e.Status == http.StatusNotFound
	if notFound && (e.Repeated || c.RemovedByUs(id)) {
		return nil
	}
	c.ForgetAfter(id, err)
	if !notFound && !e.Ambiguous {
		return err
	}
	if e.Ambiguous {
		c.mu.Lock()
		c.race(id)
		c.mu.Unlock()
	}
	switch lookErr := look(); {
	case rest.IsGone(lookErr):
		return nil
	case notFound:
		return err
	case lookErr != nil:
		return StillAmbiguous(err, lookErr)
	}
	return NotDone(err)
}

// SettleChange ends a change that failed: when its fate is open, the object is read, and
// one that shows the change is success. Otherwise err is returned, ambiguous only if
// reading failed too.
func (c *Collection[T]) SettleChange(after context.Context, id string, err error, shows func(T) bool) (T, error) {
	var none T
	c.ForgetAfter(id, err)
	if !rest.IsAmbiguous(err) {
		return none, err
	}
	now, lookErr := c.One(after, id)
	switch {
	case rest.HasStatus(lookErr, http.StatusNotFound):
		return none, NotDone(err)
	case lookErr != nil:
		return none, StillAmbiguous(err, lookErr)
	case shows(now):
		return now, nil
	}
	return none, NotDone(err)
}

// Persistently looks for what a write of unknown fate may have made: a server may lag,
// so that its absence, nil, is believed only when it persists.
func Persistently[T any](ctx context.Context, look func() (*T, error)) (*T, error) {
	for try := 0; ; try++ {
		found, err := look()
		if err != nil || found != nil || try == rereads-1 {
			return found, err
		}
		if err := rest.Pause(ctx, firstReread<<try); err != nil {
			return nil, err
		}
	}
}

// NotDone is err after a look has shown that nothing was done.
func NotDone(err error) error {
	var e *rest.Error
	if !errors.As(err, &e) {
		return err
	}
	known := *e
	known.Ambiguous = false
	return &known
}

// StillAmbiguous is err, of a write, after looking what became of it has failed as well.
func StillAmbiguous(err, lookErr error) error {
	var e *rest.Error
	if !errors.As(err, &e) {
		return err
	}
	open := *e
	open.Ambiguous = true
	var look *rest.Error
	if errors.As(lookErr, &look) && look.Ambiguous {
		open.Hint = look.Hint // it knows better what to look for
		return &open
	}
	open.Hint = fmt.Sprintf("Tray may have done it all the same, and looking it up failed (%s): look in Tray before applying again.",
		lookErr.Error())
	return &open
}

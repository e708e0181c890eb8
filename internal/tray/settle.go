package tray

import (
	"context"
	"errors"
	"fmt"
	"net/http"
)

// settle makes an object at most once. After a failure that leaves open whether post
// did its work, look says whether the object is there: then it is what was made, and
// otherwise post is tried again. What look cannot say stays ambiguous.
//
// look returns nil, nil for absence. It is asked even when ctx has ended meanwhile, as
// what was made must become known; post is not tried again then.
func settle[T any](ctx context.Context, c *Client, post, look func() (*T, error)) (*T, error) {
	tried := false
	for try := 1; ; try++ {
		made, err := post()
		if err == nil {
			return made, nil
		}
		// A conflict after a try that may have worked is most likely with itself.
		unsure := isAmbiguous(err) || (tried && hasStatus(err, http.StatusConflict))
		if !unsure {
			return nil, err
		}
		tried = true
		found, lookErr := look()
		switch {
		case lookErr != nil:
			return nil, stillAmbiguous(err, lookErr)
		case found != nil:
			return found, nil
		case hasStatus(err, http.StatusConflict):
			return nil, err
		case !c.rest.Retry(ctx, try):
			return nil, settledNot(err)
		}
	}
}

// settledNot is err after a look has shown that nothing was done.
func settledNot(err error) error {
	var e *Error
	if !errors.As(err, &e) {
		return err
	}
	known := *e
	known.Ambiguous = false
	return &known
}

func stillAmbiguous(err, lookErr error) error {
	var e *Error
	if !errors.As(err, &e) {
		return err
	}
	open := *e
	open.Ambiguous = true
	var look *Error
	if errors.As(lookErr, &look) && look.Ambiguous {
		open.Hint = look.Hint // it knows better what to look for
		return &open
	}
	open.Hint = fmt.Sprintf("Tray may have done it all the same, and looking it up failed (%s): look in Tray before applying again.",
		lookErr.Error())
	return &open
}

// settleRole ends a failed role change: when its fate is open, the object is read, and
// one that shows the role is success. Otherwise err is returned, ambiguous only if
// reading failed too.
func settleRole[T any](after context.Context, all *collection[T], id string, err error, done func(T) bool) (T, error) {
	var none T
	all.forgetAfter(id, err)
	if !isAmbiguous(err) {
		return none, err
	}
	now, lookErr := all.one(after, id)
	switch {
	case hasStatus(lookErr, http.StatusNotFound):
		return none, settledNot(err)
	case lookErr != nil:
		return none, stillAmbiguous(err, lookErr)
	case done(now):
		return now, nil
	}
	return none, settledNot(err)
}

// settleRemoval ends a removal: nil means that the object is gone. A 404 is success
// when an earlier try of the same call may have worked or we have removed it before,
// and otherwise when look, a read that proves, says so; for 404 is also what Tray
// answers for what it hides.
func settleRemoval[T any](all *collection[T], id string, err error, look func() error) error {
	var e *Error
	if !errors.As(err, &e) {
		return nil
	}
	notFound := e.Status == http.StatusNotFound
	if notFound && (e.Repeated || all.removedByUs(id)) {
		return nil
	}
	all.forgetAfter(id, err)
	if !notFound && !e.Ambiguous {
		return err
	}
	switch lookErr := look(); {
	case IsGone(lookErr):
		return nil
	case notFound:
		return err
	case lookErr != nil:
		return stillAmbiguous(err, lookErr)
	}
	return settledNot(err)
}

// roleKept names the role in the error of a change that Tray did not make.
func roleKept(err error, shown, wanted Role) error {
	var e *Error
	if !errors.As(err, &e) || !e.Ambiguous || e.Status != http.StatusOK {
		return err
	}
	e.Message = fmt.Sprintf("Tray answered 200 to giving the role %s, but still shows the role %s", wanted.Name, shown.Name)
	return e
}

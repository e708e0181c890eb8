package tray

import (
	"github.com/tray-community/terraform-provider-tray/internal/tray/coalesce"
	"github.com/tray-community/terraform-provider-tray/internal/tray/rest"
)

// Error is every failure of a call: an answer that is not 2xx, an answer that
// cannot be read, or no answer at all. It is always returned as a pointer.
type Error = rest.Error

// IsGone reports whether err proves that the object does not exist. A 404 alone does
// not: Tray also answers 404 for what a token may not see (facts: errors).
func IsGone(err error) bool { return rest.IsGone(err) }

// IsForbidden reports whether err is a 403, the token lacking a right.
func IsForbidden(err error) bool { return rest.IsForbidden(err) }

// IsConflict reports whether Tray refused because of what is there (409).
func IsConflict(err error) bool { return rest.IsConflict(err) }

func hasStatus(err error, status int) bool { return rest.HasStatus(err, status) }

// isAmbiguous reports whether err leaves open what the server did.
func isAmbiguous(err error) bool { return rest.IsAmbiguous(err) }

// gone is the error of an object that is proven absent, by what.
func gone(what, proof string) *Error { return rest.NewGone(what, proof) }

// asGone is a 404 that something else has proven.
func asGone(err error, proof string) error { return rest.AsGone(err, proof) }

// notDone is err after a look has shown that nothing was done.
func notDone(err error) error { return coalesce.NotDone(err) }

// stillAmbiguous is err, of a write, after looking what became of it has failed as well.
func stillAmbiguous(err, lookErr error) error { return coalesce.StillAmbiguous(err, lookErr) }

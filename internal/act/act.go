// Package act does, once, what is no object with a state: it invites somebody again, makes a
// version of a project, publishes a solution, calls an operation of a connector. Terraform's
// actions and the subcommand act of the binary are two ways to the same functions.
//
// Nothing remembers what an act did before. Each therefore looks first, and what is done
// already is said and left alone: to begin it a second time is harmless.
package act

import (
	"context"
	"errors"
	"fmt"

	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

// Acts are done in one organization.
type Acts struct {
	API *tray.Client
	// Tell is told what is done, in sentences that hold no secret; nil is for nobody.
	Tell func(text string)
}

func (a Acts) tell(format string, args ...any) {
	if a.Tell != nil {
		a.Tell(fmt.Sprintf(format, args...))
	}
}

// Problem is why nothing was done, or not all of it.
type Problem struct {
	// Argument is to blame, by its name in an action; "" is none.
	Argument string
	// Summary is a few words, Detail says what to do.
	Summary, Detail string
}

// Error implements error.
func (p *Problem) Error() string { return p.Summary + ". " + p.Detail }

// couldNot is the problem that err is to whoever was doing that; nil for nil.
func couldNot(doing, argument string, err error) error {
	if err == nil {
		return nil
	}
	detail := err.Error()
	if errors.Is(err, context.Canceled) {
		detail = "Interrupted. Begin it again: it looks first what is done already."
	}
	return &Problem{argument, "Could not " + doing, detail}
}

// ambiguous reports whether err leaves open what Tray did.
func ambiguous(err error) bool {
	var e *tray.Error
	return errors.As(err, &e) && e.Ambiguous
}

// refused reports whether Tray has answered that it does not do it.
func refused(err error) bool {
	var e *tray.Error
	return errors.As(err, &e) && e.Status >= 400 && e.Status < 500
}

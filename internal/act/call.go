package act

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

// Call is an operation of a connector that is to be called, and what is expected of it.
type Call struct {
	Connector                   tray.ConnectorRef
	Operation, AuthenticationID string
	Input                       tray.SecretObject
	// Expect are values in the output by their place, such as "account.status".
	Expect map[string]string
	// RetryFor is how long to call again while it fails; 0 is one call.
	RetryFor time.Duration
	// ShowOutput has problems show the output, without the values of the input.
	ShowOutput bool
}

// The pauses between two calls: the first, and the longest.
const (
	firstPause   = 2 * time.Second
	longestPause = 15 * time.Second
)

// CallOperation calls an operation and holds what comes of it against what is expected. What
// the called system says may hold anything, and is in no message unless that is asked for.
func (a Acts) CallOperation(ctx context.Context, c Call) error {
	names, err := a.Operations(ctx, c.Connector)
	if err != nil {
		return couldNot("find the connector", "connector", err)
	}
	if problem := c.Unknown(names); problem != nil {
		return problem
	}
	began, pause := time.Now(), firstPause
	for try := 1; ; try++ {
		a.tell("Calling %s of the connector %s, try %d.", c.Operation, c.Connector, try)
		again, problem := a.call(ctx, c)
		if problem == nil {
			a.tell("%s of the connector %s did as expected, after %s.", c.Operation, c.Connector, time.Since(began).Round(100*time.Millisecond))
			return nil
		}
		if !again || time.Since(began)+pause > c.RetryFor {
			return problem
		}
		select {
		case <-ctx.Done():
			return couldNot("call the operation", "operation", ctx.Err())
		case <-time.After(pause):
		}
		pause = min(2*pause, longestPause)
	}
}

// Operations are the names of what a connector can do.
func (a Acts) Operations(ctx context.Context, connector tray.ConnectorRef) ([]string, error) {
	all, err := a.API.Connectors.Operations(ctx, connector)
	names := make([]string, len(all))
	for i, o := range all {
		names[i] = o.Name
	}
	return names, err
}

// Unknown is the problem of an operation that is none of these; nil where it is one.
func (c Call) Unknown(names []string) error {
	if slices.Contains(names, c.Operation) {
		return nil
	}
	return &Problem{"operation", "The connector has no such operation",
		fmt.Sprintf("The connector %s has no operation %q. Its operations are: %s.", c.Connector, c.Operation, strings.Join(names, ", "))}
}

// call calls once. Again reports whether another call may come to something else: a call
// that Tray refuses is refused again.
func (a Acts) call(ctx context.Context, c Call) (again bool, problem error) {
	got, err := a.API.Connectors.Call(ctx, c.Connector, tray.ConnectorCall{Operation: c.Operation, AuthenticationID: c.AuthenticationID, Input: c.Input})
	if ambiguous(err) {
		err = fmt.Errorf("%w\n\nThe operation may have been carried out", err)
	}
	if err != nil {
		return ctx.Err() == nil && !refused(err), couldNot("call the operation", "operation", err)
	}
	if !got.OK {
		return true, &Problem{"operation", "The operation failed", fmt.Sprintf("Tray has called %s of the connector %s, and the called system refused, or could not be reached. %s",
			c.Operation, c.Connector, c.shown(got.Output))}
	}
	wrong := mismatches(got.Output, c.Expect)
	if len(wrong) == 0 {
		return false, nil
	}
	return true, &Problem{"expect_output", "The operation did something else than expected", fmt.Sprintf("%s of the connector %s succeeded, but in its output:\n  - %s\n\n%s",
		c.Operation, c.Connector, strings.Join(wrong, "\n  - "), c.shown(got.Output))}
}

// longestOutput is how much of an output a message shows.
const longestOutput = 2000

// shown is what a message says of an output.
func (c Call) shown(output tray.SecretObject) string {
	if !c.ShowOutput {
		return "The output may hold secrets, and is not shown: show_output = true shows it, or run the operation in Tray."
	}
	text := []rune(c.Input.Hide(string(output.Reveal())))
	if len(text) > longestOutput {
		text = append(text[:longestOutput], []rune(" …")...)
	}
	return "The output, without values of the input: " + string(text)
}

// mismatches are the places in an output that do not hold what is expected: never what they
// hold, nor what was expected of them.
func mismatches(output tray.SecretObject, expect map[string]string) (all []string) {
	document := parsed(output.Reveal())
	for _, place := range slices.Sorted(maps.Keys(expect)) {
		value, there := lookUp(document, place)
		switch {
		case !there:
			all = append(all, fmt.Sprintf("there is no %s", place))
		case !is(value, expect[place]):
			all = append(all, fmt.Sprintf("%s is %s, and has another value", place, kindOf(value)))
		}
	}
	return all
}

package act

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"strings"

	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

func resendFlags(f *flag.FlagSet) (needed []string, do func(context.Context, Acts) error) {
	var i Invitation
	f.StringVar(&i.Email, "email", "", "`address` that was invited")
	f.StringVar(&i.Role, "organization-role", "", "`role` to invite to; that of the last invitation, which a live Tray does not tell")
	f.DurationVar(&i.Within, "unless-sent-within", DefaultWithin, "how young an open invitation is that stays as it is")
	return []string{"email"}, func(ctx context.Context, a Acts) error { return a.ResendInvite(ctx, i) }
}

func snapshotFlags(f *flag.FlagSet) (needed []string, do func(context.Context, Acts) error) {
	var v Version
	f.StringVar(&v.ProjectID, "project-id", "", "`id` of the project")
	f.StringVar(&v.Number, "version-number", "", "`number` such as 1.4; the next one, and none where the newest version holds what the project is")
	f.StringVar(&v.Title, "title", "", "`title` that people see")
	f.StringVar(&v.Description, "description", "", "what is in it")
	return []string{"project-id", "title"}, func(ctx context.Context, a Acts) error { return a.SnapshotProject(ctx, v) }
}

func publishFlags(f *flag.FlagSet) (needed []string, do func(context.Context, Acts) error) {
	var p Publication
	f.StringVar(&p.SolutionID, "solution-id", "", "`id` of the solution")
	f.BoolVar(&p.AllowBreaking, "allow-breaking-changes", false, "publish changes that break instances, too")
	return []string{"solution-id"}, func(ctx context.Context, a Acts) error { return a.PublishSolution(ctx, p) }
}

func callFlags(f *flag.FlagSet, stdin io.Reader) (needed []string, do func(context.Context, Acts) error) {
	c := Call{Expect: map[string]string{}}
	f.StringVar(&c.Connector.Name, "connector", "", "`name` of the connector")
	f.StringVar(&c.Connector.Version, "version", "", "`version` of the connector, such as 1.0")
	f.StringVar(&c.Operation, "operation", "", "`name` of the operation")
	f.StringVar(&c.AuthenticationID, "authentication-id", "", "`id` of the authentication to call it with")
	input := f.String("input", "{}", "JSON `object` that the operation takes; - reads it from standard input, where it stands in no list of processes")
	f.Func("expect-output", "`place=value` that the output must have, such as account.status=active; may be given several times", func(text string) error {
		place, value, is := strings.Cut(text, "=")
		if !is {
			return errors.New("write place=value")
		}
		if problem := PlaceProblem(place); problem != "" {
			return errors.New(problem)
		}
		c.Expect[place] = value
		return nil
	})
	f.DurationVar(&c.RetryFor, "retry-for", 0, "how long to call again while it fails; only for an operation that may be repeated")
	f.BoolVar(&c.ShowOutput, "show-output", false, "show the output when it fails, which may hold secrets")
	return []string{"connector", "version", "operation"}, func(ctx context.Context, a Acts) error {
		if err := c.take(*input, stdin); err != nil {
			return err
		}
		return a.CallOperation(ctx, c)
	}
}

// mostInput is how much is read as input.
const mostInput = 1 << 20

// take takes over the input. Its error does not quote.
func (c *Call) take(input string, stdin io.Reader) error {
	raw := []byte(input)
	if input == "-" {
		var err error
		if raw, err = io.ReadAll(io.LimitReader(stdin, mostInput)); err != nil {
			return fmt.Errorf("the input could not be read: %w", err)
		}
	}
	object, err := tray.NewSecretObject(raw)
	if err != nil {
		return &Problem{"input", "Not a JSON object", "Write what the operation takes, or {} for nothing."}
	}
	c.Input = object
	return nil
}

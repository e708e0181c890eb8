package act

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

// Publication is a solution that is to be published as it is now.
type Publication struct {
	SolutionID    string
	AllowBreaking bool
}

// PublishSolution publishes a solution, unless what is published is the same already, as far
// as that can be told, or it would break instances and may not.
func (a Acts) PublishSolution(ctx context.Context, p Publication) error {
	preview, err := a.API.SolutionReleases.Preview(ctx, p.SolutionID)
	if err != nil {
		return couldNot("ask what publishing the solution would do", "solution_id", err)
	}
	if problem := p.Breaks(&preview.Impact); problem != nil {
		return problem
	}
	before, err := a.API.ManagedSolutions.Current(ctx, p.SolutionID)
	if err != nil {
		return couldNot("read the solution", "solution_id", err)
	}
	if before != nil && before.IsLive() {
		a.tell("The solution is published as it is since %s: nothing is done.", at(before.ReleasedAt))
		return nil
	}
	a.tell("Publishing the solution. Tray says of it: %s.", Changes(&preview.Impact))
	got, err := a.API.SolutionReleases.Publish(ctx, p.SolutionID, *preview)
	if ambiguous(err) { // where nothing tells what became of it
		err = fmt.Errorf("%w\n\nBegin it again: to publish the same twice makes another release with the same content, to which instances go by themselves", err)
	}
	if err != nil {
		return couldNot("publish the solution", "solution_id", err)
	}
	a.tell("The solution is published, as release %s.", got.ID)
	return nil
}

// Breaks is the problem of breaking changes that are not allowed; nil where all is well.
func (p Publication) Breaks(i *tray.SolutionImpact) error {
	if !i.BreakingChanges || p.AllowBreaking {
		return nil
	}
	return &Problem{"allow_breaking_changes", "Publishing breaks instances of the solution",
		fmt.Sprintf("Tray calls it a breaking change: %s. Nothing is published. If that is meant, write\n\n  allow_breaking_changes = true", Changes(i))}
}

// Changes is what a preview says of slots, in words.
func Changes(i *tray.SolutionImpact) string {
	if len(i.Messages) > 0 {
		return strings.TrimSuffix(strings.Join(i.Messages, "; "), ".")
	}
	var all []string
	for _, slots := range []struct {
		kind string
		tray.Changes
	}{{"authentications", i.AuthenticationSlots}, {"configuration", i.ConfigSlots}} {
		for _, how := range []struct {
			done  string
			names []string
		}{{"added", slots.Created}, {"changed", slots.Updated}, {"removed", slots.Removed}} {
			if len(how.names) > 0 {
				all = append(all, fmt.Sprintf("slots for %s %s: %s", slots.kind, how.done, strings.Join(how.names, ", ")))
			}
		}
	}
	if len(all) == 0 {
		return "no slot changes"
	}
	return strings.Join(all, "; ")
}

func at(t time.Time) string { return t.UTC().Format(time.RFC3339) }

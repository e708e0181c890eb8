package solutioninstance

import (
	"context"
	"fmt"
	"iter"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/list"
	listschema "github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
	"github.com/tray-community/terraform-provider-tray/internal/provider/embedded"
	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

// instanceList has the type name and the provider of the resource.
type instanceList struct{ instanceResource }

type query struct {
	UserID     types.String `tfsdk:"user_id"`
	SolutionID types.String `tfsdk:"solution_id"`
}

func (l *instanceList) ListResourceConfigSchema(_ context.Context, _ list.ListResourceSchemaRequest, resp *list.ListResourceSchemaResponse) {
	resp.Schema = base.ListSchema("Finds instances of solutions"+base.ForQuery+".", "yes, in an organization with Embedded and with a `master_token`",
		"one list for each end user (100 a page), read no further than `limit` needs, and without `user_id` the list of end users.", map[string]listschema.Attribute{
			"user_id":     base.Only("Only instances of this end user. Omitted: those of all of them."),
			"solution_id": base.Only("Only instances of this solution."),
		})
}

func (l *instanceList) List(ctx context.Context, req list.ListRequest, stream *list.ListResultsStream) {
	want, ok := base.Listing[query](ctx, l.Provider, req, stream)
	if !ok || !embedded.Lists(ctx, l.Provider, "solution instances", stream) {
		return
	}
	stream.Results = base.Results(req, "solution instances", l.pages(ctx, want.UserID.ValueString()), func(i owned) (list.ListResult, bool) {
		if !want.SolutionID.IsNull() && want.SolutionID.ValueString() != i.SolutionID {
			return list.ListResult{}, false
		}
		m := model{UserID: types.StringValue(i.userID)}
		m.fromAPI(&i.SolutionInstance)
		return base.Listed(ctx, req, i.Name+" of "+i.user, m.identity(), m), true
	})
}

// owned is an instance and whose it is.
type owned struct {
	tray.SolutionInstance
	userID, user string
}

// pages yields the instances of one end user or, of "", of one after the other.
func (l *instanceList) pages(ctx context.Context, userID string) iter.Seq2[[]owned, error] {
	users := base.OnePage([]tray.EmbeddedUser{{ID: userID, Name: userID}}, nil)
	if userID == "" {
		users = base.OnePage(l.API.EmbeddedUsers.List(ctx))
	}
	return base.Within(users, func(u tray.EmbeddedUser) iter.Seq2[[]owned, error] {
		return func(yield func([]owned, error) bool) {
			for page, err := range l.API.SolutionInstances.Pages(ctx, u.ID) {
				all := make([]owned, len(page))
				for i, x := range page {
					all[i] = owned{x, u.ID, u.Name}
				}
				if !yield(all, err) {
					return
				}
			}
		}
	})
}

const form = "<end user>/<instance>, the end user by its id or its external id, the instance by its id or its name"

// ImportState takes an end user and an instance, or an identity.
func (r *instanceResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	diags := &resp.Diagnostics
	if !r.Ready(diags) || !embedded.Ready(ctx, r.Provider, noun.One, req.ID, path.Empty(), diags) {
		return
	}
	m, ok := r.toImport(ctx, req, diags)
	if ok && r.ClaimImport(ctx, noun, m.object(m.ID.ValueString()), resp) {
		base.Store(ctx, &resp.State, m, resp.Identity, m.identity(), diags)
	}
}

// toImport is what an import names.
func (r *instanceResource) toImport(ctx context.Context, req resource.ImportStateRequest, diags *diag.Diagnostics) (m model, ok bool) {
	parts, ok := base.ImportNames(ctx, req, form, diags, "user_id", "id")
	if !ok {
		return m, false
	}
	users, err := r.API.EmbeddedUsers.List(ctx)
	if base.Failed(diags, "import the solution instance", err) {
		return m, false
	}
	for _, u := range users {
		if u.ID == parts[0] || u.ExternalID == parts[0] {
			return r.ofUser(ctx, u, parts[1], diags)
		}
	}
	diags.AddError("Could not find the end user", fmt.Sprintf("No end user has the id or the external id %q.", parts[0]))
	return m, false
}

// ofUser is the instance of an end user with that id or name.
func (r *instanceResource) ofUser(ctx context.Context, u tray.EmbeddedUser, instance string, diags *diag.Diagnostics) (m model, ok bool) {
	all, err := r.API.SolutionInstances.List(ctx, u.ID)
	if base.Failed(diags, "import the solution instance", err) {
		return m, false
	}
	var found []string
	for _, i := range all {
		if i.ID == instance || i.Name == instance {
			m = model{UserID: types.StringValue(u.ID)}
			m.fromAPI(&i)
			found = append(found, i.ID)
		}
	}
	if len(found) == 1 {
		return m, true
	}
	diags.AddError("Could not find the solution instance", fmt.Sprintf("%d instances of the end user %s have the id or the name %q.%s", len(found), u.Name, instance, base.OneOf(found)))
	return m, false
}

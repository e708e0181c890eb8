package promotion

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/tray-community/terraform-provider-tray/internal/export"
	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

// environments are those of a service in the destination. What cannot be read is not known.
func (r *importResource) environments(ctx context.Context, service export.Ref) (all []tray.Environment, known bool) {
	version, err := strconv.ParseInt(service.Version, 10, 64)
	if err != nil {
		return nil, false
	}
	all, err = r.API.Environments.Usable(ctx, tray.ServiceRef{Name: service.Name, Version: version})
	return all, err == nil || base.NotSeen(err)
}

// checkTypes holds each authentication that is given against its slot. Tray shows an
// authentication to the token that made it; one that this token may not see is not judged.
func (r *importResource) checkTypes(ctx context.Context, given map[string]string, slots []tray.AuthenticationRequirement, diags *diag.Diagnostics) {
	at := path.Root("authentications")
	for _, slot := range slots {
		id := given[slot.ExportID]
		if id == "" {
			continue
		}
		a, err := r.API.Authentications.Get(ctx, id)
		if tray.IsGone(err) {
			diags.AddAttributeError(at, "Could not find an authentication", fmt.Sprintf("The slot %q is given the authentication %s, which does not exist. %s", slot.Title, id, remedyFor(slot)))
		}
		if err != nil {
			continue
		}
		r.checkType(ctx, *a, slot, diags)
	}
}

func (r *importResource) checkType(ctx context.Context, a tray.Authentication, slot tray.AuthenticationRequirement, diags *diag.Diagnostics) {
	at := path.Root("authentications")
	service := export.Ref{Name: slot.Service.Name, Version: strconv.FormatInt(slot.Service.Version, 10)}
	all, known := r.environments(ctx, service)
	if known && len(all) > 0 && !slices.ContainsFunc(all, func(e tray.Environment) bool { return e.ID == a.ServiceEnvironmentID }) {
		diags.AddAttributeError(at, "An authentication of another service",
			fmt.Sprintf("The slot %q is for the service %s %d. %s (%s) is an authentication of another one. %s", slot.Title, slot.Service.Name, slot.Service.Version, a.Name, a.ID, remedyFor(slot)))
		return
	}
	lacking := slices.DeleteFunc(slices.Clone(slot.Scopes), func(scope string) bool { return slices.Contains(a.Scopes, scope) })
	if len(lacking) > 0 {
		diags.AddAttributeError(at, "An authentication without the scopes",
			fmt.Sprintf("The slot %q needs scopes that %s (%s) has not: %s. %s", slot.Title, a.Name, a.ID, strings.Join(lacking, ", "), remedyFor(slot)))
	}
}

func remedyFor(slot tray.AuthenticationRequirement) string {
	return fmt.Sprintf("Give it one of %s.", needsOf(slot))
}

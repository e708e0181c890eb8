package base

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tray-community/terraform-provider-tray/internal/provider/policy"
)

// SplitID takes an import id of n parts apart, of which the last may hold slashes. Form is
// how it is written, such as "<workspace>/<name>".
func SplitID(id string, n int, form string, diags *diag.Diagnostics) ([]string, bool) {
	parts := strings.SplitN(id, "/", n)
	for _, part := range parts {
		if part == "" || len(parts) < n {
			diags.AddError("Could not read the import id", fmt.Sprintf("%q is not of the form %s.", id, form))
			return nil, false
		}
	}
	return parts, true
}

// ImportNames is what an import names: the parts of its id, which is written as form says, or
// the texts of its identity that have these names.
func ImportNames(ctx context.Context, req resource.ImportStateRequest, form string, diags *diag.Diagnostics, names ...string) (parts []string, ok bool) {
	if req.ID != "" {
		return SplitID(req.ID, len(names), form, diags)
	}
	for _, name := range names {
		var text types.String
		d := req.Identity.GetAttribute(ctx, path.Root(name), &text)
		if diags.Append(d...); d.HasError() {
			return nil, false
		}
		parts = append(parts, text.ValueString())
	}
	return parts, true
}

// ImportPath is ImportNames where the first is a workspace, which an id gives by name, too. What
// is returned is the workspace's id.
func (p *Provider) ImportPath(ctx context.Context, req resource.ImportStateRequest, form string, diags *diag.Diagnostics, names ...string) ([]string, bool) {
	parts, ok := ImportNames(ctx, req, form, diags, names...)
	if !ok || req.ID == "" {
		return parts, ok
	}
	w := FindWorkspace(ctx, p.API, parts[0], diags)
	if w == nil {
		return nil, false
	}
	parts[0] = w.ID
	return parts, true
}

// OneOf ends a message about an import that several objects answer to, by what it then takes; it
// is "" about none.
func OneOf(ids []string) string {
	if len(ids) == 0 {
		return ""
	}
	return " Import it by its id: " + strings.Join(ids, ", ") + "."
}

// ClaimImport notes that the instance imports an object, and reports false when another
// resource of this run stands for it (TRAY008).
func (p *Provider) ClaimImport(ctx context.Context, n Noun, o policy.Object, resp *resource.ImportStateResponse) bool {
	p.Ledger.Reading()
	return p.Claim(Applied(ctx, resp.Private), policy.Imports, o, n.One, "", path.Empty(), &resp.Diagnostics)
}

// StoreNames sets the identity of what is imported, and of its state that by which the
// refresh after it finds the rest.
func StoreNames(ctx context.Context, resp *resource.ImportStateResponse, identity any, names map[string]attr.Value) {
	for name, value := range names {
		resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root(name), value)...)
	}
	resp.Diagnostics.Append(resp.Identity.Set(ctx, identity)...)
}

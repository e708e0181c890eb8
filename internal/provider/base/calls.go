package base

import (
	"context"
	"regexp"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tray-community/terraform-provider-tray/internal/provider/policy"
	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

// What the calls of a resource begin and end with. The noun makes its requests in between.

// Making is what a create begins with: the plan, and the configuration, which alone holds
// what is write-only.
func Making[M any](ctx context.Context, p *Provider, req resource.CreateRequest, resp *resource.CreateResponse) (plan, config M, ok bool) {
	plan, ok = Load[M](ctx, req.Plan, &resp.Diagnostics)
	config, loaded := Load[M](ctx, req.Config, &resp.Diagnostics)
	return plan, config, ok && loaded && p.BeginWrite(ctx, resp.Private, &resp.Diagnostics)
}

// Changing is what an update begins with.
func Changing[M any](ctx context.Context, p *Provider, req resource.UpdateRequest, diags *diag.Diagnostics) (plan, state, config M, ok bool) {
	plan, ok = Load[M](ctx, req.Plan, diags)
	state, loaded := Load[M](ctx, req.State, diags)
	config, read := Load[M](ctx, req.Config, diags)
	return plan, state, config, ok && loaded && read && p.BeginWrite(ctx, req.Private, diags)
}

// Configured is the configuration of a plan; of a destroy, which has none, the zero M.
func Configured[M any](ctx context.Context, step Step, req resource.ModifyPlanRequest, diags *diag.Diagnostics) (config M, ok bool) {
	if step == Destroy {
		return config, true
	}
	return Load[M](ctx, req.Config, diags)
}

// Seen reports whether a Read has found its object, err being what the request came to. Else
// what is proven to be gone leaves the state, or diags say why it could not be read.
func (p *Provider) Seen(ctx context.Context, n Noun, o policy.Object, err error, resp *resource.ReadResponse) bool {
	if tray.IsGone(err) {
		p.Gone(ctx, n, o, resp)
		return false
	}
	return !Failed(&resp.Diagnostics, "read the "+n.One, err)
}

// Vacant reports whether nothing was found where a create makes something; looking came to
// err. Else diags say so (TRAY012).
func Vacant(n Noun, found []Found, err error, exists string, diags *diag.Diagnostics) bool {
	if Failed(diags, "look the "+n.One+" up", err) {
		return false
	}
	if len(found) > 0 {
		Taken(diags, n, exists, found)
	}
	return len(found) == 0
}

// FirstID is the id of what was found first, "" of nothing.
func FirstID(found []Found) string {
	if len(found) == 0 {
		return ""
	}
	return found[0].ID
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

// Identity is an identity of texts, all of which an import needs: names and descriptions.
func Identity(texts map[string]string) identityschema.Schema {
	all := map[string]identityschema.Attribute{}
	for name, description := range texts {
		all[name] = identityschema.StringAttribute{Description: description, RequiredForImport: true}
	}
	return identityschema.Schema{Attributes: all}
}

// ListingPattern is Pattern for a list block; the stream says what is wrong.
func ListingPattern(v types.String, stream *list.ListResultsStream) (*regexp.Regexp, bool) {
	var diags diag.Diagnostics
	compiled, ok := Pattern(v, &diags)
	if !ok {
		stream.Results = list.ListResultsStreamDiagnostics(diags)
	}
	return compiled, ok
}

// Or is what is planned, or what Tray gave where the plan left it open.
func Or[V attr.Value](planned, given V) V {
	if planned.IsUnknown() {
		return given
	}
	return planned
}

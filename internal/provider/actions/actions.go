// Package actions implements Terraform's actions on what has a life of its own in Tray:
// tray_snapshot_project, tray_publish_solution, tray_resend_invite and tray_call_operation.
// What they do is in package act, which the subcommand act has in common with them. OpenTofu
// has no actions: each page names what does the same there.
package actions

import (
	"context"
	"errors"

	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/action/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/tray-community/terraform-provider-tray/internal/act"
	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
)

// Actions lists the package's actions for the provider.
func Actions() []func() action.Action {
	return []func() action.Action{
		func() action.Action { return &snapshotAction{} },
		func() action.Action { return &publishAction{} },
		func() action.Action { return &resendAction{} },
		func() action.Action { return &callAction{} },
	}
}

// begin is what an invocation begins with: its configuration, and what acts.
func begin[M any](ctx context.Context, a *base.Action, req action.InvokeRequest, resp *action.InvokeResponse) (config M, acts act.Acts, ok bool) {
	config, ok = base.Load[M](ctx, req.Config, &resp.Diagnostics)
	if !ok || !a.Begin(&resp.Diagnostics) {
		return config, acts, false
	}
	return config, act.Acts{API: a.API, Tell: base.Telling(resp)}, true
}

// planned is what the plan of an action begins with. It reports false where there is nothing
// to ask Tray.
func planned[M any](ctx context.Context, a *base.Action, req action.ModifyPlanRequest, resp *action.ModifyPlanResponse) (config M, acts act.Acts, ok bool) {
	config, ok = base.Load[M](ctx, req.Config, &resp.Diagnostics)
	if !ok || !a.Planning() {
		return config, acts, false
	}
	return config, act.Acts{API: a.API}, true
}

// report says in diags what went wrong, on the argument that is to blame.
func report(err error, diags *diag.Diagnostics) {
	var p *act.Problem
	switch {
	case err == nil:
	case !errors.As(err, &p):
		base.Failed(diags, "do it", err)
	case p.Argument == "":
		diags.AddError(p.Summary, p.Detail)
	default:
		diags.AddAttributeError(path.Root(p.Argument), p.Summary, p.Detail)
	}
}

// warn is report as a warning.
func warn(err error, diags *diag.Diagnostics) {
	var failed diag.Diagnostics
	report(err, &failed)
	for _, d := range failed {
		if at, is := d.(diag.DiagnosticWithPath); is {
			diags.AddAttributeWarning(at.Path(), d.Summary(), d.Detail())
		} else {
			diags.AddWarning(d.Summary(), d.Detail())
		}
	}
}

func required(description string, checks []validator.String) schema.StringAttribute {
	return schema.StringAttribute{MarkdownDescription: description, Required: true, Validators: checks}
}

func optional(description string, checks []validator.String) schema.StringAttribute {
	return schema.StringAttribute{MarkdownDescription: description, Optional: true, Validators: checks}
}

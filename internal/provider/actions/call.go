package actions

import (
	"context"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/action/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tray-community/terraform-provider-tray/internal/act"
	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

var (
	_ action.ActionWithModifyPlan     = (*callAction)(nil)
	_ action.ActionWithValidateConfig = (*callAction)(nil)
)

type callAction struct{ base.Action }

type callModel struct {
	Connector        types.String       `tfsdk:"connector"`
	Version          types.String       `tfsdk:"version"`
	Operation        types.String       `tfsdk:"operation"`
	AuthenticationID types.String       `tfsdk:"authentication_id"`
	Input            types.String       `tfsdk:"input"`
	ExpectOutput     types.Map          `tfsdk:"expect_output"`
	RetryFor         base.DurationValue `tfsdk:"retry_for"`
	OnFailure        types.String       `tfsdk:"on_failure"`
	ShowOutput       types.Bool         `tfsdk:"show_output"`
}

const (
	onFailureFail = "fail"
	onFailureWarn = "warn"
	longestRetry  = time.Hour
)

// call is what is to be called, but for the input.
func (m callModel) call() act.Call {
	return act.Call{
		Connector: tray.ConnectorRef{Name: m.Connector.ValueString(), Version: m.Version.ValueString()},
		Operation: m.Operation.ValueString(), AuthenticationID: m.AuthenticationID.ValueString(),
		Expect: base.Strings(m.ExpectOutput), RetryFor: m.RetryFor.Get(), ShowOutput: m.ShowOutput.ValueBool(),
	}
}

func (*callAction) Metadata(_ context.Context, _ action.MetadataRequest, resp *action.MetadataResponse) {
	resp.TypeName = "tray_call_operation"
}

func (*callAction) Schema(_ context.Context, _ action.SchemaRequest, resp *action.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Calls an operation of a connector and fails when it does: a smoke test after a deployment, say.\n\n" +
			"**Works on a live Tray:** yes\n\n" + terraformOnly +
			"There, use the command `terraform-provider-tray act call-operation`.\n\n" +
			"The operation does whatever it does, each time: choose one that only reads. It is called once, also when the answer is lost, unless `retry_for` says that it may be repeated. " +
			"Before the call, the connector is asked whether it has the operation.\n\n" +
			"A plan, a state and messages hold nothing of the output, which may hold secrets, unless `show_output` asks for it. `input` takes ephemeral values, which no plan holds.\n\n" +
			"**Requests:** one for the connector's operations, and one for each call.",
		Attributes: map[string]schema.Attribute{
			"connector":         required("Name of the connector.", base.Word()),
			"version":           required("Version of the connector, such as `1.0`.", base.Word()),
			"operation":         required("Name of the operation.", base.Word()),
			"authentication_id": optional("Authentication to call it with, which must belong to the user of the token. Omitted: none.", base.Word()),
			"input": schema.StringAttribute{
				MarkdownDescription: "Input of the operation, a JSON object, as `jsonencode` writes it; `\"{}\"` for one that takes nothing. It may be ephemeral, except with `-invoke`, where Terraform passes no ephemeral value on.",
				Required:            true, WriteOnly: true, Validators: []validator.String{base.Check("must be a JSON object", inputProblem)},
			},
			"expect_output": schema.MapAttribute{
				MarkdownDescription: "Values that the output must have, by their place in it: `{ \"account.status\" = \"active\", \"items.0.count\" = 3 }`. A key with a dot in it takes a JSON Pointer, such as `/my.key/0`. " +
					"A text is compared as it is, anything else as JSON. Omitted: the operation need only succeed.",
				ElementType: types.StringType, Optional: true,
			},
			"retry_for": schema.StringAttribute{
				MarkdownDescription: "How long to call again while it fails, in whole minutes, such as `\"5m\"`: at most `1h`. Give it only for an operation that may be repeated. Omitted: one call.",
				CustomType:          base.DurationType{}, Optional: true, Validators: base.Durations(time.Minute, longestRetry),
			},
			"on_failure": optional("`fail` ends the apply with an error, `warn` goes on with a warning. Omitted: `fail`.", []validator.String{stringvalidator.OneOf(onFailureFail, onFailureWarn)}),
			"show_output": schema.BoolAttribute{
				MarkdownDescription: "Whether messages about a failure show the output, without the values of `input`. Whatever the called system answers then stands in Terraform's output and in logs of the pipeline. Omitted: `false`.",
				Optional:            true,
			},
		},
	}
}

func inputProblem(text string) (summary, detail string) {
	if _, err := tray.NewSecretObject([]byte(text)); err != nil {
		return "Not a JSON object", "Write what the operation takes with jsonencode({ … }), or \"{}\" for nothing. The value is not shown, as it may be a secret."
	}
	return "", ""
}

// ValidateConfig implements action.ActionWithValidateConfig.
func (*callAction) ValidateConfig(ctx context.Context, req action.ValidateConfigRequest, resp *action.ValidateConfigResponse) {
	config, ok := base.Load[callModel](ctx, req.Config, &resp.Diagnostics)
	if !ok {
		return
	}
	for place := range config.ExpectOutput.Elements() {
		if problem := act.PlaceProblem(place); problem != "" && base.IsWord(place) {
			resp.Diagnostics.AddAttributeError(path.Root("expect_output"), "Not a place in an output", problem)
		}
	}
}

// ModifyPlan implements action.ActionWithModifyPlan. A connector may be deployed in the apply
// before it is called, so that its absence is no error yet.
func (a *callAction) ModifyPlan(ctx context.Context, req action.ModifyPlanRequest, resp *action.ModifyPlanResponse) {
	config, acts, ok := planned[callModel](ctx, &a.Action, req, resp)
	c := config.call()
	if !ok || c.Connector.Name == "" || c.Connector.Version == "" || c.Operation == "" {
		return
	}
	if names, err := acts.Operations(ctx, c.Connector); err == nil {
		warn(c.Unknown(names), &resp.Diagnostics)
	}
}

// Invoke implements action.Action.
func (a *callAction) Invoke(ctx context.Context, req action.InvokeRequest, resp *action.InvokeResponse) {
	config, acts, ok := begin[callModel](ctx, &a.Action, req, resp)
	if !ok {
		return
	}
	c, ok := config.withInput(&resp.Diagnostics)
	if !ok {
		return
	}
	err := acts.CallOperation(ctx, c)
	if ctx.Err() == nil && config.OnFailure.ValueString() == onFailureWarn {
		warn(err, &resp.Diagnostics)
		return
	}
	report(err, &resp.Diagnostics)
}

// withInput is the call with its input. Terraform takes ephemeral values out of a plan, and
// with -invoke calls an action with what the plan has: the operation is not called without.
func (m callModel) withInput(diags *diag.Diagnostics) (c act.Call, ok bool) {
	c = m.call()
	if m.Input.IsNull() {
		diags.AddAttributeError(path.Root("input"), "The input is lost",
			"Terraform has taken the ephemeral value out of the plan and invokes the action without it, as it does with -invoke. Nothing was called. "+
				"Trigger the action in an apply instead (action_trigger), or give a value that is not ephemeral, such as a sensitive variable.")
		return c, false
	}
	var err error
	if c.Input, err = tray.NewSecretObject([]byte(m.Input.ValueString())); err != nil {
		diags.AddAttributeError(path.Root("input"), "Not a JSON object", "The input is no JSON object. Nothing was called.")
		return c, false
	}
	return c, true
}

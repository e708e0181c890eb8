package authentication

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"

	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

const (
	onFailureFail = "fail"
	onFailureWarn = "warn"
)

// verification is the argument verify.
type verification struct {
	Connector types.String `tfsdk:"connector"`
	Version   types.String `tfsdk:"version"`
	Operation types.String `tfsdk:"operation"`
	Input     types.String `tfsdk:"input"`
	OnFailure types.String `tfsdk:"on_failure"`
}

func (v verification) ref() tray.ConnectorRef {
	return tray.ConnectorRef{Name: v.Connector.ValueString(), Version: v.Version.ValueString()}
}

// verification is what the configuration asks for; nil where that is nothing, or unknown.
func (m model) verification(ctx context.Context) *verification {
	if m.Verify.IsNull() || m.Verify.IsUnknown() {
		return nil
	}
	var v verification
	if d := m.Verify.As(ctx, &v, basetypes.ObjectAsOptions{}); d.HasError() {
		return nil
	}
	return &v
}

// again reports whether an update that sends nothing calls the operation once more: it has
// failed, and the apply has failed with it.
func again(config, state model) bool {
	v := config.verification(context.Background())
	return v != nil && v.OnFailure.ValueString() != onFailureWarn && !state.Verified.IsNull() && !state.Verified.ValueBool()
}

// checkVerify says in diags that there is no such operation. It is quiet when the connector
// cannot be read.
func (r *authenticationResource) checkVerify(ctx context.Context, config model, diags *diag.Diagnostics) {
	v := config.verification(ctx)
	if v == nil || v.Connector.IsUnknown() || v.Version.IsUnknown() || v.Operation.IsUnknown() {
		return
	}
	all, err := r.API.Connectors.Operations(ctx, v.ref())
	if err != nil {
		if base.NotSeen(err) {
			base.Failed(diags, "find the connector to verify with", err, path.Root("verify").AtName("connector"))
		}
		return
	}
	var names []string
	for _, o := range all {
		names = append(names, o.Name)
	}
	if !slices.Contains(names, v.Operation.ValueString()) {
		diags.AddAttributeError(path.Root("verify").AtName("operation"), "The connector has no such operation",
			fmt.Sprintf("The connector %s has no operation %q. Its operations are: %s.", v.ref(), v.Operation.ValueString(), strings.Join(names, ", ")))
	}
}

// How a failed verification goes on, for an authentication that was just made and for one
// that was there.
const (
	newOne = "Terraform marks the resource as tainted, so that the next apply deletes the authentication and makes another one: mend the credentials before that. " +
		"If they are right, run `terraform untaint` with the resource's address: the next apply then calls the operation again."
	oldOne = "Mend the credentials and apply again, which sends them. If they are right, apply again, which calls the operation again."
)

// verify calls the operation with the authentication, and reports whether it went well: null
// where the configuration asks for none. What the called system says may be anything, and is
// not shown.
func (r *authenticationResource) verify(ctx context.Context, id string, config model, goesOn string, diags *diag.Diagnostics) types.Bool {
	v := config.verification(ctx)
	if v == nil {
		return types.BoolNull()
	}
	what := tray.ConnectorCall{Operation: v.Operation.ValueString(), AuthenticationID: id}
	var err error
	if !v.Input.IsNull() {
		what.Input, err = tray.NewSecretObject([]byte(v.Input.ValueString()))
	}
	var got *tray.CallResult
	if err == nil {
		got, err = r.API.Connectors.Call(ctx, v.ref(), what)
	}
	if err == nil && got.OK {
		return types.BoolValue(true)
	}
	why := "the called system refused, or could not be reached: run the operation in Tray to see what it says"
	if err != nil {
		why = "it could not be called: " + err.Error()
	}
	said := fmt.Sprintf("Tray has taken the authentication %s. Its operation %s of the connector %s failed: %s.", id, what.Operation, v.ref(), why)
	if v.OnFailure.ValueString() == onFailureWarn {
		diags.AddAttributeWarning(path.Root("verify"), "The credentials could not be verified", said)
	} else {
		diags.AddAttributeError(path.Root("verify"), "The credentials could not be verified", said+" "+goesOn)
	}
	return types.BoolValue(false)
}

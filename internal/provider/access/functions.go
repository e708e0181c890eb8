package access

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// Functions lists this package's functions.
func Functions() []func() function.Function {
	return []func() function.Function{NewAccessDiffFunction, NewCanFunction, NewRolePermissionsFunction}
}

const roleParameter = "A role with its kind, such as `Organization Admin` or `Workspace Viewer`; letter case does not count. " +
	"Without the kind the name must mean one thing: `Owner` does, and `Admin`, `Contributor` and `Viewer` do where both kinds agree."

// NewCanFunction returns provider::tray::can.
func NewCanFunction() function.Function { return canFunction{} }

type canFunction struct{}

func (canFunction) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = "can"
}

func (canFunction) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	resp.Definition = function.Definition{
		Summary: "Tells whether a role holds a right.",
		MarkdownDescription: "Tells whether a role holds a right, by the same table as `tray_role_permissions` and `tray_access_report`. It makes no request. " +
			"The module needs the provider in its `required_providers`. A right of a workspace role holds in the workspace where the role is given; those of an organization Owner or Admin hold in every workspace. " +
			"Rights are named `subject:operation`, with `manage` for everything that can be done with a subject; a name that does not exist is an error that lists them all.",
		Parameters: []function.Parameter{
			function.StringParameter{Name: "role", MarkdownDescription: roleParameter},
			function.StringParameter{Name: "permission", MarkdownDescription: "A right, such as `projects:manage`, `members:create` or `logs:replay`."},
		},
		Return: function.BoolReturn{},
	}
}

func (canFunction) Run(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	var role, permission string
	if resp.Error = req.Arguments.Get(ctx, &role, &permission); resp.Error != nil {
		return
	}
	meant := ParseRole(role)
	if len(meant) == 0 {
		resp.Error = function.NewArgumentFuncError(0, noRole(role))
		return
	}
	yes, known := meant[0].Can(permission)
	if !known {
		resp.Error = function.NewArgumentFuncError(1, fmt.Sprintf("Tray has no right %q. The rights are %s.", permission, strings.Join(allPermissions(), ", ")))
		return
	}
	for _, other := range meant[1:] {
		if also, _ := other.Can(permission); also != yes {
			resp.Error = function.NewArgumentFuncError(0, fmt.Sprintf("%q can mean %q and %q, and they differ in %s. Write which one you mean.",
				role, meant[0].FullName(), other.FullName(), permission))
			return
		}
	}
	resp.Error = resp.Result.Set(ctx, yes)
}

// NewRolePermissionsFunction returns provider::tray::role_permissions.
func NewRolePermissionsFunction() function.Function { return permissionsFunction{} }

type permissionsFunction struct{}

func (permissionsFunction) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = "role_permissions"
}

func (permissionsFunction) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	resp.Definition = function.Definition{
		Summary: "Returns the rights of a role.",
		MarkdownDescription: "Returns the rights of a role as an object, by the same table as `tray_role_permissions`. It makes no request. " +
			"The module needs the provider in its `required_providers`. `role` is the full name, `organization` are its rights over the organization's people and settings, `workspace` those inside the workspaces that " +
			"`reach` describes. Rights are named `subject:operation`, with `manage` for everything that can be done with a subject.",
		Parameters: []function.Parameter{function.StringParameter{
			Name: "role",
			MarkdownDescription: "A role with its kind, such as `Organization Admin` or `Workspace Viewer`; letter case does not count. " +
				"`Owner` is clear without; `Admin`, `Contributor` and `Viewer` exist in both kinds and are an error.",
		}},
		Return: function.ObjectReturn{AttributeTypes: map[string]attr.Type{
			"role": types.StringType, "description": types.StringType, "reach": types.StringType,
			"organization": types.ListType{ElemType: types.StringType}, "workspace": types.ListType{ElemType: types.StringType},
		}},
	}
}

func (permissionsFunction) Run(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	var role string
	if resp.Error = req.Arguments.Get(ctx, &role); resp.Error != nil {
		return
	}
	meant := ParseRole(role)
	switch len(meant) {
	case 0:
		resp.Error = function.NewArgumentFuncError(0, noRole(role))
	case 1:
		r := meant[0]
		resp.Error = resp.Result.Set(ctx, struct {
			Role         string   `tfsdk:"role"`
			Description  string   `tfsdk:"description"`
			Reach        string   `tfsdk:"reach"`
			Organization []string `tfsdk:"organization"`
			Workspace    []string `tfsdk:"workspace"`
		}{r.FullName(), roles[rank(r)].description, roles[rank(r)].reach, some(r.Rights(OrganizationLevel)), some(r.Rights(WorkspaceLevel))})
	default:
		resp.Error = function.NewArgumentFuncError(0, fmt.Sprintf("%q can mean %q and %q. Write which one you mean.", role, meant[0].FullName(), meant[1].FullName()))
	}
}

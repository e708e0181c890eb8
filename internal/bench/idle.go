package main

import (
	"context"
	"fmt"
	"os"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/path"
	framework "github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tray-community/terraform-provider-tray/internal/provider"
)

// The idle provider has a resource with the attributes and the identity of
// tray_workspace_member, keeps what it is given and asks nobody. What a plan of it takes is the share of Terraform and
// of the plugin protocol: no provider on this framework can take less.
const idleName = "terraform-provider-idle"

func serveIdle() int {
	if err := provider.Serve(func() framework.Provider { return idleProvider{} }, false); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		return 1
	}
	return 0
}

type idleProvider struct{}

func (idleProvider) Metadata(_ context.Context, _ framework.MetadataRequest, resp *framework.MetadataResponse) {
	resp.TypeName = "idle"
}
func (idleProvider) Schema(context.Context, framework.SchemaRequest, *framework.SchemaResponse) {}
func (idleProvider) Configure(context.Context, framework.ConfigureRequest, *framework.ConfigureResponse) {
}
func (idleProvider) DataSources(context.Context) []func() datasource.DataSource { return nil }
func (idleProvider) Resources(context.Context) []func() resource.Resource {
	return []func() resource.Resource{func() resource.Resource { return idleMember{} }}
}

type idleMember struct{}

type idleIdentity struct {
	WorkspaceID types.String `tfsdk:"workspace_id"`
	Email       types.String `tfsdk:"email"`
	UserID      types.String `tfsdk:"user_id"`
}

func (idleMember) Metadata(_ context.Context, _ resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = "idle_workspace_member"
}

func (idleMember) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	given := schema.StringAttribute{Required: true}
	kept := schema.StringAttribute{Computed: true, PlanModifiers: []planmodifier.String{stringplanmodifier.UseStateForUnknown()}}
	resp.Schema = schema.Schema{Attributes: map[string]schema.Attribute{
		"id": kept, "workspace_id": given, "email": given, "role": given, "user_id": kept, "status": kept,
		"expires_at": schema.StringAttribute{Optional: true},
	}}
}

func (idleMember) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	other := identityschema.StringAttribute{OptionalForImport: true}
	resp.IdentitySchema = identityschema.Schema{Attributes: map[string]identityschema.Attribute{
		"workspace_id": identityschema.StringAttribute{RequiredForImport: true}, "email": other, "user_id": other,
	}}
}

func (idleMember) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	resp.State.Raw = req.Plan.Raw
	var id idleIdentity
	resp.Diagnostics.Append(req.Plan.GetAttribute(ctx, path.Root("workspace_id"), &id.WorkspaceID)...)
	resp.Diagnostics.Append(req.Plan.GetAttribute(ctx, path.Root("email"), &id.Email)...)
	resp.Diagnostics.Append(resp.Identity.Set(ctx, id)...)
	for _, name := range []string{"id", "user_id", "status"} {
		resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root(name), types.StringValue("idle"))...)
	}
}

func (idleMember) Read(context.Context, resource.ReadRequest, *resource.ReadResponse)       {}
func (idleMember) Update(context.Context, resource.UpdateRequest, *resource.UpdateResponse) {}
func (idleMember) Delete(context.Context, resource.DeleteRequest, *resource.DeleteResponse) {}

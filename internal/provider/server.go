package provider

import (
	"context"
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	framework "github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/tray-community/terraform-provider-tray/internal/provider/policy"
	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

// Address is where registries have the provider.
const Address = "registry.terraform.io/tray-community/tray"

// Serve serves the provider to Terraform or OpenTofu until they are done with it. With
// wait it waits for them, for a debugger, and prints how they find it.
func Serve(newProvider func() framework.Provider, wait bool) error {
	if err := quietLibraries(); err != nil {
		return err
	}
	paceCollector()
	var opts []tf6server.ServeOpt
	if wait {
		opts = append(opts, tf6server.WithManagedDebug())
	}
	return tf6server.Serve(Address, func() tfprotov6.ProviderServer { return Server(newProvider()) }, opts...)
}

// quietLibraries turns off the plugin libraries' own logs unless somebody asked for
// logs. Left alone they write some 40 KB for each resource, which Terraform reads,
// parses and throws away.
func quietLibraries() error {
	if logsWanted() {
		return nil
	}
	for _, logger := range []string{"TF_LOG_SDK", "TF_LOG_SDK_PROTO", "TF_LOG_SDK_FRAMEWORK"} {
		if err := os.Setenv(logger, "OFF"); err != nil {
			return err
		}
	}
	return nil
}

// logsWanted reports whether somebody asked for logs of any kind when the process began:
// with TF_LOG, or with a variable that begins with TF_LOG_.
var logsWanted = sync.OnceValue(func() bool { return asksForLogs(os.Environ()) })

func asksForLogs(environment []string) bool {
	return slices.ContainsFunc(environment, func(variable string) bool {
		name, value, _ := strings.Cut(variable, "=")
		return value != "" && (name == "TF_LOG" || strings.HasPrefix(name, "TF_LOG_"))
	})
}

// Server makes the server of a provider. It is the framework's, which keeps the context
// of each call for as long as it runs, with all that hangs on it: some 12 KB a call, at
// five calls a resource. Here a call's context lets go of all that when the call is over.
func Server(p framework.Provider) tfprotov6.ProviderServer {
	inner := providerserver.NewProtocol6(p)()
	if all, ok := inner.(fullServer); ok {
		if ours, ok := p.(*trayProvider); ok {
			all = newVeil(all, ours)
		}
		s := &server{fullServer: all, logs: logsWanted(), client: func() *tray.Client { return nil }, run: func() *policy.Session { return nil }}
		s.types = sync.OnceValue(func() map[string]tftypes.Type { return resourceTypes(all) })
		if ours, ok := p.(*trayProvider); ok {
			s.client, s.run = ours.api.Load, ours.run.Load
		}
		return s
	}
	return inner
}

// fullServer is what the framework's server can do.
type fullServer interface {
	tfprotov6.ProviderServer
	tfprotov6.ListResourceServer
	tfprotov6.ActionServer
	tfprotov6.StateStoreServer
}

// server lends contexts to the calls that are made once or more a resource. Streams are
// left alone: they go on after their call has returned.
type server struct {
	fullServer
	client func() *tray.Client    // of the last Configure; nil while that is not possible
	run    func() *policy.Session // the same
	logs   bool                   // somebody asked for logs

	// See origin.go.
	types     func() map[string]tftypes.Type
	said      sync.Map    // which pairs of organizations an error has named
	refreshed atomic.Bool // whether this process has read a resource
	silent    atomic.Bool // whether asking whose token it is has failed

	told told

	invoking atomic.Int32 // actions under way
}

// operates reports whether the token is known to be an operator's, who belongs to no
// organization.
func (s *server) operates() bool {
	api := s.client()
	return api != nil && api.Management.KnownOperator()
}

// lend carries out a call with a context that ends with it. While nobody asked for logs it
// has no loggers either, which the framework otherwise gives a new field for each attribute.
func lend[Request, Response any](ctx context.Context, logs bool, do func(context.Context, Request) (Response, error), in Request) (Response, error) {
	values := ctx
	if !logs {
		values = context.Background()
	}
	during, cancel := context.WithCancel(values)
	stop := context.AfterFunc(ctx, cancel)
	l := &loan{}
	l.now.Store(&held{during})
	defer l.now.Store(over)
	defer cancel()
	defer stop()
	return do(l, in)
}

// during lends a context to a call for which something else may wait: the refresh, the plan or
// the change of an object, or what comes before these.
func during[Request, Response any](ctx context.Context, s *server, begin func(*policy.Session, context.Context) (context.Context, func()), do func(context.Context, Request) (Response, error), in Request) (Response, error) {
	run := s.run()
	if run == nil {
		return lend(ctx, s.logs, do, in)
	}
	return lend(ctx, s.logs, func(ctx context.Context, in Request) (Response, error) {
		ctx, end := begin(run, ctx)
		defer end()
		return do(ctx, in)
	}, in)
}

// loan is a context that another takes the place of when the call is over.
type loan struct{ now atomic.Pointer[held] }

type held struct{ context.Context }

// over is the context of all calls that are over.
var over = func() *held {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	return &held{ctx}
}()

func (l *loan) Deadline() (time.Time, bool) { return l.now.Load().Deadline() }
func (l *loan) Done() <-chan struct{}       { return l.now.Load().Done() }
func (l *loan) Err() error                  { return l.now.Load().Err() }
func (l *loan) Value(key any) any           { return l.now.Load().Value(key) }

func (s *server) ConfigureProvider(ctx context.Context, in *tfprotov6.ConfigureProviderRequest) (*tfprotov6.ConfigureProviderResponse, error) {
	s.told.again()
	return s.fullServer.ConfigureProvider(ctx, in)
}

func (s *server) ValidateResourceConfig(ctx context.Context, in *tfprotov6.ValidateResourceConfigRequest) (*tfprotov6.ValidateResourceConfigResponse, error) {
	return lend(ctx, s.logs, s.fullServer.ValidateResourceConfig, in)
}

func (s *server) UpgradeResourceState(ctx context.Context, in *tfprotov6.UpgradeResourceStateRequest) (*tfprotov6.UpgradeResourceStateResponse, error) {
	return lend(ctx, s.logs, s.fullServer.UpgradeResourceState, in)
}

func (s *server) UpgradeResourceIdentity(ctx context.Context, in *tfprotov6.UpgradeResourceIdentityRequest) (*tfprotov6.UpgradeResourceIdentityResponse, error) {
	return lend(ctx, s.logs, s.fullServer.UpgradeResourceIdentity, in)
}

func (s *server) ReadResource(ctx context.Context, in *tfprotov6.ReadResourceRequest) (*tfprotov6.ReadResourceResponse, error) {
	s.told.turn(false)
	resp, err := s.readHere(ctx, in, func() (*tfprotov6.ReadResourceResponse, error) {
		return during(ctx, s, (*policy.Session).Begin, s.fullServer.ReadResource, in)
	})
	if err == nil {
		resp.Diagnostics = s.told.shorten(resp.Diagnostics)
	}
	return resp, err
}

func (s *server) PlanResourceChange(ctx context.Context, in *tfprotov6.PlanResourceChangeRequest) (*tfprotov6.PlanResourceChangeResponse, error) {
	if elsewhere := s.planHere(ctx, in); elsewhere != nil {
		return elsewhere, nil
	}
	resp, err := during(ctx, s, (*policy.Session).Begin, s.fullServer.PlanResourceChange, in)
	if err == nil && in.TypeName != "tray_organization" && s.operates() {
		resp.Diagnostics = append(resp.Diagnostics, noOrganization)
	}
	if err == nil {
		resp.Diagnostics = s.told.shorten(resp.Diagnostics)
	}
	return resp, err
}

// noOrganization is the plan of anything but an organization with an operator's token.
// What plans look up, they look up quietly, and such a token is refused everywhere.
var noOrganization = &tfprotov6.Diagnostic{
	Severity: tfprotov6.DiagnosticSeverityError, Summary: "An operator belongs to no organization",
	Detail: "The provider's token is an operator's, who creates, changes and deletes organizations (tray_organization) and can do nothing inside of one. " +
		"Use a token of the organization: another provider alias, in the sandbox with sandbox = { organization = … }.",
}

func (s *server) ApplyResourceChange(ctx context.Context, in *tfprotov6.ApplyResourceChangeRequest) (*tfprotov6.ApplyResourceChangeResponse, error) {
	s.told.turn(true)
	begin := func(run *policy.Session, ctx context.Context) (context.Context, func()) {
		return run.BeginChange(ctx, isNull(in.PlannedState))
	}
	resp, err := s.applyHere(ctx, in, func() (*tfprotov6.ApplyResourceChangeResponse, error) {
		return during(ctx, s, begin, s.fullServer.ApplyResourceChange, in)
	})
	if err == nil {
		resp.Diagnostics = s.told.shorten(resp.Diagnostics)
	}
	return resp, err
}

func (s *server) ImportResourceState(ctx context.Context, in *tfprotov6.ImportResourceStateRequest) (*tfprotov6.ImportResourceStateResponse, error) {
	resp, err := during(ctx, s, (*policy.Session).Begin, s.fullServer.ImportResourceState, in)
	if err == nil {
		resp.Diagnostics = s.told.shorten(resp.Diagnostics)
	}
	return resp, err
}

func (s *server) GenerateResourceConfig(ctx context.Context, in *tfprotov6.GenerateResourceConfigRequest) (*tfprotov6.GenerateResourceConfigResponse, error) {
	return lend(ctx, s.logs, s.fullServer.GenerateResourceConfig, in)
}

func (s *server) ValidateDataResourceConfig(ctx context.Context, in *tfprotov6.ValidateDataResourceConfigRequest) (*tfprotov6.ValidateDataResourceConfigResponse, error) {
	return lend(ctx, s.logs, s.fullServer.ValidateDataResourceConfig, in)
}

func (s *server) ReadDataSource(ctx context.Context, in *tfprotov6.ReadDataSourceRequest) (*tfprotov6.ReadDataSourceResponse, error) {
	resp, err := during(ctx, s, (*policy.Session).Begin, s.fullServer.ReadDataSource, in)
	if err == nil {
		resp.Diagnostics = s.told.shorten(resp.Diagnostics)
	}
	return resp, err
}

func (s *server) CallFunction(ctx context.Context, in *tfprotov6.CallFunctionRequest) (*tfprotov6.CallFunctionResponse, error) {
	return lend(ctx, s.logs, s.fullServer.CallFunction, in)
}

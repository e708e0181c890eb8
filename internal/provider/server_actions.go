package provider

import (
	"context"
	"slices"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// ValidateActionConfig takes out what the framework says of write-only arguments: it asks
// whether Terraform knows them, and for actions takes silence for a no. Whatever has actions
// knows them.
func (s *server) ValidateActionConfig(ctx context.Context, in *tfprotov6.ValidateActionConfigRequest) (*tfprotov6.ValidateActionConfigResponse, error) {
	resp, err := s.fullServer.ValidateActionConfig(ctx, in)
	if err == nil {
		resp.Diagnostics = slices.DeleteFunc(resp.Diagnostics, func(d *tfprotov6.Diagnostic) bool { return d.Summary == "WriteOnly Attribute Not Allowed" })
	}
	return resp, err
}

// goodbye is how long an interrupted action may take to say so.
const goodbye = 5 * time.Second

// InvokeAction counts the actions under way, for StopProvider.
func (s *server) InvokeAction(ctx context.Context, in *tfprotov6.InvokeActionRequest) (*tfprotov6.InvokeActionServerStream, error) {
	stream, err := s.fullServer.InvokeAction(ctx, in)
	if err != nil {
		return stream, err
	}
	s.invoking.Add(1)
	events := stream.Events
	stream.Events = func(push func(tfprotov6.InvokeActionEvent) bool) {
		defer s.invoking.Add(-1)
		events(push)
	}
	return stream, nil
}

// StopProvider interrupts what is under way, and waits until actions have said so. When it
// returns, the plugin library closes their streams in silence, which Terraform takes for
// success.
func (s *server) StopProvider(ctx context.Context, in *tfprotov6.StopProviderRequest) (*tfprotov6.StopProviderResponse, error) {
	resp, err := s.fullServer.StopProvider(ctx, in)
	// What is stopped may be this call, too.
	over, cancel := context.WithTimeout(context.WithoutCancel(ctx), goodbye)
	defer cancel()
	look := time.NewTicker(10 * time.Millisecond)
	defer look.Stop()
	for s.invoking.Load() > 0 && over.Err() == nil {
		select {
		case <-over.Done():
		case <-look.C:
		}
	}
	return resp, err
}

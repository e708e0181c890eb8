package provider

import (
	"context"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// A moved block from another type is answered with what to write instead, by every resource.
func TestResources_answerAMoveFromAnotherType(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	for _, newResource := range New("test")().Resources(ctx) {
		r := newResource()
		var named resource.MetadataResponse
		r.Metadata(ctx, resource.MetadataRequest{ProviderTypeName: "tray"}, &named)
		mover, ok := r.(resource.ResourceWithMoveState)
		if !ok {
			t.Errorf("%s leaves the answer to the framework: return base.StaysItsType from MoveState", named.TypeName)
			continue
		}
		for _, state := range []string{`{"id":"1","workspace_id":"w"}`, `{}`, ``, `null`} {
			var resp resource.MoveStateResponse
			mover.MoveState(ctx)[0].StateMover(ctx, resource.MoveStateRequest{SourceTypeName: "tray_other", SourceRawState: &tfprotov6.RawState{JSON: []byte(state)}}, &resp)
			if n := resp.Diagnostics.ErrorsCount(); n != 1 {
				t.Errorf("%s: %d errors for %q", named.TypeName, n, state)
				continue
			}
			for _, part := range []string{"from = tray_other.<old>", "destroy = false", "to = " + named.TypeName + ".<name>", "id = \""} {
				if text := resp.Diagnostics[0].Detail(); !strings.Contains(text, part) {
					t.Errorf("%s: no %q in: %s", named.TypeName, part, text)
				}
			}
		}
	}
}

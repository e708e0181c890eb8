package base

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
)

// OriginKey holds, in a resource's private state, the organization that it belongs to. The
// server keeps and compares it, for every type.
const OriginKey = "o"

// Unseen says of a Read, in its response's private state, that it found nothing in Tray by
// an id and leaves the state as it is all the same: it may be another organization's, which
// the server then asks. What is found by its id needs no question.
func Unseen(ctx context.Context, private interface {
	SetKey(ctx context.Context, key string, value []byte) diag.Diagnostics
}) {
	private.SetKey(ctx, OriginKey, []byte("null"))
}

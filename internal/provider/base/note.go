package base

import (
	"context"
	"encoding/json"
)

// Note keeps a value beside the state, in the instance's private data. It goes with the
// instance through refreshes, saved plans and moves; of a create nothing goes from the plan to
// the apply.
func Note[T any](ctx context.Context, private PrivateState, key string, value T) {
	if raw, err := json.Marshal(value); err == nil {
		private.SetKey(ctx, key, raw)
	}
}

// Noted is what Note has kept, the zero T where that is nothing or cannot be read.
func Noted[T any](ctx context.Context, private PrivateState, key string) (value T) {
	raw, _ := private.GetKey(ctx, key)
	if len(raw) == 0 || json.Unmarshal(raw, &value) != nil {
		var none T
		return none
	}
	return value
}

package apitoken

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

// dueKey holds, beside the state, what time had brought when it was refreshed. The refreshed
// state travels from the plan to the apply, which plans once more and must not see another
// time.
const dueKey = "due"

func keepDue(ctx context.Context, now due, before, after base.PrivateState) {
	switch now {
	case base.Noted[due](ctx, before, dueKey):
	case due{}:
		after.SetKey(ctx, dueKey, nil)
	default:
		base.Note(ctx, after, dueKey, now)
	}
}

// until is when the old token of a rotation has to go.
func (m model) until(now time.Time, state model) time.Time {
	at := now.Add(m.Overlap.Get())
	if own := instant(state.ExpiresAt); !own.IsZero() && own.Before(at) {
		return own
	}
	return at
}

// with is the token that has an id; nil when there is none.
func with(all []tray.APIToken, id string) *tray.APIToken {
	i := slices.IndexFunc(all, func(k tray.APIToken) bool { return k.ID == id })
	if i < 0 {
		return nil
	}
	return &all[i]
}

// refresh takes over what Tray shows: got is the token of the state or, when that is gone
// while the one before or after it lives, that one.
func (m *model) refresh(all []tray.APIToken, got *tray.APIToken, at time.Time) due {
	lost := got.ID != m.ID.ValueString()
	if lost {
		m.Value = types.StringNull()
	}
	m.fromAPI(got)
	if lost || with(all, m.PreviousID.ValueString()) == nil {
		m.PreviousID, m.PreviousUntil = types.StringNull(), types.StringNull()
	}
	if left := m.leftover(all, got); left != nil {
		m.PreviousID, m.PreviousUntil = types.StringValue(left.ID), types.StringValue(left.CreatedAt.UTC().Format(time.RFC3339))
	}
	now := m.due(at)
	now.Lost = lost
	return now
}

// leftover is what a rotation that was cut off has made: it has the next name and is newer.
// Nobody knows its value.
func (m model) leftover(all []tray.APIToken, got *tray.APIToken) *tray.APIToken {
	if m.PreviousID.ValueString() != "" {
		return nil
	}
	i := slices.IndexFunc(all, func(k tray.APIToken) bool { return k.Name == m.nextName(m) && k.CreatedAt.After(got.CreatedAt) })
	if i < 0 {
		return nil
	}
	return &all[i]
}

// orphan is what is left of a rotation that was killed after it had revoked the token of the
// state: nobody knows its value. Only rotations give a name with the suffix; a token that has
// the plain one may be somebody's.
func (m model) orphan(all []tray.APIToken) *tray.APIToken {
	next := m.nextName(m)
	if !strings.HasSuffix(next, second) {
		return nil
	}
	i := slices.IndexFunc(all, func(k tray.APIToken) bool { return k.Name == next })
	if i < 0 {
		return nil
	}
	return &all[i]
}

// warn says what a refresh has found that nobody expects; before is the id of the token before.
func (d due) warn(state model, before types.String, diags *diagnostics) {
	if !d.Lost {
		return
	}
	why := "was revoked elsewhere, while the token before it lives on. A plan makes another."
	if before.ValueString() == "" {
		why = "was revoked by an apply that was killed before it had kept the token that follows. A plan makes another, and ends that one."
	}
	diags.AddWarning("The API token is gone from Tray", fmt.Sprintf("%q %s", state.Name.ValueString(), why))
}

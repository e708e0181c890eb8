package base

import (
	"context"
	"crypto/pbkdf2"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/json"
	"fmt"
	"strconv"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// A write-only argument is in no state and no plan, so that nothing there tells when it
// changes. Its version argument does where it is given: another version sends the secret.
// Where it is left out, a salted digest of what was sent last, in the instance's private
// data, is compared, and the version counts. An imported object has no digest: its secret
// counts as unchanged, so that the first plan is empty.

// Secret is one write-only argument, by its name without the ending _wo.
type Secret string

func (s Secret) argument() string { return string(s) + "_wo" }
func (s Secret) version() string  { return string(s) + "_wo_version" }
func (s Secret) key() string      { return "digest_of_" + string(s) }

// Attributes adds the argument and its version to a schema.
func (s Secret) Attributes(to map[string]schema.Attribute, description string) {
	to[s.argument()] = schema.StringAttribute{
		MarkdownDescription: description + " It is write-only: neither the plan nor the state holds it.",
		Optional:            true, WriteOnly: true, Validators: []validator.String{Check("must not be empty", func(v string) (string, string) {
			if v == "" {
				return "An empty secret", "A secret is not empty. Leave the argument out to keep what Tray has."
			}
			return "", ""
		})},
	}
	to[s.version()] = schema.StringAttribute{
		MarkdownDescription: fmt.Sprintf("Any text. When it changes, `%[1]s` is sent again. Omitted: `%[1]s` is sent when it differs from what was sent last, "+
			"and the provider counts here. Give one where the secret is made anew in each run, which would never converge, and to send the first one after an import.", s.argument()),
		Optional: true, Computed: true, Validators: Word(),
	}
}

// sent is what private data keeps of a secret.
type sent struct {
	Salt, Digest []byte
	Count        int
}

// rounds make guessing a weak secret from a state expensive, and a plan not slow.
const rounds = 20_000

func (s sent) is(secret string) bool {
	digest, err := pbkdf2.Key(sha256.New, secret, s.Salt, rounds, sha256.Size)
	return err == nil && subtle.ConstantTimeCompare(digest, s.Digest) == 1
}

func (s Secret) last(ctx context.Context, private PrivateState) (was sent, known bool) {
	value, _ := private.GetKey(ctx, s.key())
	return was, len(value) > 0 && json.Unmarshal(value, &was) == nil
}

// Plan returns the version that the plan of an update shows: unknown sends the secret.
// Given are both arguments as configured, state is the version in the state.
func (s Secret) Plan(ctx context.Context, secret, given, state types.String, private PrivateState, diags *diag.Diagnostics) types.String {
	was, known := s.last(ctx, private)
	switch {
	case !given.IsNull():
		if secret.IsNull() && !given.IsUnknown() && !given.Equal(state) {
			diags.AddAttributeError(path.Root(s.version()), "There is no secret to send",
				fmt.Sprintf("%s changes from %s to %s, which sends %s, and that is not given. Give it, or leave the version as it is.", s.version(), state, given, s.argument()))
		}
		return given
	case secret.IsNull():
		return state
	case secret.IsUnknown():
		return types.StringUnknown()
	case !known || was.is(secret.ValueString()):
		return state
	}
	return types.StringUnknown()
}

// PlanUpdate puts the version that Plan returns into the plan of an update, and returns it.
func (s Secret) PlanUpdate(ctx context.Context, secret, given, state types.String, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) types.String {
	version := s.Plan(ctx, secret, given, state, req.Private, &resp.Diagnostics)
	resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root(s.version()), version)...)
	return version
}

// Differs compares a secret with what was sent last, where that is known: an imported object
// has no digest.
func (s Secret) Differs(ctx context.Context, secret string, private PrivateState) (differs, known bool) {
	was, known := s.last(ctx, private)
	return known && !was.is(secret), known
}

// Keep notes that Tray has this although no version counts it, as where there is none.
func (s Secret) Keep(ctx context.Context, secret string, private PrivateState) {
	was, _ := s.last(ctx, private)
	s.note(ctx, secret, was.Count, private)
}

func (s Secret) note(ctx context.Context, secret string, count int, private PrivateState) {
	next := sent{Salt: make([]byte, 16), Count: count}
	_, _ = rand.Read(next.Salt) // it never fails
	next.Digest, _ = pbkdf2.Key(sha256.New, secret, next.Salt, rounds, sha256.Size)
	if value, err := json.Marshal(next); err == nil {
		private.SetKey(ctx, s.key(), value)
	}
}

// Value returns the secret to send: nil when the version has not changed.
func (s Secret) Value(secret, plan, state types.String) *string {
	if secret.IsNull() || plan.Equal(state) {
		return nil
	}
	return secret.ValueStringPointer()
}

// Sent notes which secret Tray has now, and returns the version for the state: the one that
// is planned, or the next. Sent nil is none.
func (s Secret) Sent(ctx context.Context, secret *string, plan types.String, private PrivateState) types.String {
	was, _ := s.last(ctx, private)
	if secret != nil {
		was.Count++
		s.note(ctx, *secret, was.Count, private)
	}
	if !plan.IsUnknown() {
		return plan
	}
	if secret == nil {
		return types.StringNull()
	}
	return types.StringValue(strconv.Itoa(was.Count))
}

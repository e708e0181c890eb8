package authentication

import (
	"context"
	"fmt"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

// verdict is what becomes of a secret that is sent along with a change of something else.
type verdict int

const (
	same      verdict = iota // it is what Tray has
	erased                   // none is given, and Tray has one or may have
	renewed                  // Tray has another one
	uncertain                // nobody tells what Tray has
)

// weigh compares the secret of the configuration, given or not, with what Tray has: held
// where the token may read it, and else what was sent last, where that is known.
func weigh(text string, given bool, held *tray.SecretObject, differs, known bool) verdict {
	switch {
	case held != nil && tray.SameJSON(held.Reveal(), []byte(text)), held == nil && known && !differs:
		return same
	case !given:
		return erased
	case held != nil:
		return renewed
	}
	return uncertain
}

// atHand says in diags which secret, sent along with a change of something else, would
// overwrite what Tray has with nothing or with another one. What is unknown is judged when
// it is known.
func (r *authenticationResource) atHand(ctx context.Context, plan, state, config model, private base.PrivateState, diags *diag.Diagnostics) {
	weighed := slices.DeleteFunc(plan.secrets(config, state), func(s secretly) bool { return s.given.IsUnknown() || !s.version.Equal(s.was) })
	if len(weighed) == 0 {
		return
	}
	full, err := r.API.Authentications.Full(ctx, state.ID.ValueString(), false)
	for _, s := range weighed {
		var held *tray.SecretObject
		if err == nil {
			held = &full.Credentials
			if s.Secret == userData {
				held = &full.UserData
			}
		}
		differs, known := s.Differs(ctx, orNone(s.given), private)
		overwritten(argument(s.Secret), weigh(orNone(s.given), !s.given.IsNull(), held, differs, known), diags)
	}
}

// overwritten says what stands against sending a secret.
func overwritten(argument string, v verdict, diags *diag.Diagnostics) {
	const whole = "Tray replaces an authentication as a whole, and this plan changes it"
	switch v {
	case same:
	case erased:
		diags.AddAttributeError(path.Root(argument), "A change needs the secrets", fmt.Sprintf(
			"%[1]s: without %[2]s it would lose what it has there. Give %[2]s as Tray has it, or with another %[2]s_version. "+
				"If there is nothing to lose, say so: %[2]s = jsonencode({}), with a %[2]s_version.", whole, argument))
	case renewed:
		diags.AddAttributeError(path.Root(argument), "Tray has another secret", fmt.Sprintf(
			"%[1]s. %[2]s would be sent along, and Tray has another one: yours has changed since it was sent, or somebody has renewed it, or Tray itself, as it does with OAuth tokens. "+
				"If yours is to be sent, give %[2]s_version another value; else give the secret as Tray has it.", whole, argument))
	case uncertain:
		diags.AddAttributeError(path.Root(argument), "The secret may not be what Tray has", fmt.Sprintf(
			"%[1]s. %[2]s would be sent along, and is not what was sent last, or that is not known, as after an import; this token may not read what Tray has. "+
				"If yours is to be sent, give %[2]s_version another value; else give the secret as it was.", whole, argument))
	}
}

package provider

import (
	"context"
	"errors"

	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

// Belongs is an error where the token does not belong to the organization, by name or id. ""
// is any. It is what the provider block's organization says, for the subcommands.
func Belongs(ctx context.Context, api *tray.Client, organization string) error {
	var diags diagnostics
	if pinned(ctx, api, organization, &diags) {
		return nil
	}
	return errors.New(diags.Errors()[0].Summary() + ". " + diags.Errors()[0].Detail())
}

package promotion

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/tray-community/terraform-provider-tray/internal/export"
)

// read reads the export at a path, and refuses one that has a secret in it. It returns nil,
// with the reason in diags, when there is none to use.
func read(file string, notSecrets []string, diags *diag.Diagnostics) *export.Export {
	at := path.Root("export")
	e, err := export.ReadFile(file)
	var refused *export.Error
	switch {
	case errors.As(err, &refused):
		diags.AddAttributeError(at, "The export cannot be used", fmt.Sprintf("%s is refused: %s. Export the version again, and let nothing else write the file.", file, refused.Problem))
		return nil
	case err != nil:
		diags.AddAttributeError(at, "Could not read the export", fmt.Sprintf("%s: %s. The path is relative to the folder that Terraform runs in; ${path.module}/ begins at the module's. "+
			"An apply of a saved plan needs the file that the plan has read: keep the two together.", file, reason(err)))
		return nil
	}
	if !secretFree(e, file, notSecrets, at, diags) {
		return nil
	}
	return e
}

// secretFree refuses an export in which something looks like a secret. It names places alone.
func secretFree(e *export.Export, what string, notSecrets []string, at path.Path, diags *diag.Diagnostics) bool {
	found := slices.DeleteFunc(slices.Clone(e.Secrets), func(place string) bool { return slices.Contains(notSecrets, place) })
	if len(found) == 0 {
		return true
	}
	lines := make([]string, len(found))
	for i, place := range found {
		lines[i] = fmt.Sprintf("    %q,", place)
	}
	diags.AddAttributeError(at, "The export holds what looks like a secret",
		fmt.Sprintf("In %s a value stands where a secret would, and whoever has the file has it. Nothing was sent or stored. In the exported project, use an authentication or the project's configuration instead, "+
			"make a new version, and export that. If these are no secrets, say so:\n\n  not_secrets = [\n%s\n  ]", what, strings.Join(lines, "\n")))
	return false
}

// reason is an error of the file system without the path, which the caller names.
func reason(err error) string {
	var at *fs.PathError
	if errors.As(err, &at) {
		return at.Err.Error()
	}
	return err.Error()
}

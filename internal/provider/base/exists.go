package base

import (
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

// ImportBlock is an import block to paste, for a resource of that type. The address
// is left to the user: a provider is never told it.
func ImportBlock(resourceType, id string) string {
	return fmt.Sprintf("import {\n  to = %s.<name>\n  id = %q\n}", resourceType, id)
}

// RemovedBlock is a removed block to paste in place of a resource of that type: it leaves
// the state, and nothing happens in Tray.
func RemovedBlock(resourceType string) string {
	return fmt.Sprintf("removed {\n  from = %s.<name>\n\n  lifecycle {\n    destroy = false\n  }\n}", resourceType)
}

// Exists records rule TRAY012 on the attribute that names the object: what is there
// already is imported, not created. What is a sentence about the object.
func Exists(diags *diag.Diagnostics, at path.Path, what, resourceType string, ids ...string) {
	blocks := make([]string, len(ids))
	for i, id := range ids {
		blocks[i] = ImportBlock(resourceType, id)
	}
	diags.AddAttributeError(at, "TRAY012: it exists already",
		what+" Terraform does not take it over silently. To manage it here, import it, with the resource's own name in place of <name>:\n\n"+
			strings.Join(blocks, "\n\n"))
}

// NotSeen reports whether err says that the object is not there or is hidden from
// this token: proven gone, or a bare 404, which is how Tray answers for both.
func NotSeen(err error) bool {
	var e *tray.Error
	return tray.IsGone(err) || errors.As(err, &e) && e.Status == http.StatusNotFound
}

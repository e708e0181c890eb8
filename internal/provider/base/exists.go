package base

import (
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/tray-community/terraform-provider-tray/internal/provider/policy"
	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

// ImportBlock is an import block to paste, for a resource of that type. The address
// is left to the user: a provider is never told it.
func ImportBlock(resourceType, id string) string {
	return fmt.Sprintf("import {\n  to = %s.<name>\n  id = %q\n}", resourceType, id)
}

// RemovedBlock is a removed block to paste; see policy.RemovedBlock.
func RemovedBlock(resourceType, name string) string { return policy.RemovedBlock(resourceType, name) }

// Exists records rule TRAY012 on the attribute that names the object: what is there
// already is imported, not created. What is a sentence about the object. An import is the
// second advice: of what another address of the configuration has, it would be the loss.
func Exists(diags *diag.Diagnostics, at path.Path, what, resourceType string, ids ...string) {
	diags.AddAttributeError(at, "TRAY012: it exists already", existing(what, resourceType, ids))
}

// ExistsOnce is Exists for objects of which two with one natural key cannot be there at
// once, so that none is created before the old one is destroyed.
func ExistsOnce(diags *diag.Diagnostics, at path.Path, what, resourceType string, ids ...string) {
	diags.AddAttributeError(at, "TRAY012: it exists already", existing(what, resourceType, ids)+"\n\n"+
		"If the plan was to replace it: this comes of create_before_destroy, which makes the new one while the old one is there. Take it out of the resource, "+
		"and out of what refers to the resource, as Terraform spreads it from there. Where the plan then shows a deposed object, "+
		"`terraform state rm` the resource and import it.")
}

func existing(what, resourceType string, ids []string) string {
	blocks := make([]string, len(ids))
	for i, id := range ids {
		blocks[i] = ImportBlock(resourceType, id)
	}
	return strings.TrimRight(what, " ") + " If this configuration, or its state, has it under another address, say that it has moved, with the addresses' names in place of <old> and <new>:\n\n" +
		MovedBlock(resourceType) + "\n\n" +
		"If nobody manages it with Terraform, import it, with the resource's own name in place of <name> " +
		"(several instances of one resource share one import block with for_each):\n\n" +
		strings.Join(blocks, "\n\n")
}

// OneByOne is what TRAY012 adds about memberships, ending in a space, when nothing waits for
// anything: a resource that gives the person up may be planned after the one that takes over.
func (p *Provider) OneByOne(whom string) string {
	if !p.Ledger.Session.OneByOne() {
		return ""
	}
	return "With -parallelism=1 the plan does not see whether another resource of this configuration gives " + whom + " up: if one does, run it without. "
}

// NotSeen reports whether err says that the object is not there or is hidden from
// this token: proven gone, or a bare 404, which is how Tray answers for both.
func NotSeen(err error) bool {
	var e *tray.Error
	return tray.IsGone(err) || errors.As(err, &e) && e.Status == http.StatusNotFound
}

package promotion

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/tray-community/terraform-provider-tray/internal/export"
	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

// An apply plans once more, and Terraform holds that against the plan itself: what differs it
// calls a bug of the provider, which is not told what was planned. A saved plan tells it, so
// that the words can be ours. Where it cannot be read, as an encrypted one, Terraform refuses.

// planned are the digests in a saved plan, of all its imports; nil where there is none that
// can be read.
type planned struct{ exports, previews []string }

// In MessagePack, in which a saved plan has its values, known64 begins a text of 64 characters,
// and one of extensions what is not known yet.
const known64, extensions = "\xd9\x40", "\xc7\xc8\xc9\xd4\xd5\xd6\xd7\xd8"

// SavedPlan is what a saved plan holds, whose values are in MessagePack; nil where there is none
// that can be read.
func SavedPlan(path string) []byte {
	if path == "" {
		return nil
	}
	archive, err := zip.OpenReader(path)
	if err != nil {
		return nil
	}
	defer archive.Close() //nolint:errcheck // read only
	file, err := archive.Open("tfplan")
	if err != nil {
		return nil
	}
	defer file.Close() //nolint:errcheck // read only
	raw, err := io.ReadAll(file)
	if err != nil {
		return nil
	}
	return raw
}

// savedPlan reads the plan that is applied.
func (r *importResource) savedPlan() *planned {
	if raw := SavedPlan(r.SavedPlan); raw != nil {
		return plannedIn(raw)
	}
	return nil
}

// plannedIn returns nil, too, when some digest is not known in the plan: whose that is would
// take the whole format to tell.
func plannedIn(raw []byte) *planned {
	exports, known := digestsIn(raw, "export_digest")
	previews, all := digestsIn(raw, "preview_digest")
	if !known || !all {
		return nil
	}
	return &planned{exports, previews}
}

// digestsIn are the values of an attribute, whose name may stand in other places, too. It
// reports false when one of them is not known.
func digestsIn(raw []byte, attribute string) (all []string, ok bool) {
	for _, part := range bytes.Split(raw, []byte(attribute))[1:] {
		digest, known := bytes.CutPrefix(part, []byte(known64))
		switch {
		case known && len(digest) >= 64:
			all = append(all, string(digest[:64]))
		case len(part) > 0 && strings.IndexByte(extensions, part[0]) >= 0:
			return nil, false
		}
	}
	return all, true
}

// sameExport reports whether the plan was made by the export, or nobody knows.
func (p *planned) sameExport(e *export.Export, diags *diag.Diagnostics) bool {
	if p == nil || len(p.exports) == 0 || slices.Contains(p.exports, e.Digest) {
		return true
	}
	otherExport(diags)
	return false
}

// sameDestination reports whether the plan shows the import as it would be now, or nobody
// knows.
func (p *planned) sameDestination(e *export.Export, now *tray.Impact, diags *diag.Diagnostics) bool {
	if p == nil || len(p.exports) == 0 || slices.Contains(p.previews, now.Digest) {
		return true
	}
	otherDestination(e, now, diags)
	return false
}

func otherExport(diags *diag.Diagnostics) {
	diags.AddAttributeError(path.Root("export"), "The export is not the one that was planned",
		"The file holds something else than when the plan was made. Nothing was imported. Put the file back, or plan again.")
}

func otherDestination(e *export.Export, now *tray.Impact, diags *diag.Diagnostics) {
	diags.AddAttributeError(path.Root("project_id"), "The destination has changed since the plan",
		fmt.Sprintf("Nothing was imported. Of the import of %s Tray says now: %s. That is not what the plan shows, or something in it is another one of the same name. Plan again, and have the new impact reviewed.",
			title(e), said(now)))
}

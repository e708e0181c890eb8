package promotion

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/tray-community/terraform-provider-tray/internal/export"
	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

// backedUp says in the plan what a backup will not hold, and refuses one that cannot be made.
func (r *importResource) backedUp(ctx context.Context, plan, config model, now *tray.Impact, diags *diag.Diagnostics) bool {
	b, at := config.backup(), path.Root("backup")
	if b == nil && !config.Backup.IsNull() && !config.Backup.IsUnknown() && config.Backup.Attributes()["path"].IsNull() {
		diags.AddAttributeError(at, "No backup, no import", "Where to? Give backup a path, a file of its own for each promotion.")
		return false
	}
	if b == nil || now.IsEmpty() {
		return true
	}
	if same(b.path, config.Export.ValueString()) {
		diags.AddAttributeError(at, "No backup, no import", fmt.Sprintf("%s is the export that is imported. Give the backup a file of its own.", b.path))
		return false
	}
	newest, err := r.API.Projects.NewestVersion(ctx, plan.ProjectID.ValueString())
	if base.Failed(diags, "read the versions of the destination", err, at) {
		return false
	}
	if newest == nil && !b.version {
		diags.AddAttributeError(at, "No backup, no import", "The destination has no version, and Tray exports nothing else. Write create_version = true in backup, so that the apply makes one first.")
		return false
	}
	if !r.free(ctx, b.path, plan, newest, diags) {
		return false
	}
	if !b.version {
		diags.AddAttributeWarning(at, "The backup is as old as the newest version",
			fmt.Sprintf("It will hold version %s of the destination, made on %s. What was edited there since is in no backup. With create_version = true in backup the apply makes a version first.",
				newest.Number, newest.Created.UTC().Format(time.RFC3339)))
	}
	return true
}

// same reports whether two paths name one file.
func same(a, b string) bool {
	x, errA := filepath.Abs(a)
	y, errB := filepath.Abs(b)
	return errA == nil && errB == nil && x == y
}

// free reports whether a backup can be written to a path: what is there already is not
// overwritten, unless it is the backup itself, of an apply that went no further.
func (r *importResource) free(ctx context.Context, file string, plan model, newest *tray.ProjectVersion, diags *diag.Diagnostics) bool {
	there, err := export.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return true
	}
	if err == nil && newest != nil {
		raw, err := r.API.Projects.Export(ctx, plan.ProjectID.ValueString(), newest.Number)
		if base.Failed(diags, "export the destination", err, path.Root("backup")) {
			return false
		}
		if now, err := export.Read(raw); err == nil && now.Digest == there.Digest {
			return true
		}
	}
	inTheWay(file, diags)
	return false
}

func inTheWay(file string, diags *diag.Diagnostics) {
	diags.AddAttributeError(path.Root("backup"), "No backup, no import", fmt.Sprintf("%s exists, and is not the newest version of the destination: it may be the only way back from an earlier import. Nothing is overwritten. Give each promotion a path of its own.", file))
}

// save exports the destination, where that is asked for, and returns the SHA-256 of the file.
// It reports false when that failed: then nothing is imported.
func (r *importResource) save(ctx context.Context, plan, config model, e *export.Export, diags *diag.Diagnostics) (sum types.String, ok bool) {
	b := config.backup()
	if b == nil {
		return types.StringNull(), true
	}
	at, project := path.Root("backup"), plan.ProjectID.ValueString()
	version, err := r.API.Projects.NewestVersion(ctx, project)
	if err == nil && b.version {
		version, err = r.snapshot(ctx, plan, "Before the import of "+title(e), "Made by Terraform for a backup.")
	}
	if base.Failed(diags, "make the backup", err, at) {
		return sum, false
	}
	if version == nil {
		diags.AddAttributeError(at, "No backup, no import", "The destination has no version, and Tray exports nothing else. Write create_version = true in backup.")
		return sum, false
	}
	raw, err := r.API.Projects.Export(ctx, project, version.Number)
	if base.Failed(diags, "make the backup", err, at) {
		return sum, false
	}
	return write(b.path, raw, diags)
}

// write stores a backup, durably, for its owner alone.
func write(file string, raw []byte, diags *diag.Diagnostics) (sum types.String, ok bool) {
	at := path.Root("backup")
	now, err := export.Read(raw)
	if err != nil {
		diags.AddAttributeError(at, "No backup, no import", fmt.Sprintf("What Tray exported is refused: %s. Nothing was imported.", err))
		return sum, false
	}
	switch there, err := export.ReadFile(file); {
	case err == nil && there.Digest == now.Digest:
		return digest(there.Raw), true
	case !errors.Is(err, fs.ErrNotExist):
		inTheWay(file, diags)
		return sum, false
	}
	if err := store(file, raw, false); err != nil {
		diags.AddAttributeError(at, "No backup, no import", fmt.Sprintf("%s could not be written: %s. Nothing was imported.", file, reason(err)))
		return sum, false
	}
	return digest(raw), true
}

func digest(raw []byte) types.String {
	sum := sha256.Sum256(raw)
	return types.StringValue(hex.EncodeToString(sum[:]))
}

// store writes a file that is whole and on the disk when it returns: what is there under the
// name is either the old one or the new one. Without over, an old one is an error.
func store(file string, raw []byte, over bool) (err error) {
	folder := filepath.Dir(file)
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	part, err := os.CreateTemp(folder, ".tray-*.json") // readable by its owner alone
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			_ = os.Remove(part.Name()) // the first error counts
		}
	}()
	_, err = part.Write(raw)
	if err == nil {
		err = part.Sync()
	}
	if closeErr := part.Close(); err == nil {
		err = closeErr
	}
	if err == nil && !over {
		if _, statErr := os.Lstat(file); statErr == nil {
			err = fs.ErrExist
		}
	}
	if err == nil {
		err = os.Rename(part.Name(), file)
	}
	if err != nil {
		return err
	}
	return syncFolder(folder)
}

// syncFolder makes a rename durable, where the system can.
func syncFolder(folder string) error {
	opened, err := os.Open(folder)
	if err != nil {
		return err
	}
	defer opened.Close()
	if err := opened.Sync(); err != nil && !errors.Is(err, errors.ErrUnsupported) && !errors.Is(err, fs.ErrInvalid) {
		return err
	}
	return nil
}

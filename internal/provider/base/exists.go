package base

import (
	"errors"
	"net/http"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/tray-community/terraform-provider-tray/internal/provider/policy"
	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

// ImportBlock is policy's, for messages that no rule has.
func ImportBlock(resourceType, id string) string { return policy.ImportBlock(resourceType, id) }

// RemovedBlock is policy's, for messages that no rule has.
func RemovedBlock(resourceType, name string) string { return policy.RemovedBlock(resourceType, name) }

// Exists asks TRAY012 about what a creation has found in the place of what it would make,
// with the ids given, and says in diags what the rule objects to, on the attribute that
// names the object. What is a sentence about the object. It reports whether it objects.
func Exists(diags *diag.Diagnostics, at path.Path, what, resourceType string, ids ...string) bool {
	return found(diags, at, policy.Change{Found: what, Shared: true, Object: policy.Object{Type: resourceType}}, ids)
}

// ExistsOnce is Exists for objects of which two with one natural key cannot be there at
// once, so that none is created before the old one is destroyed.
func ExistsOnce(diags *diag.Diagnostics, at path.Path, what, resourceType string, ids ...string) bool {
	return found(diags, at, policy.Change{Found: what, Object: policy.Object{Type: resourceType}}, ids)
}

func found(diags *diag.Diagnostics, at path.Path, creation policy.Change, ids []string) bool {
	creation.Action = policy.CreateObject
	before := policy.Organization{}
	for _, id := range ids {
		before.Objects = append(before.Objects, policy.Object{Type: creation.Object.Type, ID: id, Name: creation.Object.Name})
	}
	return Violated(policy.TRAY012Exists.Judge(before, []policy.Change{creation}, policy.Limits{}), at, diags)
}

// Violated says in diags what is violated, pinned on at unless that is empty. It reports
// whether anything is.
func Violated(violations []policy.Violation, at path.Path, diags *diag.Diagnostics) bool {
	for _, v := range violations {
		if at.Equal(path.Empty()) {
			diags.AddError(v.Title(), v.Detail)
		} else {
			diags.AddAttributeError(at, v.Title(), v.Detail)
		}
	}
	return len(violations) > 0
}

// OneByOne is what TRAY012 adds about memberships when nothing waits for anything: a resource that gives the person up may be planned after the one that takes over.
func (p *Provider) OneByOne(whom string) string {
	if !p.Ledger.Session.OneByOne() {
		return ""
	}
	return "With -parallelism=1 the plan does not see whether another resource of this configuration gives " + whom + " up: if one does, run it without."
}

// NotSeen reports whether err says that the object is not there or is hidden from
// this token: proven gone, or a bare 404, which is how Tray answers for both.
func NotSeen(err error) bool {
	var e *tray.Error
	return tray.IsGone(err) || errors.As(err, &e) && e.Status == http.StatusNotFound
}

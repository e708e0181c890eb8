package provider

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/tray-community/terraform-provider-tray/internal/pseudonym"
)

// snapshot is what the provider plans by with sandbox = { path = …, read_only = true }.
type snapshot struct {
	// people are the pseudonyms in it; nil when it holds names and addresses as they are.
	people *pseudonym.Book
}

// frozen is what carries requests to a snapshot. The type of the answer is unnamed for the
// reason that SandboxOptions is.
type frozen interface {
	Snapshot() (info struct {
		TakenAt time.Time
		Key     string
		Unseen  []string
	}, ok bool)
}

// planBy has the provider plan by the snapshot that transport leads to, and says so: who
// reads the plan has to know how old it is, and what was not seen for it.
func (p *trayProvider) planBy(transport http.RoundTripper, file string, diags *diagnostics) bool {
	at := path.Root("sandbox")
	f, is := transport.(frozen)
	if !is {
		diags.AddAttributeError(at, "Could not open the snapshot", "This build of the provider knows no snapshots. Use a released build.")
		return false
	}
	info, is := f.Snapshot()
	if !is {
		diags.AddAttributeError(at, "Could not open the snapshot", fmt.Sprintf("%s is no snapshot.", file))
		return false
	}
	s := &snapshot{}
	if info.Key != "" {
		key, err := pseudonym.ParseKey(info.Key)
		if err != nil {
			diags.AddAttributeError(at, "Could not open the snapshot", fmt.Sprintf("%s: %s.", file, err))
			return false
		}
		s.people = &pseudonym.Book{Key: key}
	}
	p.snapshot.Store(s)
	diags.AddAttributeWarning(at, "Planned by a snapshot", snapshotNotice(file, info.TakenAt, info.Unseen, s.people != nil))
	return true
}

// hide replaces addresses of the provider block, which no resource brings with it.
func (s *snapshot) hide(addresses []string) {
	for i, address := range addresses {
		if s.people != nil {
			addresses[i] = s.people.Hide(address)
		}
	}
}

func snapshotNotice(file string, taken time.Time, unseen []string, pseudonymous bool) string {
	var b strings.Builder
	fmt.Fprintf(&b, "The plan is made by %s, which was taken of the organization at %s. It judges by that time, and knows nothing of what has changed since.",
		file, taken.UTC().Format(time.RFC3339))
	if pseudonymous {
		b.WriteString(" Somebody whom neither the configuration nor the state names goes by a pseudonym.")
	}
	if len(unseen) > 0 {
		b.WriteString("\n\nThe token that took it did not see:\n  - " + strings.Join(unseen, "\n  - "))
	}
	return b.String()
}

// validateSnapshot refuses what does not go with read_only: a path is needed, and the rest
// describes a sandbox to make or to act in.
func (m model) validateSnapshot(ctx context.Context, diags *diagnostics) {
	var sm sandboxModel
	if d := m.Sandbox.As(ctx, &sm, basetypes.ObjectAsOptions{}); d.HasError() || !sm.ReadOnly.ValueBool() {
		return
	}
	at := path.Root("sandbox")
	switch {
	case sm.Path.IsNull():
		diags.AddAttributeError(at, "A snapshot needs a path", "read_only plans by a snapshot of an organization, and path says which. "+
			"`terraform-provider-tray snapshot -o org.db` takes one; then: sandbox = { path = \"org.db\", read_only = true }.")
	case sm.Path.ValueString() == ":memory:":
		diags.AddAttributeError(at.AtName("path"), "A snapshot is a file", "read_only plans by a snapshot of an organization, which is a file. "+
			"Give its path, or remove read_only.")
	}
	for _, other := range []struct {
		name  string
		value attr.Value
	}{
		{"organization", sm.Organization}, {"owner_email", sm.OwnerEmail}, {"plan", sm.Plan},
		{"embedded", sm.Embedded}, {"operator", sm.Operator}, {"auto_accept", sm.AutoAccept}, {"token", sm.Token},
	} {
		if !other.value.IsNull() {
			diags.AddAttributeError(at.AtName(other.name), "Snapshot or sandbox, not both",
				fmt.Sprintf("With read_only the provider plans by what the snapshot holds, and %s describes a sandbox to make or to act in. Remove one of the two.", other.name))
		}
	}
}

// writing are the commands that change an organization, or what the state says of it. They
// are refused before anything else: a state that was refreshed by a snapshot would hold its
// pseudonyms.
var writing = []string{"apply", "destroy", "refresh", "import"}

// readsOnly reports whether a command of that name may use a snapshot.
func readsOnly(command string, diags *diagnostics) bool {
	if !slices.Contains(writing, command) {
		return true
	}
	diags.AddAttributeError(path.Root("sandbox").AtName("read_only"), "A snapshot is for plans only",
		fmt.Sprintf("With read_only the provider plans by a snapshot of an organization, and %q would change the organization or the state. Nothing was read or written. "+
			"Remove sandbox from the provider block, and use a token (TRAY_API_TOKEN).", command))
	return false
}

// notInASnapshot is the apply of any object.
var notInASnapshot = &tfprotov6.Diagnostic{
	Severity: tfprotov6.DiagnosticSeverityError, Summary: "A snapshot is for plans only",
	Detail: "With read_only the provider plans by a snapshot of an organization, in which nothing can be changed. Nothing was written. " +
		"Remove sandbox from the provider block, and use a token (TRAY_API_TOKEN).",
}

func upperFirst(s string) string {
	first, size := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(first)) + s[size:]
}

package acctest

import (
	"testing"

	"github.com/tray-community/terraform-provider-tray/internal/pseudonym"
	"github.com/tray-community/terraform-provider-tray/internal/sandbox"
)

// Book opens the pseudonyms of the snapshot, nil when it has none. The test tells it whom it
// knows.
func (s Snapshot) Book(t testing.TB) *pseudonym.Book {
	t.Helper()
	opened, _, err := sandbox.Open(sandbox.OpenOptions{Path: s.Path, ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	info, ok := opened.(interface {
		Snapshot() (sandbox.FrozenInfo, bool)
	}).Snapshot()
	if !ok || info.Key == "" {
		return nil
	}
	key, err := pseudonym.ParseKey(info.Key)
	if err != nil {
		t.Fatal(err)
	}
	return &pseudonym.Book{Key: key}
}

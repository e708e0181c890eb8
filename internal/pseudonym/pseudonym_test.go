package pseudonym

import (
	"regexp"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// valid is what Tray documents of an address.
var valid = regexp.MustCompile("^[a-zA-Z0-9.!#$%&'*+/=?^_`{|}~-]+@[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?" +
	`(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)*$`)

func drawAddress(t *rapid.T) string {
	return rapid.StringMatching("[a-zA-Z0-9.!#$%&'*+=?^_`{|}~-]{1,20}@[a-zA-Z0-9]([a-z0-9-]{0,10}[a-z0-9])?(\\.[a-z]{2,6}){0,2}").Draw(t, "address")
}

// An address of a configuration meets the one of the snapshot, and comes back as it was
// spelled.
func TestBook_addressesMeetAndComeBack(t *testing.T) {
	key := NewKey()
	rapid.Check(t, func(t *rapid.T) {
		of := drawAddress(t)
		book := &Book{Key: key}
		hidden := book.Hide(of)
		switch {
		case hidden != key.Address(of):
			t.Fatalf("%q is %q in a configuration and %q in the snapshot", of, hidden, key.Address(of))
		case !valid.MatchString(hidden):
			t.Fatalf("%q is no address", hidden)
		case strings.ToLower(hidden) != key.Address(strings.ToLower(of)):
			t.Fatalf("another spelling of %q is somebody else", of)
		case book.Reveal("who is "+hidden+", please") != "who is "+of+", please":
			t.Fatalf("%q came back as %q", of, book.Reveal(hidden))
		case book.Hide(hidden) != hidden || key.Address(hidden) != hidden:
			t.Fatalf("the pseudonym of %q got one of its own", of)
		case strings.Contains(hidden, strings.ToLower(of)):
			t.Fatalf("%q shows in %q", of, hidden)
		}
	})
}

// Two spellings are told apart, also when Tray has a third.
func TestBook_keepsSpellings(t *testing.T) {
	book := &Book{Key: NewKey()}
	for _, spelling := range []string{"ana@example.com", "Ana@example.com", "ANA@Example.com"} {
		book.Hide(spelling)
	}
	for _, spelling := range []string{"ana@example.com", "Ana@example.com", "ANA@Example.com"} {
		if got := book.Reveal(book.Key.Address(spelling)); got != spelling {
			t.Errorf("%q came back as %q", spelling, got)
		}
	}
	if got := book.Reveal(book.Key.Address("aNa@example.com")); got != "ana@example.com" {
		t.Errorf("a spelling that nobody told came back as %q", got)
	}
}

// In import ids and descriptions addresses stand between other things.
func TestBook_findsAddressesInTexts(t *testing.T) {
	book := &Book{Key: NewKey()}
	for _, text := range []string{
		"0c1d-ws/ana@example.com", "Ask ana@example.com.", "<ana@example.com>, (ben@other.example)", `{"e":"ana@example.com"}`, "a@b@c.example", "@", "@example.com",
	} {
		hidden := book.Hide(text)
		if strings.Contains(hidden, "ana@") || strings.Contains(hidden, "ben@") || strings.Contains(hidden, "example.com") && text != "@example.com" {
			t.Errorf("%q is %q", text, hidden)
		}
		if got := book.Reveal(hidden); got != text {
			t.Errorf("%q came back as %q", text, got)
		}
	}
}

// One domain is one domain, so that guests can be told from colleagues; names and domains
// come back too.
func TestBook_domainsAndNames(t *testing.T) {
	book := &Book{Key: NewKey()}
	_, domain, _ := strings.Cut(book.Hide("ana@Example.com"), "@")
	if hidden := book.HideDomain("example.com"); hidden != domain || book.Reveal(hidden) != "example.com" {
		t.Errorf("%q, %q, %q", hidden, domain, book.Reveal(hidden))
	}
	hidden := book.HideName("Ana Silva")
	if strings.Contains(hidden, "Ana") || book.Reveal("by "+hidden) != "by Ana Silva" || book.HideName(hidden) != hidden || book.HideName("") != "" {
		t.Errorf("%q, %q", hidden, book.Reveal(hidden))
	}
	if stranger := NewKey().Address("ana@example.com"); book.Reveal(stranger) != stranger || book.Hide("ana@example.com") == stranger {
		t.Error("another snapshot's pseudonyms are told")
	}
}

func TestKey_isReadAsWritten(t *testing.T) {
	k := NewKey()
	if got, err := ParseKey(k.String()); err != nil || got.Address("a@b.example") != k.Address("a@b.example") {
		t.Error(err)
	}
	for _, broken := range []string{"", "x", "AAAA"} {
		if _, err := ParseKey(broken); err == nil {
			t.Errorf("%q is a key", broken)
		}
	}
}

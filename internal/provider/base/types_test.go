package base

import (
	"regexp"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// documentedEmail is the pattern of Tray's OpenAPI document.
var documentedEmail = regexp.MustCompile("^[a-zA-Z0-9.!#$%&'*+/=?^_`{|}~-]+@[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?" +
	"(?:\\.[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)*$")

func TestIsEmail_isTheDocumentedPattern(t *testing.T) {
	label := strings.Repeat("a", 63)
	for _, s := range []string{"", "@", "a", "a@", "@b", "a@b", "a@b.", "a@.b", "a@b..c", "a@b.c", "A.!#$%&'*+/=?^_`{|}~-z@b-c.d1", "a@-b", "a@b-", "a@b--c",
		"a@b@c", "a b@c", "ä@b", "a@ä", "a@b\n", "\na@b", "a@b\xff", "\xff@b", "a@" + label, "a@" + label + "a", "a@b." + label + "a", "<a@b>", "a@b.c-", "a@\uFFFD"} {
		if got, want := IsEmail(s), documentedEmail.MatchString(s); got != want {
			t.Errorf("%q: %v, want %v", s, got, want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		s := rapid.StringOf(rapid.RuneFrom([]rune("aZ09@.-_+ é\n\""))).Draw(t, "address")
		if got, want := IsEmail(s), documentedEmail.MatchString(s); got != want {
			t.Errorf("%q: %v, want %v", s, got, want)
		}
	})
}

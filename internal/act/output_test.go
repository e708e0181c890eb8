package act

import (
	"strings"
	"testing"

	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

func object(t *testing.T, raw string) tray.SecretObject {
	t.Helper()
	o, err := tray.NewSecretObject([]byte(raw))
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func TestMismatches_compareByPlaceAndNeverQuote(t *testing.T) {
	output := object(t, `{"ok": true, "account": {"status": "active", "n": 3.0, "id": 12345678901234567890}, "items": [{"id": "a"}], "my.key": [null], "list": [1, 2]}`)
	for place, c := range map[string]struct {
		text string
		want string // of a mismatch; "" is none
	}{
		"ok":             {"true", ""},
		"account.status": {"active", ""},
		"account.n":      {"3", ""},
		"account.id":     {"12345678901234567890", ""},
		"items.0.id":     {"a", ""},
		"/my.key/0":      {"null", ""},
		"list":           {"[1,2]", ""},
		"account":        {"canary", "account is an object, and has another value"},
		"items.1.id":     {"a", "there is no items.1.id"},
		"items.-1.id":    {"a", "there is no items.-1.id"},
		"ok.deeper":      {"canary", "there is no ok.deeper"},
		"my.key":         {"canary", "there is no my.key"},
	} {
		got := strings.Join(mismatches(output, map[string]string{place: c.text}), "; ")
		if got != c.want {
			t.Errorf("%s = %s: got %q, want %q", place, c.text, got, c.want)
		}
	}
	near := mismatches(output, map[string]string{"account.id": "12345678901234567891"})
	if len(near) != 1 || strings.Contains(near[0], "1234") {
		t.Errorf("a number that floating point cannot tell from another: %q", near)
	}
}

func TestPlaceProblem_ofWhatNamesNoPlace(t *testing.T) {
	for place, fine := range map[string]bool{"a.b": true, "/a.b/0": true, "0": true, "": false, "a..b": false, "/": false, "a.": false} {
		if got := PlaceProblem(place); (got == "") != fine {
			t.Errorf("%q: %q", place, got)
		}
	}
}

func TestShown_hidesTheInputAndIsBounded(t *testing.T) {
	c := Call{Input: object(t, `{"key": "canary-secret", "n": 123456}`), ShowOutput: true}
	got := c.shown(object(t, `{"echo": "the key canary-secret of 123456", "long": "`+strings.Repeat("é", 5000)+`"}`))
	if strings.Contains(got, "canary") || strings.Contains(got, "123456") || !strings.Contains(got, "(secret)") || len([]rune(got)) > longestOutput+100 {
		t.Errorf("it shows %.300s… of %d", got, len([]rune(got)))
	}
	if c.ShowOutput = false; strings.Contains(c.shown(object(t, `{"a": "visible"}`)), "visible") {
		t.Error("it shows the output unasked")
	}
}

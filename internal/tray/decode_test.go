package tray

import (
	"encoding/json"
	"testing"
)

func TestDecode_kindsInEveryShape(t *testing.T) {
	for raw, want := range map[string]string{
		`"Shared"`: "Shared", `{"Shared":{}}`: "Shared", `{"type":"Shared"}`: "Shared", `{"name":"Shared"}`: "Shared",
		`{"type":"Shared","x":1}`: "Shared", `null`: "", `{}`: "", `""`: "", ` "API" `: "API", `{"a":{},"b":{}}`: "",
	} {
		var w wireWorkspace
		if err := json.Unmarshal([]byte(`{"id":"1","name":"N","type":`+raw+`}`), &w); err != nil || w.Type.name != want || !w.Type.set {
			t.Errorf("%s: %q, set %v, %v", raw, w.Type.name, w.Type.set, err)
		}
	}
	for _, raw := range []string{`5`, `[]`, `true`} {
		var n caseName
		if json.Unmarshal([]byte(raw), &n) == nil {
			t.Errorf("%s was read as %q", raw, n.name)
		}
	}
}

func TestDecode_wholeNumbersInEverySpelling(t *testing.T) {
	for raw, want := range map[string]int64{`5`: 5, `5.0`: 5, `5e3`: 5000, `"7"`: 7, `9007199254740993`: 9007199254740993, `0`: 0} {
		var w wireWorkspace
		if err := json.Unmarshal([]byte(`{"monthlyTaskLimit":`+raw+`}`), &w); err != nil || int64(*w.MonthlyTaskLimit) != want {
			t.Errorf("%s: %v %v", raw, w.MonthlyTaskLimit, err)
		}
	}
	var w wireWorkspace
	if err := json.Unmarshal([]byte(`{"monthlyTaskLimit":null}`), &w); err != nil || w.MonthlyTaskLimit != nil {
		t.Errorf("null: %v %v", w.MonthlyTaskLimit, err)
	}
	for _, raw := range []string{`1.5`, `"many"`, `1e300`, `{}`} {
		var n integer
		if json.Unmarshal([]byte(raw), &n) == nil {
			t.Errorf("%s was read as %d", raw, n)
		}
	}
}

func TestDecode_elementsThatLackFieldsAreNotComplete(t *testing.T) {
	for raw, want := range map[string]bool{
		`{"id":"1"}`:            false,
		`{"id":"1","name":"N"}`: false,
		`{"id":"1","email":"e","name":"N","accountType":"Regular","role":{"id":"r","name":"R"}}`: true,
		`{"id":"1","email":"e","accountType":null,"role":{"id":"r"}}`:                            true,
		`{"id":"1","email":"e","accountType":"API"}`:                                             false,
	} {
		var w wireUser
		if err := json.Unmarshal([]byte(raw), &w); err != nil {
			t.Fatal(err)
		}
		if e, err := w.element(); err != nil || e.Complete != want {
			t.Errorf("%s: complete %v, %v", raw, e.Complete, err)
		}
	}
}

// FuzzDecode: whatever comes, decoding ends, and what it accepts has an id and comes
// through the page as it is.
func FuzzDecode(f *testing.F) {
	for _, seed := range []string{
		`{"elements":[{"id":"1","type":{"Shared":{}},"monthlyTaskLimit":5,"role":{"id":"r","name":"n"},"accountType":"API","email":"e"}],"pageInfo":{"hasNextPage":true,"endCursor":"c"}}`,
		`{"elements":[{"id":"1","type":null,"accountType":{},"role":null,"monthlyTaskLimit":"9"}]}`,
		`{"elements":null,"pageInfo":null}`, `{}`, `[]`, `{"elements":[{}]}`, `{"elements":[{"id":"1","type":{"type":5}}]}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		check(t, raw, wireUser.element, func(u User) string { return u.ID })
		check(t, raw, wireWorkspace.element, func(w Workspace) string { return w.ID })
		check(t, raw, func(w wireMember) (element[Member], error) { return w.element("ws") },
			func(m Member) string { return m.UserID })
		check(t, raw, wireInvite.element, func(i Invite) string { return i.ID })
	})
}

func check[W, T any](t *testing.T, raw []byte, convert func(W) (element[T], error), id func(T) string) {
	var p wirePage[W]
	if json.Unmarshal(raw, &p) != nil {
		return
	}
	for _, w := range p.Elements {
		if e, err := convert(w); err == nil && id(e.Value) == "" {
			t.Errorf("%q was accepted without an id", raw)
		}
	}
}

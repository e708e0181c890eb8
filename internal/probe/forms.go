package probe

import (
	"bytes"
	"compress/gzip"
	"net/http"
	"net/url"
	"strings"
	"unicode"
)

// Questions about the form of requests, whatever they are about.

// caseOfIDs (60) asks for the first user whose id has a letter, and gives a throwaway user a role whose id is in capitals.
func caseOfIDs(a *asking) {
	for _, u := range a.page(a.get("/core/v1/users", "first", "10")).Elements {
		id := u.text("id")
		if other := otherCase(id); other != id {
			a.expect("a user's id in the other case", a.get(userPath(other)), 404)
			break
		}
	}
	p := a.person(first)
	a.expect("a role's id in the other case", a.put(userPath(p.id)+"/roles", map[string]string{"roleId": otherCase(a.roles["Viewer"])}), 200)
}

func otherCase(id string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsUpper(r) {
			return unicode.ToLower(r)
		}
		return unicode.ToUpper(r)
	}, id)
}

// contentType (61) gives a throwaway user the role that it has.
func contentType(a *asking) {
	a.expect("JSON as text/plain", a.sameRole(odd{header: map[string]string{"Content-Type": "text/plain"}}), 200)
	a.expect("JSON as a form", a.sameRole(odd{header: map[string]string{"Content-Type": "application/x-www-form-urlencoded"}}), 200)
}

// sameRole gives a throwaway user the role that it has, in an odd way.
func (a *asking) sameRole(o odd) reply {
	p := a.person(first)
	return a.sendOdd(http.MethodPut, userPath(p.id)+"/roles", nil, map[string]string{"roleId": a.roles["Viewer"]}, o)
}

// repeatedParameter (62).
func repeatedParameter(a *asking) {
	twice := func(name, one, two string) reply {
		return a.send(http.MethodGet, "/core/v1/workspaces", url.Values{name: {one, two}}, nil)
	}
	a.expect("first twice", twice("first", "1", "2"), 400)
	a.expect("type twice", twice("type", "Shared", "Personal"), 200)
}

// brokenQuery (63).
func brokenQuery(a *asking) {
	a.expect("email=%zz", a.sendOdd(http.MethodGet, "/core/v1/users", nil, nil, odd{query: "first=1&email=%zz"}), 400)
}

// longName (64) makes a user whose name is too long, if that goes.
func longName(a *asking) {
	p := a.somebody(first+" with a long name", a.address("ida"))
	p.name = strings.Repeat("n", 256)
	p.made = a.makeUser(p)
	a.expect("a name of 256 characters", p.made, 400)
	a.note("e-mail addresses were not tried")
}

// compression (65).
func compression(a *asking) {
	got := a.sendOdd(http.MethodGet, "/core/v1/roles", nil, nil, odd{header: map[string]string{"Accept-Encoding": "gzip"}})
	a.same("encoding of an answer to Accept-Encoding: gzip", got.header.Get("Content-Encoding"), "")
	a.expect("a body in gzip", a.sameRole(odd{header: map[string]string{"Content-Encoding": "gzip"}, pack: packed}), 400)
}

func packed(body []byte) ([]byte, error) {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := z.Write(body); err != nil {
		return nil, err
	}
	err := z.Close() // It writes the rest.
	return b.Bytes(), err
}

// largeBody (66).
func largeBody(a *asking) {
	body := map[string]string{"email": strings.Repeat("a", 70_000), "organizationRoleId": a.roles["Viewer"]}
	a.expect("a body of 70,000 bytes", a.post("/core/v1/invites", body), 413)
	a.note("other sizes were not tried")
}

// missingField (67).
func missingField(a *asking) {
	got := a.post("/core/v1/invites", map[string]string{"organizationRoleId": a.roles["Viewer"]})
	a.expect("an invitation without an address", got, 400)
	a.same("in these words", got.object().text("message"), "Invalid value for: body (Missing required field at 'email')")
}

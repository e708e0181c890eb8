package browser_test

import (
	"fmt"
	"testing"

	"github.com/tray-community/terraform-provider-tray/internal/acctest"
	"github.com/tray-community/terraform-provider-tray/internal/acctest/browser"
)

// crowd fills an organization as people do in Tray's UI, each person in so many workspaces. Some names differ at their
// ends alone.
func crowd(env *acctest.Env, people, workspaces, each int) {
	names := []string{"sales", "finance", "people-and-culture-operations", "it"}
	roles := []string{"Viewer", "Contributor", "Admin"}
	ids := make([]string, workspaces)
	for w := range ids {
		var made struct{ ID string }
		env.Control("POST", "/_sandbox/ui/workspaces", map[string]string{"name": fmt.Sprintf("%s-%02d", names[w%len(names)], w)}, &made)
		ids[w] = made.ID
	}
	for p := range people {
		email := fmt.Sprintf("person-%04d@example.com", p)
		env.Control("POST", "/_sandbox/ui/users", map[string]string{"email": email, "name": fmt.Sprint("Person Number ", p)})
		for i := range each {
			w := (p + 3*i) % workspaces
			env.Control("PUT", "/_sandbox/ui/workspaces/"+ids[w]+"/members/"+email, map[string]string{"role": roles[(p+i)%len(roles)]})
		}
	}
}

// What is true of a page that somebody can read, as expressions of JavaScript.
const (
	fitsTheWindow  = `document.documentElement.scrollWidth <= innerWidth`
	namesAreWhole  = `[...document.querySelectorAll(".matrix thead span")].every(e => e.scrollHeight <= e.clientHeight && e.scrollWidth <= e.clientWidth)`
	namesDiffer    = `new Set([...document.querySelectorAll(".matrix thead span")].map(e => e.textContent)).size === document.querySelectorAll(".matrix thead span").length`
	headsAreInView = `document.elementFromPoint(...(r => [r.x + r.width / 2, r.y + r.height / 2])(document.querySelector(".matrix thead .role span").getBoundingClientRect())).closest("thead") !== null`
	focusIsInView  = `document.elementFromPoint(...(r => [r.x + r.width / 2, r.y + r.height / 2])(document.activeElement.getBoundingClientRect())) === document.activeElement`
	person         = `document.activeElement.closest("tr").querySelector("i").textContent`
)

func holds(t *testing.T, b *browser.Browser, when string, expressions ...string) {
	t.Helper()
	for _, e := range expressions {
		if got := b.Evaluate(e); got != "true" {
			t.Errorf("%s: %s is %s", when, e, got)
		}
	}
}

// Sixty people in sixteen workspaces is one screen: every name can be told from the others, and whoever walks through the
// table by keyboard sees where they are.
func TestPage_isReadableWithSixtyPeople(t *testing.T) {
	if acctest.IsTofu() {
		t.Skip("no command line takes part: one pass is enough")
	}
	b := browser.Start(t)
	env := acctest.Start(t)
	crowd(env, 59, 16, 5) // and the Owner
	b.Open(servePage(t, env.Path))
	b.Sees(".matrix")
	picture(t, b)
	holds(t, b, "at first", fitsTheWindow, namesAreWhole, namesDiffer, headsAreInView)

	b.Evaluate(`document.querySelector('.matrix button').focus()`)
	walk := func(key string, times int, want string) {
		t.Helper()
		for range times {
			b.Press(key)
			holds(t, b, "on the way", focusIsInView, headsAreInView)
		}
		if got := b.Evaluate(person); got != want {
			t.Errorf("the focus is on %s, want %s", got, want)
		}
	}
	walk(browser.PageDown, 6, "person-0058@example.com")
	walk(browser.Up, 12, "person-0046@example.com")
	walk(browser.End, 1, "person-0046@example.com")
	walk(browser.PageUp, 6, "owner@example.com")
	walk(browser.Home, 1, "owner@example.com")
}

// A thousand people are pages of sixty, and one of them is found by name.
func TestPage_isReadableWithAThousandPeople(t *testing.T) {
	if acctest.IsTofu() {
		t.Skip("no command line takes part: one pass is enough")
	}
	b := browser.Start(t)
	env := acctest.Start(t)
	crowd(env, 1000, 40, 1)
	b.Open(servePage(t, env.Path))
	b.Sees(".matrix")
	picture(t, b)
	holds(t, b, "at first", fitsTheWindow, namesAreWhole, namesDiffer, headsAreInView)
	b.Click(`nav a[href*="page=2"]`)
	b.Sees(`button[aria-label^="person-0059@example.com in "]`)
	b.Click(`nav a[href*="workspaces=2"]`)
	b.Sees(`button[aria-label$=" is not in sales-36"]`)
	holds(t, b, "further on", fitsTheWindow, namesAreWhole, namesDiffer)
	b.Evaluate(`document.getElementById("people").focus()`)
	for _, key := range "0777" {
		b.Press(string(key))
	}
	b.Press(browser.Enter)
	b.Gone(`button[aria-label^="person-0059@example.com"]`)
	if got := b.Evaluate(`document.querySelectorAll(".matrix tbody tr").length`); got != "1" {
		t.Errorf("%s people are found, want the one", got)
	}
}

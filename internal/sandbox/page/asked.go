package page

import (
	"net/url"
	"strconv"
)

// asked is what the address says of what to show.
type asked struct {
	People     string // whose name or address holds this
	Page       int    // of people, from 1
	Workspaces int    // page of workspaces, from 1
	Menu       string // the key of a cell whose menu is open
}

func ask(query url.Values) asked {
	return asked{People: query.Get("people"), Page: number(query.Get("page")), Workspaces: number(query.Get("workspaces")), Menu: query.Get("menu")}
}

func number(text string) int {
	n, _ := strconv.Atoi(text) // whatever is no number is the first page
	return max(n, 1)
}

// WithoutMenu shows the same with the menu closed.
func (a asked) WithoutMenu() asked {
	a.Menu = ""
	return a
}

func (a asked) onPage(n int) asked {
	a.Page, a.Menu = n, ""
	return a
}

func (a asked) onWorkspaces(n int) asked {
	a.Workspaces, a.Menu = n, ""
	return a
}

// Query is what follows an address to show the same again, with the question mark.
func (a asked) Query() string {
	q := url.Values{}
	if a.People != "" {
		q.Set("people", a.People)
	}
	if a.Page > 1 {
		q.Set("page", strconv.Itoa(a.Page))
	}
	if a.Workspaces > 1 {
		q.Set("workspaces", strconv.Itoa(a.Workspaces))
	}
	if a.Menu != "" {
		q.Set("menu", a.Menu)
	}
	if len(q) == 0 {
		return ""
	}
	return "?" + q.Encode()
}

func (a asked) link() string { return "/" + a.Query() }

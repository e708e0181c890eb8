package page

import (
	"crypto/rand"
	"crypto/subtle"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
)

// door lets in whoever has the link that the command printed, once, and gives them a
// cookie. The terminal in which the sandbox runs is the proof of who somebody is; the
// link is no lasting secret, as addresses end up in histories.
type door struct {
	mu       sync.Mutex
	key      string
	shown    bool            // the link with this key was printed
	sessions map[string]bool // of this process: after a restart the cookie opens nothing
	show     func(link string)
	url      string
}

func newDoor(url string, show func(link string)) *door {
	return &door{key: rand.Text(), sessions: map[string]bool{}, show: show, url: url}
}

// showLink prints the link, unless it stands there already.
func (d *door) showLink() {
	d.mu.Lock()
	defer d.mu.Unlock()
	if !d.shown {
		d.shown = true
		d.show(d.url + "/?" + url.Values{"key": {d.key}}.Encode())
	}
}

// knows tells whether a request comes from a browser that was let in.
func (d *door) knows(r *http.Request) bool {
	cookie, err := r.Cookie(cookieName(r))
	if err != nil {
		return false
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.sessions[cookie.Value]
}

// open takes a key, which then opens nothing any more, for a session.
func (d *door) open(key string) (session string, opened bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if subtle.ConstantTimeCompare([]byte(key), []byte(d.key)) != 1 {
		return "", false
	}
	session = rand.Text()
	d.sessions[session] = true
	d.key, d.shown = rand.Text(), false
	return session, true
}

// cookieName holds the port: browsers keep cookies of a host, whatever the port, and two
// sandboxes on two ports would put each other's out.
func cookieName(r *http.Request) string {
	_, port, err := net.SplitHostPort(r.Host)
	if err != nil {
		port = "80"
	}
	return "tray-sandbox-" + port
}

// enter serves who has no cookie yet. With a key it sets one, and lets the browser go on
// by itself: it would not send a strict cookie along a redirect from elsewhere.
func (p *Page) enter(w http.ResponseWriter, r *http.Request) {
	key := r.URL.Query().Get("key")
	if r.Method != http.MethodGet || looksAhead(r) {
		p.render(w, http.StatusUnauthorized, "door.html", false)
		return
	}
	session, opened := p.door.open(key)
	if !opened {
		if r.URL.Path == "/" { // not for a page that was left open and asks by itself
			p.door.showLink()
		}
		p.render(w, http.StatusUnauthorized, "door.html", false)
		return
	}
	http.SetCookie(w, &http.Cookie{Name: cookieName(r), Value: session, Path: "/", HttpOnly: true, SameSite: http.SameSiteStrictMode})
	p.render(w, http.StatusOK, "door.html", true)
}

// looksAhead tells a browser that fetches what somebody may open next, which must not use
// the link up.
func looksAhead(r *http.Request) bool {
	return strings.Contains(r.Header.Get("Sec-Purpose"), "prefetch") || strings.Contains(r.Header.Get("Purpose"), "prefetch")
}

package page

import (
	"bytes"
	"context"
	"embed"
	"errors"
	"fmt"
	"html/template"
	"net/http"
	"path"
	"time"
)

//go:embed *.html page.css page.js icon.svg
var files embed.FS

// Options say what a page is about.
type Options struct {
	Sandbox http.RoundTripper // answers for the sandbox, in process
	Token   string            // the Owner's; never shown
	URL     string            // of the sandbox, as programs use it: http://127.0.0.1:8787
	Show    func(link string) // prints a link that opens the page once
}

// Page serves the page at / and what belongs to it under /_page/. Whoever serves it must
// have checked Host and Origin.
type Page struct {
	options   Options
	door      *door
	mux       *http.ServeMux
	templates *template.Template
}

// New makes the page and shows its link.
func New(o Options) *Page {
	p := &Page{options: o, door: newDoor(o.URL, o.Show), mux: http.NewServeMux()}
	p.templates = template.Must(template.New("").Funcs(template.FuncMap{"day": day, "clock": clockText}).ParseFS(files, "*.html"))
	p.mux.HandleFunc("GET /{$}", p.showPage)
	p.mux.HandleFunc("GET /_page/mark", p.showMark)
	p.mux.Handle("GET /_page/", http.RedirectHandler("/", http.StatusSeeOther)) // a form's address, loaded anew
	for name, do := range actions {
		p.mux.HandleFunc("POST /_page/"+name, p.act(do))
	}
	p.door.showLink()
	return p
}

// policy lets the page load what it is made of and nothing else. Forms need the referrer
// of their own origin: without one, browsers call the origin null.
var policy = map[string]string{
	"Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; form-action 'self'; " +
		"base-uri 'none'; frame-ancestors 'none'",
	"Referrer-Policy":              "same-origin",
	"X-Content-Type-Options":       "nosniff",
	"X-Frame-Options":              "DENY",
	"Cross-Origin-Opener-Policy":   "same-origin",
	"Cross-Origin-Resource-Policy": "same-origin",
	"Cache-Control":                "no-store",
}

// ServeHTTP implements http.Handler.
func (p *Page) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	for name, value := range policy {
		w.Header().Set(name, value)
	}
	switch r.URL.Path {
	case "/_page/page.css", "/_page/page.js", "/_page/icon.svg": // hold nothing that is anybody's
		http.ServeFileFS(w, r, files, path.Base(r.URL.Path))
		return
	case "/favicon.ico": // browsers ask for it whatever the page says
		http.ServeFileFS(w, r, files, "icon.svg")
		return
	}
	if !p.door.knows(r) {
		p.enter(w, r)
		return
	}
	if r.URL.Query().Has("key") {
		http.Redirect(w, r, "/", http.StatusSeeOther)
		return
	}
	if err := crossOrigin.Check(r); err != nil {
		http.Error(w, "This form was sent by a page of another origin.", http.StatusForbidden)
		return
	}
	p.mux.ServeHTTP(w, r)
}

// crossOrigin refuses forms that pages elsewhere send. The server before us has looked at
// Origin; this also looks at what browsers say that send none.
var crossOrigin = http.NewCrossOriginProtection()

// showPage renders everything.
func (p *Page) showPage(w http.ResponseWriter, r *http.Request) {
	p.showWith(w, r, http.StatusOK, ask(r.URL.Query()), nil)
}

// showWith renders everything, with what the sandbox refused.
func (p *Page) showWith(w http.ResponseWriter, r *http.Request, status int, a asked, refused *refused) {
	v, err := p.look(r.Context(), a)
	if err != nil {
		p.fail(w, err)
		return
	}
	v.Refused = refused
	p.render(w, status, "page.html", v)
}

// fail says what keeps the page from being shown. It is the sandbox's own failure, as the
// control plane is never faulted.
func (p *Page) fail(w http.ResponseWriter, err error) {
	http.Error(w, "The page cannot be shown. "+err.Error(), http.StatusInternalServerError)
}

func (p *Page) render(w http.ResponseWriter, status int, name string, data any) {
	var b bytes.Buffer
	if err := p.templates.ExecuteTemplate(&b, name, data); err != nil {
		p.fail(w, err)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write(b.Bytes())
}

// showMark answers with what changes whenever something has happened: the script asks.
func (p *Page) showMark(w http.ResponseWriter, r *http.Request) {
	var t timeline
	if err := p.ask(r.Context(), http.MethodGet, "/_sandbox/timeline?last=0", nil, &t); err != nil {
		p.fail(w, err)
		return
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = fmt.Fprint(w, t.Mark)
}

// act does what a form asks, and shows the page again.
func (p *Page) act(do action) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		r.Body = http.MaxBytesReader(w, r.Body, 64<<10)
		if err := r.ParseForm(); err != nil {
			http.Error(w, "The form cannot be read.", http.StatusBadRequest)
			return
		}
		after := ask(r.URL.Query()).WithoutMenu()
		err := do(r.Context(), p, r.PostForm)
		if no := (*refusal)(nil); errors.As(err, &no) {
			p.showWith(w, r, no.status, after, &refused{no.message, r.URL.Path, repeated(r)})
			return
		}
		if err != nil {
			p.fail(w, err)
			return
		}
		http.Redirect(w, r, after.link(), http.StatusSeeOther)
	}
}

// look reads all that the page shows.
func (p *Page) look(ctx context.Context, a asked) (*view, error) {
	var s state
	var t timeline
	var c struct{ Now time.Time }
	var f []fault
	for target, into := range map[string]any{
		"/_sandbox/state": &s, "/_sandbox/timeline": &t, "/_sandbox/clock": &c, "/_sandbox/faults": &f,
	} {
		if err := p.ask(ctx, http.MethodGet, target, nil, into); err != nil {
			return nil, err
		}
	}
	return newView(s, t, c.Now, f, a, p.options.URL), nil
}

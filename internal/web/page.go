package web

import (
	"net/http"
	"strings"

	"westerkappeln.de/wartemarke/internal/hall"
	"westerkappeln.de/wartemarke/internal/page"
)

// Page is what every template of these pages gets.
type Page struct {
	page.Page
	Actor    hall.Actor
	SignedIn bool
	Result   *Result
	Post     bool // the page of undelivered mails is worth a look
	Dead     int  // undelivered mails
}

// navLink is a page named in the head. Current is "page" on the page itself, "true" on one below it, else "".
type navLink struct{ Href, Text, Current string }

// Nav are the pages of the head.
func (p Page) Nav() []navLink {
	links := []navLink{{Href: "/counter", Text: p.T("web_nav_counters")}, {Href: "/tickets", Text: p.T("web_nav_tickets")},
		{Href: "/appointments", Text: p.T("web_nav_appointments")}, {Href: "/devices", Text: p.T("web_nav_devices")}}
	switch {
	case p.Dead > 0:
		links = append(links, navLink{Href: "/mail", Text: p.T("web_nav_post_count", "Count", p.Dead)})
	case p.Post:
		links = append(links, navLink{Href: "/mail", Text: p.T("web_nav_post")})
	}
	for i, l := range links {
		switch {
		case p.Path == l.Href:
			links[i].Current = "page"
		case strings.HasPrefix(p.Path, l.Href+"/"):
			links[i].Current = "true"
		}
	}
	return links
}

// Notice is what came of the form that was sent before.
func (p Page) Notice() string {
	if p.Result == nil {
		return ""
	}
	return p.Result.Text
}

// Button is one button of a form, with the key that presses it.
type Button struct {
	ID, Kind, Text, Key, Name, Value string
	First                            bool // gets the focus after a change
}

// Button makes one; kind is primary, secondary or tertiary, key a letter or "".
func (p Page) Button(id, kind, text, key string) Button {
	return Button{ID: id, Kind: kind, Text: p.T(text), Key: key, First: kind == "primary"}
}

// page starts the data of a page for this request.
func (w *Web) page(r *http.Request, title string, pairs ...any) Page {
	p := Page{Page: w.engine.Page(r, title, pairs...)}
	if a, ok := w.cfg.Actor(r.Context()); ok && a.Kind == hall.Staff {
		p.Actor, p.SignedIn = a, true
		p.Result = w.results.take(a.ID, r.URL.Query().Get("r"))
		p.Dead, _ = w.deadMails(r.Context())
		p.Post = p.Dead > 0 || a.Role.Includes(hall.Lead)
	}
	return p
}

// messagePage is one sentence with a way on.
type messagePage struct {
	Page
	Text       string
	Href, Link string
}

// fail shows a short page that says what is wrong and where to go.
func (w *Web) fail(rw http.ResponseWriter, r *http.Request, status int, title, text string) {
	w.failTo(rw, r, status, title, text, "/counter", "web_to_counters")
}

// failTo is fail with another way on.
func (w *Web) failTo(rw http.ResponseWriter, r *http.Request, status int, title, text, href, link string) {
	p := w.page(r, title)
	w.message(rw, r, status, messagePage{Page: p, Text: p.T(text), Href: href, Link: p.T(link)})
}

func (w *Web) message(rw http.ResponseWriter, r *http.Request, status int, m messagePage) {
	w.engine.Render(rw, r, status, "message", m)
}

// broken tells the reader that something failed and the log why. The log names the page without what its address holds, which
// can be an appointment's code.
func (w *Web) broken(rw http.ResponseWriter, r *http.Request, err error) {
	w.cfg.Log.Error("page", "path", r.Pattern, "err", err)
	w.fail(rw, r, http.StatusInternalServerError, "web_broken_title", "web_broken")
}

func (w *Web) staffBad(rw http.ResponseWriter, r *http.Request) {
	w.fail(rw, r, http.StatusBadRequest, "web_broken_title", "web_failed")
}

func (w *Web) staffNotFound(rw http.ResponseWriter, r *http.Request) {
	w.fail(rw, r, http.StatusNotFound, "web_not_found_title", "web_not_found")
}

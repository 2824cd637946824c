package web

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"html/template"
	"io/fs"
	"net/http"
	"path"
	"strings"
	"time"

	files "westerkappeln.de/wartemarke/assets/web"
	"westerkappeln.de/wartemarke/internal/catalogue"
	"westerkappeln.de/wartemarke/internal/hall"
	"westerkappeln.de/wartemarke/internal/i18n"
)

// keyMark stands for an idempotency key until the page is written: then each becomes a fresh one. So two renderings of
// the same state have the same revision.
const keyMark = "~idempotency-key~"

// Page is what every template gets. The fields and methods are exported for the templates only.
type Page struct {
	Lang      string
	Site      string
	Languages []language
	Title     string
	Staff     bool
	Live      bool // the page follows the hall by server-sent events
	Path      string
	Query     string // what language links must keep
	Actor     hall.Actor
	SignedIn  bool
	Now       string
	Result    *Result
	Part      bool // parts for htmx, not a whole page
	Refresh   int  // seconds; only where the reader asked for it
	NoIndex   bool
	texts     i18n.Texts
	loc       *time.Location
}

// language is one that the page can be read in, named as its readers do.
type language struct{ Tag, Name string }

// T gives a text of the page's language.
func (p Page) T(id string, pairs ...any) string { return p.texts.T(id, pairs...) }

// Key gives the hidden field with a fresh idempotency key.
func (p Page) Key() template.HTML {
	return template.HTML(`<input type="hidden" name="key" value="` + keyMark + `">`)
}

// Clock shows a time of today as people write it, such as "9:05".
func (p Page) Clock(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return strings.TrimPrefix(t.In(p.loc).Format("15:04"), "0")
}

// In chooses the text of the page's language.
func (p Page) In(t catalogue.Text) string {
	for _, l := range []string{p.Lang, i18n.Fallback} {
		if s := t[l]; s != "" {
			return s
		}
	}
	for _, s := range t {
		return s
	}
	return ""
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
	t := w.cfg.Bundle.For(w.lang(r), r.Header.Get("Accept-Language"))
	p := Page{Lang: t.Lang, Site: w.cfg.Site.Name, Path: r.URL.Path, texts: t, loc: w.cfg.Site.Location}
	if !w.offered(t.Lang) {
		p.texts = w.cfg.Bundle.For(i18n.Fallback)
		p.Lang = p.texts.Lang
	}
	for _, l := range w.cfg.Site.Languages {
		p.Languages = append(p.Languages, language{Tag: l, Name: w.cfg.Bundle.For(l).T("web_language")})
	}
	p.Title = p.T(title, pairs...)
	p.Part = isHTMX(r)
	p.Now = p.Clock(w.cfg.Now())
	if a, ok := w.cfg.Actor(r.Context()); ok && a.Kind == hall.Staff {
		p.Actor, p.SignedIn = a, true
		p.Result = w.results.take(a.ID, r.URL.Query().Get("r"))
	}
	return p
}

// offered tells whether pages exist in the language: other catalogues may have more languages than the pages.
func (w *Web) offered(lang string) bool {
	for _, l := range w.cfg.Site.Languages {
		if l == lang {
			return true
		}
	}
	return false
}

// parse reads every page template together with the layout and the shared parts.
func parse(staticBase string) (map[string]*template.Template, error) {
	names, err := fs.Glob(files.Templates, "templates/page_*.html")
	if err != nil {
		return nil, err
	}
	out := map[string]*template.Template{}
	for _, name := range names {
		t := template.New("layout.html")
		t.Funcs(template.FuncMap{
			"asset":  func(f string) string { return staticBase + f },
			"form":   formAttrs,
			"region": func(id string, data any) (template.HTML, error) { return region(t, id, data) },
			"upper":  strings.ToUpper,
			"aside":  func(d deskPage, r ticketRow) asideRow { return asideRow{Desk: d, Row: r} },
			"sure":   sureOf,
		})
		if _, err := t.ParseFS(files.Templates, "templates/layout.html", "templates/part_*.html", name); err != nil {
			return nil, fmt.Errorf("template %s: %w", name, err)
		}
		out[strings.TrimSuffix(strings.TrimPrefix(path.Base(name), "page_"), ".html")] = t
	}
	return out, nil
}

// formAttrs are a form's attributes: a plain POST, and the same by htmx, which drops a second press while the first is
// under way.
func formAttrs(action string) template.HTMLAttr {
	a := template.HTMLEscapeString(action)
	return template.HTMLAttr(fmt.Sprintf(`method="post" action="%s" hx-post="%s" hx-swap="none" hx-sync="this:drop"`, a, a))
}

// region renders the template id as an element that is replaced as a whole. data-rev changes with its content only.
func region(t *template.Template, id string, data any) (template.HTML, error) {
	var b bytes.Buffer
	if err := t.ExecuteTemplate(&b, id, data); err != nil {
		return "", err
	}
	rev := sha256.Sum256(b.Bytes())
	oob, seq := "", int64(0)
	if s, ok := data.(interface{ sequence() (int64, bool) }); ok {
		var part bool
		if seq, part = s.sequence(); part {
			oob = ` hx-swap-oob="true"`
		}
	}
	return template.HTML(fmt.Sprintf(`<div id="%s" class="region" data-rev="%s" data-seq="%d"%s>%s</div>`,
		template.HTMLEscapeString(id), hex.EncodeToString(rev[:8]), seq, oob, b.String())), nil
}

// render writes a page, or its parts when htmx asks.
func (w *Web) render(rw http.ResponseWriter, r *http.Request, status int, name string, data any) {
	t := w.templates[name]
	entry := "layout.html"
	if isHTMX(r) && t.Lookup("parts") != nil {
		entry = "parts"
	}
	var b bytes.Buffer
	if err := t.ExecuteTemplate(&b, entry, data); err != nil {
		w.cfg.Log.Error("page", "name", name, "err", err)
		http.Error(rw, "error", http.StatusInternalServerError)
		return
	}
	rw.Header().Set("Content-Type", "text/html; charset=utf-8")
	tellTime(rw, r)
	rw.WriteHeader(status)
	rest := b.Bytes()
	for {
		before, after, found := bytes.Cut(rest, []byte(keyMark))
		// A browser that went away is no fault of ours.
		_, _ = rw.Write(before)
		if !found {
			return
		}
		_, _ = rw.Write([]byte(randomKey()))
		rest = after
	}
}

// messagePage is one sentence with a way on.
type messagePage struct {
	Page
	Text       string
	Href, Link string
}

// fail shows a short page that says what is wrong and where to go.
func (w *Web) fail(rw http.ResponseWriter, r *http.Request, status int, title, text string) {
	p := w.page(r, title)
	p.Staff = true
	w.message(rw, r, status, messagePage{Page: p, Text: p.T(text), Href: "/counter", Link: p.T("web_to_counters")})
}

func (w *Web) message(rw http.ResponseWriter, r *http.Request, status int, m messagePage) {
	w.render(rw, r, status, "message", m)
}

// broken tells the reader that something failed and the log why.
func (w *Web) broken(rw http.ResponseWriter, r *http.Request, err error) {
	w.cfg.Log.Error("page", "path", pageOf(r.URL.Path), "err", err)
	w.fail(rw, r, http.StatusInternalServerError, "web_broken_title", "web_broken")
}

func (w *Web) staffBad(rw http.ResponseWriter, r *http.Request) {
	w.fail(rw, r, http.StatusBadRequest, "web_broken_title", "web_failed")
}

func (w *Web) staffNotFound(rw http.ResponseWriter, r *http.Request) {
	w.fail(rw, r, http.StatusNotFound, "web_not_found_title", "web_not_found")
}

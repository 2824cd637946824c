// Package page is what all HTML pages share: the data of the layout, templates, static files and headers. Pages for staff are
// in internal/web, those for citizens in internal/citizen.
package page

import (
	"html/template"
	"net/http"
	"slices"
	"strings"
	"time"

	"westerkappeln.de/wartemarke/internal/i18n"
)

// keyMark stands for an idempotency key until the page is written: then each becomes a fresh one. So two renderings of
// the same state have the same revision.
const keyMark = "~idempotency-key~"

// Page is what every template gets. The fields and methods are exported for the templates only.
type Page struct {
	Lang      string
	Site      string
	Languages []Language
	Title     string
	Live      bool // the page follows the hall by server-sent events
	Path      string
	Now       string
	Part      bool // parts for htmx, not a whole page
	Refresh   int  // seconds; only where the reader asked for it
	NoIndex   bool
	Loc       *time.Location
	texts     i18n.Texts
	catalogue string
}

// Language is one that the page can be read in, named as its readers do.
type Language struct{ Tag, Name string }

// T gives a text of the page's language.
func (p Page) T(id string, pairs ...any) string { return p.texts.T(id, pairs...) }

// Own gives a text that every set of pages has, such as "skip": of its own catalogue.
func (p Page) Own(id string) string { return p.texts.T(p.catalogue + "_" + id) }

// Spoken is the page's language as its readers name it.
func (p Page) Spoken() string { return p.Own("language") }

// Translated is the address of the same page in another language.
func (p Page) Translated(tag string) string { return p.Path + "?lang=" + tag }

// Notice is what a screen reader hears first of a page, before its title.
func (p Page) Notice() string { return "" }

// Key gives the hidden field with a fresh idempotency key.
func (p Page) Key() template.HTML {
	return template.HTML(`<input type="hidden" name="key" value="` + keyMark + `">`)
}

// Clock shows a time of day as people write it, such as "9:05".
func (p Page) Clock(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return strings.TrimPrefix(t.In(p.Loc).Format("15:04"), "0")
}

// In chooses the text of the page's language.
func (p Page) In(t map[string]string) string {
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

// Dir is the direction of writing.
func (p Page) Dir() string {
	if p.Lang == "ar" {
		return "rtl"
	}
	return "ltr"
}

// Page starts the data of a page for this request.
func (e *Engine) Page(r *http.Request, title string, pairs ...any) Page {
	t := e.cfg.Bundle.For(e.Lang(r), r.Header.Get("Accept-Language"))
	p := Page{Lang: t.Lang, Site: e.cfg.Site.Name, Path: r.URL.Path, texts: t, catalogue: e.cfg.Catalogue, Loc: e.cfg.Site.Location}
	if !slices.Contains(e.languages, t.Lang) { // other catalogues may have more languages than these pages
		p.texts = e.cfg.Bundle.For(i18n.Fallback)
		p.Lang = p.texts.Lang
	}
	for _, l := range e.languages {
		p.Languages = append(p.Languages, Language{Tag: l, Name: e.cfg.Bundle.For(l).T(e.cfg.Catalogue + "_language")})
	}
	p.Title = p.T(title, pairs...)
	p.Part = IsHTMX(r)
	p.Now = p.Clock(e.cfg.Now())
	return p
}

// Lang chooses the language: ?lang= or the form's lang of those that these pages have, "" for the browser's.
func (e *Engine) Lang(r *http.Request) string {
	want := r.URL.Query().Get("lang")
	if want == "" && r.Method == http.MethodPost {
		want = r.PostFormValue("lang")
	}
	if slices.Contains(e.languages, want) {
		return want
	}
	return ""
}

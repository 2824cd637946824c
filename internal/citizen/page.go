package citizen

import (
	"html/template"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"westerkappeln.de/wartemarke/internal/catalogue"
	"westerkappeln.de/wartemarke/internal/i18n"
	"westerkappeln.de/wartemarke/internal/page"
)

// Page is what every template of these pages gets.
type Page struct {
	page.Page
	Town     Town
	Mail     bool
	Embedded bool     // shown inside the town's page
	Origins  []string // that may show it so
	Step     int      // of the way to an appointment, 0 for a page beside it
	Choice   choice
	Chosen   []Chosen
	Minutes  int // of the whole visit
	Text     string
	Href     string // the way on that goes with Text
	LinkText string
	Errors   []FieldError
	carry    url.Values // what every address keeps: the language and the frame
	here     string     // address of this page, for the languages
}

// FieldError is one line of the error summary: which field, and what to do.
type FieldError struct{ Field, Text string }

// Wrong gives the error of a field, "" if it is fine.
func (p Page) Wrong(field string) string {
	for _, e := range p.Errors {
		if e.Field == field {
			return e.Text
		}
	}
	return ""
}

// Notice is what a screen reader hears first, before the title.
func (p Page) Notice() string {
	if len(p.Errors) > 0 {
		return p.T("book_error")
	}
	return ""
}

// page starts the data of a page for this request.
func (c *Citizen) page(r *http.Request, title string, pairs ...any) Page {
	p := Page{Page: c.engine.Page(r, title, pairs...), Town: c.cfg.Town, Mail: c.cfg.Mail, Origins: c.cfg.Origins, carry: url.Values{}}
	q := r.URL.Query()
	if l := c.engine.Lang(r); l != "" {
		p.carry.Set("lang", l)
	}
	if q.Get("embed") == "1" && len(c.cfg.Origins) > 0 {
		p.Embedded = true
		p.carry.Set("embed", "1")
	}
	p.Choice = chosen(q)
	q.Del("lang")
	p.here = address(r.URL.EscapedPath(), q)
	return p
}

// choose sets the visit that the page is about.
func (p *Page) choose(cat catalogue.Catalogue, ch choice, minutes int) {
	p.Choice, p.Chosen, p.Minutes = ch, describe(*p, cat, ch), minutes
}

// at says where the page can be read again, when it is the answer to a form.
func (p *Page) at(path string, q url.Values) {
	if p.Embedded {
		q.Set("embed", "1")
	}
	p.here = address(path, q)
}

// address joins a path and what follows it.
func address(path string, q url.Values) string {
	if len(q) == 0 {
		return path
	}
	return path + "?" + q.Encode()
}

// To is the address of another page, in the same language and frame. Pairs are further keys and values; an empty value is
// left out.
func (p Page) To(path string, pairs ...string) string {
	q := maps.Clone(p.carry)
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			q.Set(pairs[i], pairs[i+1])
		}
	}
	return address(path, q)
}

// Keep is To with the choice.
func (p Page) Keep(path string, pairs ...string) string {
	q := url.Values{}
	p.Choice.write(q)
	to := p.To(path, pairs...)
	if len(q) == 0 {
		return to
	}
	if strings.Contains(to, "?") {
		return to + "&" + q.Encode()
	}
	return to + "?" + q.Encode()
}

// Start is the address of the first page with the choice ticked.
func (p Page) Start() string {
	q := url.Values{}
	for _, v := range p.Choice {
		q.Add("service", v.ID)
		if v.Quantity > 1 {
			q.Set("n."+v.ID, itoa(v.Quantity))
		}
	}
	maps.Copy(q, p.carry)
	return address("/", q)
}

// Translated is the address of the same page in another language.
func (p Page) Translated(tag string) string {
	sep := "?"
	if strings.Contains(p.here, "?") {
		sep = "&"
	}
	return p.here + sep + "lang=" + url.QueryEscape(tag)
}

// Hidden is a field that a form sends along.
type Hidden struct{ Name, Value string }

// Carried are the fields that a form sent by GET needs to keep language and frame.
func (p Page) Carried() []Hidden {
	var out []Hidden
	for _, k := range slices.Sorted(maps.Keys(p.carry)) {
		out = append(out, Hidden{k, p.carry.Get(k)})
	}
	return out
}

// Tel is the address that dials the town's number.
func (p Page) Tel() template.URL {
	digits := strings.Map(func(r rune) rune {
		if r == '+' || r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, p.Town.Phone)
	return template.URL("tel:" + digits) // nothing but digits: html/template knows no such addresses
}

// inList chooses the list of the page's language.
func inList(p Page, l catalogue.List) []page.Words {
	lang := p.Lang
	if len(l[lang]) == 0 {
		lang = i18n.Fallback
	}
	var out []page.Words
	for _, text := range l[lang] {
		w := page.Words{Text: text}
		if lang != p.Lang {
			w.Lang = lang
		}
		out = append(out, tied(w))
	}
	return out
}

// unit is a blank between a number and what it counts, or between a currency and its number.
var unit = regexp.MustCompile(`(\d) (€|EUR|Euro|%|kB|MB|cm|mm|Uhr|Min\.|Jahren?|years?)|(€|EUR) (\d)`)

// tied keeps a number and its unit on one line.
func tied(w page.Words) page.Words {
	w.Text = unit.ReplaceAllString(w.Text, "$1$3\u00a0$2$4")
	return w
}

// message shows a short page that says what is the matter and where to go.
func (c *Citizen) message(rw http.ResponseWriter, r *http.Request, status int, title, text string, pairs ...any) {
	p := c.page(r, title)
	p.NoIndex = true
	p.Text = p.T(text, pairs...)
	p.Href, p.LinkText = p.To("/"), p.T("book_to_start")
	c.engine.Render(rw, r, status, "message", p)
}

func (c *Citizen) notFound(rw http.ResponseWriter, r *http.Request) {
	c.message(rw, r, http.StatusNotFound, "book_not_found_title", "book_not_found")
}

func (c *Citizen) badForm(rw http.ResponseWriter, r *http.Request) {
	c.message(rw, r, http.StatusBadRequest, "book_broken_title", "book_bad_form")
}

// broken tells the reader that something failed and the log why. Paths are not logged: they hold secrets.
func (c *Citizen) broken(rw http.ResponseWriter, r *http.Request, err error) {
	if r.Context().Err() != nil {
		return // the reader went away
	}
	c.cfg.Log.Error("citizens' page", "err", err)
	c.message(rw, r, http.StatusInternalServerError, "book_broken_title", "book_broken")
}

// off is what is here when nobody can book online.
func (c *Citizen) off(rw http.ResponseWriter, r *http.Request) {
	p := c.page(r, "book_off_title")
	c.engine.Render(rw, r, http.StatusOK, "off", p)
}

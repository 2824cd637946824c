package page

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"html/template"
	"io/fs"
	"log/slog"
	"maps"
	"net/http"
	"path"
	"strconv"
	"strings"
	"time"

	files "westerkappeln.de/wartemarke/assets/web"
	"westerkappeln.de/wartemarke/internal/i18n"
)

// Site is the town hall as the pages name it.
type Site struct {
	Name      string
	Languages []string // in the order of the language links; those without pages are left out
	Location  *time.Location
}

// Config is what an Engine is made of. All fields but Funcs are needed.
type Config struct {
	Bundle *i18n.Bundle
	Site   Site
	// Catalogue names the texts, such as "web": the pages exist in the languages that it does, and its message
	// "web_language" is each one's name.
	Catalogue string
	// Folder of the templates below assets/web: page_*.html, each read with layout.html and the folder's part_*.html.
	Folder string
	Funcs  template.FuncMap
	Now    func() time.Time
	Log    *slog.Logger
}

// Engine renders one set of pages.
type Engine struct {
	cfg       Config
	languages []string
	static    *static
	templates map[string]*template.Template
}

// New reads the templates.
func New(cfg Config) (*Engine, error) {
	cfg.Bundle = cfg.Bundle.Of(cfg.Catalogue)
	e := &Engine{cfg: cfg, languages: i18n.Languages(cfg.Catalogue, cfg.Site.Languages)}
	var err error
	if e.static, err = newStatic(); err != nil {
		return nil, err
	}
	e.templates, err = e.parse()
	return e, err
}

// Static serves the styles, scripts and fonts that the pages name, below /static/.
func (e *Engine) Static() http.Handler { return e.static }

// Asset is the path of a static file.
func (e *Engine) Asset(name string) string { return e.static.base + name }

// parse reads every page template together with the layout and the shared parts.
func (e *Engine) parse() (map[string]*template.Template, error) {
	names, err := fs.Glob(files.Templates, e.cfg.Folder+"/page_*.html")
	if err != nil {
		return nil, err
	}
	out := map[string]*template.Template{}
	for _, name := range names {
		t := template.New("layout.html")
		funcs := template.FuncMap{
			"asset":  e.Asset,
			"form":   formAttrs,
			"region": func(id string, data any) (template.HTML, error) { return region(t, id, data) },
			"upper":  strings.ToUpper,
		}
		maps.Copy(funcs, e.cfg.Funcs)
		t.Funcs(funcs)
		if _, err := t.ParseFS(files.Templates, "templates/layout.html", e.cfg.Folder+"/part_*.html", name); err != nil {
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

// Sequenced is data of a region that can come out of order: seq is the hall's event that it is as of. part tells whether it
// replaces the region of a page that is shown already.
type Sequenced interface{ Sequence() (seq int64, part bool) }

// region renders the template id as an element that is replaced as a whole. data-rev changes with its content only.
func region(t *template.Template, id string, data any) (template.HTML, error) {
	var b bytes.Buffer
	if err := t.ExecuteTemplate(&b, id, data); err != nil {
		return "", err
	}
	rev := sha256.Sum256(b.Bytes())
	oob, seq := "", int64(0)
	if s, ok := data.(Sequenced); ok {
		var part bool
		if seq, part = s.Sequence(); part {
			oob = ` hx-swap-oob="true"`
		}
	}
	return template.HTML(fmt.Sprintf(`<div id="%s" class="region" data-rev="%s" data-seq="%d"%s>%s</div>`,
		template.HTMLEscapeString(id), hex.EncodeToString(rev[:8]), seq, oob, b.String())), nil
}

// TimeHeader tells scripts the server's clock in milliseconds since 1970, so that they can say when a button was pressed.
const TimeHeader = "Wartemarke-Time"

// Render writes a page, or its parts when htmx asks.
func (e *Engine) Render(rw http.ResponseWriter, r *http.Request, status int, name string, data any) {
	t := e.templates[name]
	entry := "layout.html"
	if IsHTMX(r) && t.Lookup("parts") != nil {
		entry = "parts"
	}
	var b bytes.Buffer
	if err := t.ExecuteTemplate(&b, entry, data); err != nil {
		e.cfg.Log.Error("page", "name", name, "err", err)
		http.Error(rw, "error", http.StatusInternalServerError)
		return
	}
	rw.Header().Set("Content-Type", "text/html; charset=utf-8")
	if IsHTMX(r) {
		rw.Header().Set(TimeHeader, strconv.FormatInt(time.Now().UnixMilli(), 10))
	}
	rw.WriteHeader(status)
	rest := b.Bytes()
	for {
		before, after, found := bytes.Cut(rest, []byte(keyMark))
		// A browser that went away is no fault of ours.
		_, _ = rw.Write(before)
		if !found {
			return
		}
		_, _ = rw.Write([]byte(RandomKey()))
		rest = after
	}
}

// RandomKey is 128 random bits: an idempotency key or the id of a result.
func RandomKey() string {
	var b [16]byte
	rand.Read(b[:]) //nolint:errcheck // crypto/rand.Read never fails since Go 1.24
	return hex.EncodeToString(b[:])
}

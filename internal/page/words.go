package page

import (
	"html/template"

	"westerkappeln.de/wartemarke/internal/i18n"
)

// Words are a text of the town's own, which may stand in German where it has no translation.
type Words struct {
	Text string
	Lang string // "" = that of the page
}

// Words chooses the text of the page's language, else the German one.
func (p Page) Words(t map[string]string) Words {
	if own := t[p.Lang]; own != "" {
		return Words{Text: own}
	}
	w := Words{Text: p.In(t)}
	if t[i18n.Fallback] == w.Text && p.Lang != i18n.Fallback && w.Text != "" {
		w.Lang = i18n.Fallback
	}
	return w
}

func (w Words) String() string { return w.Text }

// HTML tells screen readers which language to speak (WCAG 3.1.2), and browsers which way to write.
func (w Words) HTML() template.HTML {
	text := template.HTMLEscapeString(w.Text)
	if w.Lang == "" {
		return template.HTML(text)
	}
	return template.HTML(`<bdi lang="` + template.HTMLEscapeString(w.Lang) + `">` + text + `</bdi>`)
}

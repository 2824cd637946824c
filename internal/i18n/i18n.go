// Package i18n gives screens, pages, tickets and errors their texts from one set of catalogues.
//
// Catalogues are assets/i18n/<area>.<language>.toml, read by go-i18n. A message missing in a language falls back to
// German, so a person never sees an id.
package i18n

import (
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/BurntSushi/toml"
	goi18n "github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"

	"westerkappeln.de/wartemarke/assets"
)

// Fallback is the language of last resort: every message exists in it.
const Fallback = "de"

// Bundle holds all catalogues, each language by itself: go-i18n would take "de-simple" for German.
type Bundle struct {
	languages map[string]*goi18n.Bundle
}

// Load reads the embedded catalogues. An error names the broken file.
func Load() (*Bundle, error) {
	b := &Bundle{languages: map[string]*goi18n.Bundle{}}
	files, err := fs.Glob(assets.I18n, "i18n/*.toml")
	if err != nil {
		return nil, fmt.Errorf("list catalogues: %w", err)
	}
	for _, f := range files {
		if err := b.read(f); err != nil {
			return nil, fmt.Errorf("catalogue %s: %w", path.Base(f), err)
		}
	}
	return b, nil
}

// read adds the catalogue in a file named area.language.toml.
func (b *Bundle) read(file string) error {
	data, err := assets.I18n.ReadFile(file)
	if err != nil {
		return err
	}
	_, lang, _ := strings.Cut(strings.TrimSuffix(path.Base(file), ".toml"), ".")
	tag, err := language.Parse(lang)
	if err != nil {
		return err
	}
	own := b.languages[lang]
	if own == nil {
		own = goi18n.NewBundle(tag)
		own.RegisterUnmarshalFunc("toml", toml.Unmarshal)
		b.languages[lang] = own
	}
	_, err = own.ParseMessageFileBytes(data, path.Base(file))
	return err
}

// Languages are those of want, in their order, that a catalogue such as "kiosk" exists in; German and English when it is none.
func Languages(catalogue string, want []string) []string {
	var have []string
	for _, l := range want {
		if _, err := fs.Stat(assets.I18n, "i18n/"+catalogue+"."+l+".toml"); err == nil {
			have = append(have, l)
		}
	}
	if len(have) == 0 {
		return []string{Fallback, "en"}
	}
	return have
}

// Of is the bundle with the languages only that a catalogue such as "errors" exists in: whoever reads Polish and English gets
// English where there is no Polish.
func (b *Bundle) Of(catalogue string) *Bundle {
	own := &Bundle{languages: map[string]*goi18n.Bundle{}}
	for _, lang := range Languages(catalogue, slices.Collect(maps.Keys(b.languages))) {
		own.languages[lang] = b.languages[lang]
	}
	return own
}

// Texts are the messages of one language.
type Texts struct {
	// Lang is the language asked for, such as "de" or "en".
	Lang     string
	own      *goi18n.Localizer
	fallback *goi18n.Localizer // German, for what the language lacks
}

// For returns the texts of the first of langs that has a catalogue. A lang may also be a whole Accept-Language header.
func (b *Bundle) For(langs ...string) Texts {
	lang := b.match(langs)
	return Texts{Lang: lang, own: b.localizer(lang), fallback: b.localizer(Fallback)}
}

func (b *Bundle) localizer(lang string) *goi18n.Localizer {
	return goi18n.NewLocalizer(b.languages[lang], lang)
}

// match keeps variants such as de-simple apart: they are chosen only by their exact name, never by likeness, or all
// Germans would be handed plain language.
func (b *Bundle) match(langs []string) string {
	var plain []language.Tag
	for _, lang := range slices.Sorted(maps.Keys(b.languages)) {
		if t := language.Make(lang); len(t.Variants()) == 0 && len(t.Extensions()) == 0 {
			plain = append(plain, t)
		}
	}
	matcher := language.NewMatcher(plain)
	for _, l := range langs {
		if b.languages[strings.TrimSpace(l)] != nil {
			return strings.TrimSpace(l)
		}
		want, _, err := language.ParseAcceptLanguage(l)
		if err != nil || len(want) == 0 {
			continue
		}
		if _, i, c := matcher.Match(want...); c > language.No {
			return plain[i].String()
		}
	}
	return Fallback
}

// T returns the message id with its template fields filled from pairs: name, value, name, value. The field "Count"
// chooses the plural form. An unknown id is returned as it is, which a test forbids for every id the code uses.
func (t Texts) T(id string, pairs ...any) string {
	data := make(map[string]any, len(pairs)/2)
	for i := 0; i+1 < len(pairs); i += 2 {
		data[fmt.Sprint(pairs[i])] = pairs[i+1]
	}
	cfg := &goi18n.LocalizeConfig{MessageID: id, TemplateData: data}
	if n, ok := data["Count"]; ok {
		cfg.PluralCount = n
	}
	for _, texts := range []*goi18n.Localizer{t.own, t.fallback} {
		if s, err := texts.Localize(cfg); s != "" || err == nil {
			return s
		}
	}
	return id
}

// Has tells whether the message exists in German.
func (b *Bundle) Has(id string) bool {
	s, err := b.localizer(Fallback).Localize(&goi18n.LocalizeConfig{MessageID: id})
	return err == nil || s != ""
}

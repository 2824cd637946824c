// Package assets embeds everything the programs show or play: fonts, texts, web templates, styles and sounds.
package assets

import "embed"

// I18n holds the message catalogues, one file per area and language: i18n/<area>.<language>.toml.
//
//go:embed i18n/*.toml
var I18n embed.FS

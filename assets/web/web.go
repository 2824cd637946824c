// Package web embeds the templates, styles, scripts and fonts of the HTML pages. The files of others in static are
// unchanged; licences/README.md says where each comes from.
package web

import "embed"

// Templates are html/template files: templates/*.html of the staff's pages, templates/phone/*.html of a
// ticket's page, templates/citizen/*.html of the citizens' pages.
//
//go:embed templates/*.html templates/phone/*.html templates/citizen/*.html
var Templates embed.FS

// Static is what browsers fetch: static/*.css, *.js, *.svg and fonts/*.woff2.
//
//go:embed static
var Static embed.FS

// Licences of the files of others in Static.
//
//go:embed licences
var Licences embed.FS

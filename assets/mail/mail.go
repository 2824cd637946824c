// Package mail embeds the templates of the mails: one of text/template, one of html/template, for the same data.
package mail

import _ "embed"

var (
	// Text is the plain part.
	//go:embed letter.txt
	Text string
	// HTML is the same for programs that show it: tables and inline styles, which every mail program knows, and nothing that
	// is fetched. All colours are set in pairs of ground and text, so that a dark mode turns both or none.
	//go:embed letter.html
	HTML string
)

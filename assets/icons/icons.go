// Package icons embeds the drawings of the terminal. They are our own, drawn on a grid of 24, and take the colours of the
// theme through "currentColor" and "currentBackground"; only the arms have colours of their own. The arms are a neutral
// placeholder, not those of any town: a site puts its own in their place.
package icons

import "embed"

//go:embed *.svg
var files embed.FS

// SVG returns the drawing called name, without ".svg". It panics when there is none: names are constants.
func SVG(name string) []byte {
	b, err := files.ReadFile(name + ".svg")
	if err != nil {
		panic("no icon " + name)
	}
	return b
}

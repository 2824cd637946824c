package documents

import (
	"path"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// maxName is how many characters Clean leaves of a name, with its extension.
const maxName = 80

// extensions of the kinds; the first is what Clean writes. "" stands for any other kind.
var extensions = map[string][]string{
	"":   {".bin"},
	PDF:  {".pdf"},
	JPEG: {".jpg", ".jpeg", ".jpe", ".jfif"},
	PNG:  {".png"},
}

// Clean makes of a citizen's file name one that harms nobody who saves or reads it: the last part of a path, 5 to 80 characters
// that can be seen, no signs that turn the direction of text round, none that Windows does not allow in a name, and at the
// end the extension of its kind (PDF, JPEG or PNG; .bin for any other). A name of which nothing is left becomes "Dokument".
// Cleaning a clean name changes nothing.
func Clean(name, kind string) string {
	all, known := extensions[kind]
	if !known {
		all = extensions[""]
	}
	extension := all[0]
	name = norm.NFC.String(strings.ToValidUTF8(name, ""))
	name = name[strings.LastIndexAny(name, `/\`)+1:]
	name = norm.NFC.String(strings.Map(visible, name))
	name = trim(withoutExtension(strings.TrimSpace(name)))
	if long := []rune(name); len(long) > maxName-len(extension) {
		name = trim(string(long[:maxName-len(extension)]))
	}
	if name == "" {
		name = "Dokument"
	}
	return name + extension
}

// visible replaces what Windows does not allow and drops what cannot be seen: control characters, marks of direction,
// joiners, private ones (unicode.IsPrint has none of them).
func visible(r rune) rune {
	switch {
	case strings.ContainsRune(`<>:"|?*/\`, r):
		return '_'
	case unicode.IsSpace(r):
		return ' '
	case unicode.IsPrint(r):
		return r
	}
	return -1
}

// withoutExtension cuts off an extension of any kind, once.
func withoutExtension(name string) string {
	last := path.Ext(name)
	for _, all := range extensions {
		if slices.ContainsFunc(all, func(e string) bool { return strings.EqualFold(e, last) }) {
			return strings.TrimSuffix(name, last)
		}
	}
	return name
}

// trim leaves single blanks, and nothing at the ends that hides a file, ends an extension, or looks like an option.
func trim(name string) string {
	return strings.TrimRight(strings.TrimLeft(strings.Join(strings.Fields(name), " "), " .-"), " .")
}

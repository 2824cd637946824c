package web

import (
	"regexp"
	"slices"
	"strings"
)

// What other programs say of a failure is for the IT, in English and in codes. These find the sentence for the usual ones; the
// words themselves stand small behind it, so that nothing is hidden. Where none is known, they stand alone.

// reason is why something failed.
type reason struct {
	Text string // a sentence, "" where none is known
	Raw  string // the other program's words, short
}

// saying is a sentence for what matches.
type saying struct {
	id    string
	words *regexp.Regexp
}

// mailSayings are in the words of internal/mail and the codes of RFC 3463, the first that matches counts. An address can be
// wrong in two ways, of which only one is the recipient's: 5.1.7 and 5.1.8 are about the sender.
var mailSayings = []saying{
	{"web_mail_why_certificate", regexp.MustCompile(`(?i)certificate|x509|tls: `)},
	{"web_mail_why_login", regexp.MustCompile(`(?i)sign-in|\b53[0458]\b|\b5\.7\.[89]\b`)},
	{"web_mail_why_refused", regexp.MustCompile(`(?i)sender refused|\b5\.1\.[78]\b|\b[45]\.7\.\d`)},
	{"web_mail_why_full", regexp.MustCompile(`\b[45]\.2\.2\b|refused: 552$`)},
	{"web_mail_why_unknown", regexp.MustCompile(`(?i)\b5\.1\.\d|\b5\.2\.1\b|not a mail address|user unknown|recipient refused: 55[013]$`)},
	{"web_mail_why_unreachable", regexp.MustCompile(`(?i)connection|no answer|hangs up|name is not known|no such host|no route|unreachable|timeout|\b421\b`)},
	{"web_mail_why_refused", regexp.MustCompile(`refused: 5\d\d|\b5\.\d\.\d`)},
	{"web_mail_why_later", regexp.MustCompile(`refused: 4\d\d|\b4\.\d\.\d`)},
}

// importSayings are in the words of internal/importer.
var importSayings = []saying{
	{"web_import_why_cancels", regexp.MustCompile(`^too_much\b|would cancel`)},
	{"web_import_why_disk", regexp.MustCompile(`disk_full|no space left`)},
	{"web_import_why_login", regexp.MustCompile(`answers 40[137]\b|^token: |web page`)},
	{"web_import_why_file", regexp.MustCompile(`refused/.* says why`)},
	{"web_import_why_list", regexp.MustCompile(`list was refused`)},
	{"web_import_why_certificate", regexp.MustCompile(`(?i)certificate|x509|tls: `)},
	{"web_import_why_folder", regexp.MustCompile(`^(open|stat|lstat|read|readdirent|rename|mkdir|fdopendir|write) .*: (permission denied|no such file or directory|not a directory|read-only file system|input/output error)`)},
	{"web_import_why_server", regexp.MustCompile(`the server answers`)},
	{"web_import_why_unreachable", regexp.MustCompile(`(?i)connection|no such host|no route|unreachable|timeout|deadline exceeded|broke off|\bEOF$`)},
}

// documentSayings are in the words of internal/documents.
var documentSayings = []saying{
	{"web_document_why_scanner", regexp.MustCompile(`scan`)},
	{"web_document_why_disk", regexp.MustCompile(`folder|disk`)},
}

func (p Page) reason(why string, known []saying) reason {
	why = strings.TrimSpace(why)
	at := slices.IndexFunc(known, func(s saying) bool { return s.words.MatchString(why) })
	if why == "" || at < 0 {
		return reason{Raw: short(why)}
	}
	return reason{Text: p.T(known[at].id), Raw: short(why)}
}

// badAddress tells whether a mail failed for the address: the same one need not be tried again.
func badAddress(why string) bool {
	at := slices.IndexFunc(mailSayings, func(s saying) bool { return s.words.MatchString(why) })
	return at >= 0 && mailSayings[at].id == "web_mail_why_unknown"
}

// maxWhy bounds the words of other programs on a page, in characters.
const maxWhy = 160

// short cuts the words of another program.
func short(s string) string {
	if r := []rune(s); len(r) > maxWhy {
		return string(r[:maxWhy-1]) + "…"
	}
	return s
}

var hashed = regexp.MustCompile(` [0-9a-f]{8}$`)

// sourceName is a source of appointments as people know it: without the hash that tells two lists of a server apart.
func sourceName(name string) string { return hashed.ReplaceAllString(name, "") }

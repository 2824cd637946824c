package hall

import (
	"net/mail"
	"regexp"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

const longestMail = 254 // bytes, RFC 5321 4.5.3.1.3 less the brackets

var (
	phoneForm = regexp.MustCompile(`^[+0-9 /()-]{0,30}$`)
	langForm  = regexp.MustCompile(`^([a-z]{2,3}(-[a-z0-9]{2,8}){0,3})?$`)
)

// proper checks what somebody says of themselves; blanks around it do not count. Refusals: Invalid (Field: name, mail, phone,
// lang). Without a mail it is fine here: who must have one is the use case's to know.
func (p Person) proper() (Person, error) {
	p.Name, p.Mail, p.Phone = strings.TrimSpace(p.Name), strings.TrimSpace(p.Mail), strings.TrimSpace(p.Phone)
	switch {
	case !properName(p.Name):
		return p, invalid("name")
	case p.Mail != "" && !properMail(p.Mail):
		return p, invalid("mail")
	case !phoneForm.MatchString(p.Phone):
		return p, invalid("phone")
	case !langForm.MatchString(p.Lang):
		return p, invalid("lang")
	}
	return p, nil
}

// properMail tells whether text is one bare address that every mail server takes: ASCII only, for an address beyond it needs
// SMTPUTF8 (RFC 6531) all the way, and nothing that could begin another header or name a second recipient.
func properMail(text string) bool {
	beyond := func(r rune) bool { return r > unicode.MaxASCII || unicode.IsControl(r) || r == ' ' }
	if len(text) > longestMail || strings.ContainsFunc(text, beyond) {
		return false
	}
	address, err := mail.ParseAddress(text)
	if err != nil || address.Address != text || address.Name != "" {
		return false
	}
	at := strings.LastIndexByte(text, '@')
	local, domain := text[:at], text[at+1:]
	return len(local) <= 64 && strings.Contains(domain, ".") && !strings.ContainsAny(domain, "[]")
}

// mailKey is an address as limits compare it: small letters, composed (Unicode NFC), without the tag after a plus sign, for
// these all lead to one mailbox. Dots are left alone: only some providers ignore them. It is never written to.
func mailKey(address string) string {
	address = strings.ToLower(norm.NFC.String(address))
	local, domain, ok := strings.Cut(address, "@")
	if !ok {
		return address
	}
	if plain, _, tagged := strings.Cut(local, "+"); tagged && plain != "" {
		local = plain
	}
	return local + "@" + domain
}

// person is what the contact said of themselves.
func (c Contact) person() Person {
	return Person{Name: c.Name, Mail: c.Mail, Phone: c.Phone, Lang: c.Lang}
}

// shown is a contact for a page: without its secret and keys.
func (c Contact) shown() *Contact {
	c.Secret, c.MailKey = "", ""
	return &c
}

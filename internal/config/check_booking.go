package config

import (
	"fmt"
	"net/mail"
	"net/url"
	"strings"
)

// everyMinutes is how often an import is looked at when its table does not say.
const everyMinutes = 5

// withDefaults fills in what the tables of a list leave out: they have no defaults of their own.
func (c *Config) withDefaults() {
	for i := range c.Import {
		if c.Import[i].EveryMinutes == 0 {
			c.Import[i].EveryMinutes = everyMinutes
		}
		if c.Import[i].Missing == "" {
			c.Import[i].Missing = "keep"
		}
	}
}

// checkBooking looks at what citizens' booking, mail and imports need.
func checkBooking(c Config, no func(key, format string, args ...any), oneOf func(key, value string, allowed ...string), webURL func(key, value string)) {
	for key, value := range map[string]string{"site.homepage": c.Site.Homepage, "site.imprint": c.Site.Imprint} {
		if value != "" {
			webURL(key, value)
		}
	}
	for key, value := range map[string]string{"site.address": c.Site.Address, "site.phone": c.Site.Phone, "site.privacy": c.Site.Privacy} {
		if strings.ContainsAny(value, "\r\n") {
			no(key, "has more than one line")
		}
	}
	oneOf("booking.enabled", c.Booking.Enabled, "on", "off")
	if n := c.Booking.KeepDays; n < 1 || n > 90 {
		no("booking.keep_days", "%d is out of range; 1 to 90", n)
	}
	for _, o := range c.Booking.Origins {
		if !isOrigin(o) {
			no("booking.origins", "%q is not an origin such as https://www.example.org, without a path", o)
		}
	}
	checkMail(c.Mail, no, oneOf)
	for i, im := range c.Import {
		checkImport(fmt.Sprintf("import[%d]", i+1), im, no, oneOf)
	}
}

func checkMail(m Mail, no func(key, format string, args ...any), oneOf func(key, value string, allowed ...string)) {
	oneOf("mail.tls", m.TLS, "starttls", "tls", "none")
	if m.Port < 1 || m.Port > 65535 {
		no("mail.port", "%d is out of range; 1 to 65535", m.Port)
	}
	if m.Host == "" {
		return
	}
	if strings.ContainsAny(m.Host, ":/ ") {
		no("mail.host", "%q is not the name or address of a server; the port has a key of its own", m.Host)
	}
	if a, err := mail.ParseAddress(m.From); err != nil || a.Address != m.From {
		no("mail.from", "%q is not a mail address such as termine@example.org; the town's name is put before it", m.From)
	}
	if m.Password != "" && m.PasswordFile != "" {
		no("mail.password_file", "stands beside mail.password; give one of them")
	}
	if m.User == "" && (m.Password != "" || m.PasswordFile != "") {
		no("mail.user", "is empty, but there is a password")
	}
}

func checkImport(key string, im Import, no func(key, format string, args ...any), oneOf func(key, value string, allowed ...string)) {
	switch {
	case im.Folder == "" && im.URL == "":
		no(key, "has neither folder nor url; give one")
	case im.Folder != "" && im.URL != "":
		no(key+".url", "stands beside folder; give one of them, and a table of its own to the other")
	case im.URL != "":
		if u, err := url.Parse(im.URL); err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
			no(key+".url", "%q is not an address such as https://termine.example.org/export.ics", im.URL)
		}
	}
	if im.EveryMinutes < 1 || im.EveryMinutes > 24*60 {
		no(key+".every_minutes", "%d is out of range; 1 to 1440", im.EveryMinutes)
	}
	oneOf(key+".missing", im.Missing, "keep", "cancel")
	if im.Missing == "cancel" && im.URL == "" {
		no(key+".missing", "is cancel, which goes with url only: a folder never holds the whole list")
	}
	if im.TokenFile != "" && im.URL == "" {
		no(key+".token_file", "goes with url only")
	}
}

// isOrigin tells whether s is scheme://host[:port] as browsers write it.
func isOrigin(s string) bool {
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != "" && s == u.Scheme+"://"+u.Host && s == strings.ToLower(s)
}

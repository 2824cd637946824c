package config

import (
	"fmt"
	"net/mail"
	"net/netip"
	"net/url"
	"os"
	"regexp"
	"strings"
)

// everyMinutes is how often an import is looked at when its table does not say.
const everyMinutes = 5

// withDefaults fills in what the tables of a list leave out: they have no defaults of their own.
func (c *Config) withDefaults() {
	for i := range c.Import {
		if c.Import[i].EveryMinutes == 0 && c.Import[i].URL != "" {
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
	for key, value := range map[string]string{"site.name": c.Site.Name, "site.address": c.Site.Address, "site.phone": c.Site.Phone, "site.privacy": c.Site.Privacy} {
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
	urls := map[string]int{}
	for i, im := range c.Import {
		key := fmt.Sprintf("import[%d]", i+1)
		checkImport(key, im, no, oneOf)
		if before := urls[im.URL]; im.URL != "" && before > 0 {
			no(key+".url", "is that of import[%d], too", before)
		}
		urls[im.URL] = i + 1
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
	if m.TLS == "none" && !isNear(m.Host) {
		no("mail.tls", "is none, but %q is neither this machine nor a private address; use starttls or tls", m.Host)
	}
	if m.From == "" {
		no("mail.from", "is missing; give the mail address that the mails come from, such as termine@example.org")
	} else if a, err := mail.ParseAddress(m.From); err != nil || a.Address != m.From {
		no("mail.from", "%q is not a mail address such as termine@example.org; the town's name is put before it", m.From)
	}
	if m.Password != "" && m.PasswordFile != "" {
		no("mail.password_file", "stands beside mail.password; give one of them")
	}
	if m.User == "" && (m.Password != "" || m.PasswordFile != "") {
		no("mail.user", "is empty, but there is a password")
	}
	if m.User != "" && m.Password == "" && m.PasswordFile == "" {
		no("mail.user", "has no password; give mail.password_file, or mail.password")
	}
}

// isNear tells whether a host is surely this machine or in the house: what goes there without TLS cannot be read on the way. A name
// is not looked up: it can lead somewhere else tomorrow.
func isNear(host string) bool {
	if ip, err := netip.ParseAddr(host); err == nil {
		return ip.IsLoopback() || ip.IsPrivate() || ip.IsLinkLocalUnicast()
	}
	name, err := os.Hostname()
	return strings.EqualFold(host, "localhost") || err == nil && strings.EqualFold(host, name)
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
	switch {
	case im.URL != "" && (im.EveryMinutes < 1 || im.EveryMinutes > 24*60):
		no(key+".every_minutes", "%d is out of range; 1 to 1440", im.EveryMinutes)
	case im.URL == "" && im.EveryMinutes != 0:
		no(key+".every_minutes", "goes with url only: a folder is looked at every 5 seconds")
	}
	oneOf(key+".missing", im.Missing, "keep", "cancel")
	if im.Missing == "cancel" && im.URL == "" {
		no(key+".missing", "is cancel, which goes with url only: a folder never holds the whole list")
	}
	if im.TokenFile != "" && im.URL == "" {
		no(key+".token_file", "goes with url only")
	}
}

// originHost is a name or an address, with a port if it is not the usual one. Nothing stands for several: each origin is named.
var originHost = regexp.MustCompile(`^([a-z0-9._-]+|\[[0-9a-f:.]+\])(:[0-9]+)?$`)

// isOrigin tells whether s is scheme://host[:port] as browsers write it.
func isOrigin(s string) bool {
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && s == u.Scheme+"://"+u.Host && originHost.MatchString(u.Host)
}

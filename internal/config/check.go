package config

import (
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// bauds are the speeds that receipt printers and scanners know.
var bauds = []int{1200, 2400, 4800, 9600, 19200, 38400, 57600, 115200, 230400, 460800, 921600}

var langTag = regexp.MustCompile(`^[a-z]{2,3}(-[a-z]+)?$`)

// check finds values that the programs could not work with.
func check(c Config) Problems {
	var p Problems
	no := func(key, format string, args ...any) {
		p = append(p, Problem{Key: key, Message: fmt.Sprintf(format, args...)})
	}
	oneOf := func(key, value string, allowed ...string) {
		if !slices.Contains(allowed, value) {
			no(key, "%q is not allowed; use one of %s", value, strings.Join(allowed, ", "))
		}
	}
	webURL := func(key, value string) {
		u, err := url.Parse(value)
		switch {
		case err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https"):
			no(key, "%q is not an address such as http://127.0.0.1:8080", value)
		case u.Port() != "" && !isPort(u.Port()):
			no(key, "port %s is out of range; 0 to 65535", u.Port())
		case strings.ContainsAny(value, "?#"): // paths are put behind it
			no(key, "%q has a query or fragment; leave out what begins with ? or #", value)
		}
	}
	listen := func(key, value string) {
		switch _, port, err := net.SplitHostPort(value); {
		case err != nil:
			no(key, "%q is not host:port, such as 127.0.0.1:8080", value)
		case !isPort(port):
			no(key, "port %q is out of range; 0 to 65535", port)
		}
	}
	baud := func(key string, value int) {
		if !slices.Contains(bauds, value) {
			no(key, "%d is not a speed; use one of %v", value, bauds)
		}
	}

	if strings.TrimSpace(c.Site.Name) == "" {
		no("site.name", "is empty; give the town hall's name")
	}
	if _, err := time.LoadLocation(c.Site.Timezone); err != nil || c.Site.Timezone == "" || c.Site.Timezone == "Local" {
		no("site.timezone", "%q is not a time zone such as Europe/Berlin", c.Site.Timezone)
	}
	if len(c.Site.Languages) == 0 {
		no("site.languages", "is empty; give at least \"de\"")
	}
	for _, l := range c.Site.Languages {
		if !langTag.MatchString(l) {
			no("site.languages", "%q is not a language such as de, en, de-simple", l)
		}
	}
	if c.Site.Data == "" {
		no("site.data", "is empty; give a folder")
	}

	listen("server.staff", c.Server.Staff)
	listen("server.public", c.Server.Public)
	if sameAddress(c.Server.Staff, c.Server.Public) {
		no("server.public", "%q is the staff listener's address, too; give another port", c.Server.Public)
	}
	webURL("server.public_url", c.Server.PublicURL)
	if c.Server.StaffURL != "" {
		webURL("server.staff_url", c.Server.StaffURL)
	}
	for _, t := range c.Server.TrustedProxies {
		if _, err := netip.ParsePrefix(t); err == nil {
			continue
		}
		if _, err := netip.ParseAddr(t); err != nil {
			no("server.trusted_proxies", "%q is not an address or a network such as 10.0.0.0/8", t)
		}
	}

	webURL("kiosk.server", c.Kiosk.Server)
	millimetres(no, "kiosk.screen_mm", c.Kiosk.ScreenMM)
	oneOf("kiosk.printer.flow", c.Kiosk.Printer.Flow, "none", "rtscts", "xonxoff")
	baud("kiosk.printer.baud", c.Kiosk.Printer.Baud)
	if n := c.Kiosk.Printer.Columns; n != 0 && (n < 20 || n > 80) {
		no("kiosk.printer.columns", "%d is out of range; 20 to 80, or 0 for the profile's", n)
	}
	oneOf("kiosk.scanner.kind", c.Kiosk.Scanner.Kind, "serial", "none")
	baud("kiosk.scanner.baud", c.Kiosk.Scanner.Baud)
	oneOf("kiosk.scanner.layout", c.Kiosk.Scanner.Layout, "us", "de")

	webURL("display.server", c.Display.Server)
	millimetres(no, "display.screen_mm", c.Display.ScreenMM)
	if d := c.Display.ViewingDistanceM; d < 1 || d > 50 {
		no("display.viewing_distance_m", "%v is out of range; 1 to 50 metres", d)
	}
	oneOf("display.monitor", c.Display.Monitor, "secondary", "primary")
	oneOf("display.sound", c.Display.Sound, "on", "off")
	if len(c.Display.Voice) > 2 {
		no("display.voice", "%d languages; at most two are spoken", len(c.Display.Voice))
	}
	checkBooking(c, no, oneOf, webURL)
	return append(p, checkRules(c)...)
}

func isPort(s string) bool {
	_, err := strconv.ParseUint(s, 10, 16)
	return err == nil
}

// sameAddress tells whether two listeners would be in each other's way. Port 0 is any that is free.
func sameAddress(a, b string) bool {
	hostA, portA, errA := net.SplitHostPort(a)
	hostB, portB, errB := net.SplitHostPort(b)
	if errA != nil || errB != nil || portA != portB || portA == "0" {
		return false
	}
	everywhere := func(host string) bool { return host == "" || host == "0.0.0.0" || host == "::" }
	return strings.EqualFold(hostA, hostB) || everywhere(hostA) || everywhere(hostB)
}

func millimetres(no func(string, string, ...any), key string, mm [2]int) {
	for _, n := range mm {
		if n < 50 || n > 5000 {
			no(key, "%v is out of range; width and height are 50 to 5000 mm", mm)
			return
		}
	}
}

// checkRules holds every setting between 0 and a day, and the few that depend on each other.
func checkRules(c Config) Problems {
	var p Problems
	eachField(reflect.ValueOf(&c.Rules).Elem(), "rules.", func(key string, f reflect.Value) {
		if n := f.Int(); f.Kind() == reflect.Int && (n < 0 || n > 24*60) {
			p = append(p, Problem{Key: key, Message: fmt.Sprintf("%d is out of range; 0 to 1440", n)})
		}
	})
	for key, n := range map[string]int{
		"rules.hold_minutes": c.Rules.HoldMinutes, "rules.confirm_minutes": c.Rules.ConfirmMinutes, "rules.per_mail": c.Rules.PerMail,
		"rules.max_services": c.Rules.MaxServices, "rules.max_quantity": c.Rules.MaxQuantity,
	} {
		if n == 0 { // below it, and over a day, the loop has said so
			p = append(p, Problem{Key: key, Message: "0 is out of range; 1 to 1440"})
		}
	}
	if n := c.Rules.MaxCalls; n < 1 || n > 10 {
		p = append(p, Problem{Key: "rules.max_calls", Message: fmt.Sprintf("%d is out of range; 1 to 10", n)})
	}
	if c.Rules.LastMinutes < c.Rules.LateMinutes {
		p = append(p, Problem{Key: "rules.last_minutes", Message: "is less than late_minutes; it is the longer one"})
	}
	return p
}

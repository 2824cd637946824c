//go:build ci

package kiosk

import (
	"strings"
	"testing"

	"westerkappeln.de/wartemarke/devices/escpos"
	"westerkappeln.de/wartemarke/internal/i18n"
	"westerkappeln.de/wartemarke/kiosk/flow"
)

func TestReceipt(t *testing.T) {
	texts, err := i18n.Load()
	if err != nil {
		t.Fatal(err)
	}
	bare := ticket()
	bare.URL, bare.Wait, bare.Area = "", nil, "elsewhere"
	for _, c := range []struct {
		name      string
		print     flow.Print
		has, lack []string
	}{
		{"booked", flow.Print{Ticket: ticket(), Booked: at(9, 20), Lang: "de"},
			[]string{"Gemeinde Westerkappeln", "Ihre Wartenummer · Your waiting number", "A017", "Personalausweis beantragen", "Termin: 09:20 Uhr",
				"Angemeldet: 24.11.2026 09:14 Uhr", "Wartebereich: Foyer, Erdgeschoss", "Wartezeit etwa: 10–20 Min.",
				"Bitte warten Sie,\nbis Ihre Nummer aufgerufen wird.", "Please wait until your number is called.", "QR " + ticket().URL},
			[]string{"Ersatzdruck"}},
		{"english", flow.Print{Ticket: ticket(), Lang: "en"},
			[]string{"Your waiting number · Ihre Wartenummer", "Apply for an identity card", "Bitte warten Sie"}, []string{"Termin", "Appointment"}},
		{"reprint", flow.Print{Ticket: ticket(), Lang: "de", Reprint: true}, []string{"Ersatzdruck", "Ersatzdruck 24.11.2026 09:14"}, nil},
		{"bare", flow.Print{Ticket: bare, Lang: "de"}, []string{"A017"}, []string{"QR", "Wartezeit", "Wartebereich"}},
	} {
		r := compose(texts, town(), c.print, morning)
		got := words(r)
		for _, w := range c.has {
			if !strings.Contains(got, w) {
				t.Errorf("%s: no %q in\n%s", c.name, w, got)
			}
		}
		for _, w := range c.lack {
			if strings.Contains(got, w) {
				t.Errorf("%s: %q in\n%s", c.name, w, got)
			}
		}
		for _, name := range escpos.ProfileNames() {
			p, err := escpos.ProfileByName(name)
			if err != nil {
				t.Fatal(err)
			}
			if l := p.Length(r); l > 160 {
				t.Errorf("%s on %s: %.0f mm of paper", c.name, name, l)
			}
		}
	}
}

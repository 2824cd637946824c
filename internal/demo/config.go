package demo

import (
	"os"
	"path/filepath"

	"github.com/BurntSushi/toml"

	"westerkappeln.de/wartemarke/internal/config"
)

// baud is the speed of the demo's printer line.
const baud = 38400

// Prepare clears the place and writes the configuration that server, kiosk and display share.
//
// Mails go to the server on this port of 127.0.0.1.
func Prepare(p Place, staff, public string, mailPort int) (config.Config, error) {
	if err := p.clear(); err != nil {
		return config.Config{}, err
	}
	c := config.Default()
	c.Site.Name, c.Site.Data = "Gemeinde Westerkappeln", p.Data
	c.Site.Desk = "Bitte gehen Sie zum Empfang im Erdgeschoss."
	c.Site.Address, c.Site.Phone = "Große Straße 13, 49492 Westerkappeln", "05404 000-0"
	c.Site.Privacy = "Datenschutzbeauftragte der Gemeinde, datenschutz@westerkappeln.example"
	c.Site.Languages = []string{"de", "de-simple", "en", "nl", "pl", "ru", "tr", "uk", "ar"}
	c.Mail = config.Mail{Host: "127.0.0.1", Port: mailPort, TLS: "none", From: "termine@westerkappeln.example"}
	c.Server = config.Server{Staff: staff, Public: public, PublicURL: "http://" + public}
	c.Kiosk.Server, c.Kiosk.TokenFile, c.Kiosk.Area = "http://"+staff, p.token("kiosk"), "foyer"
	c.Kiosk.ScreenMM = [2]int{296, 527}
	c.Kiosk.Printer.Port, c.Kiosk.Printer.Baud = p.printer(), baud
	c.Kiosk.Scanner.Port = p.scanner()
	c.Display.Server, c.Display.TokenFile, c.Display.Area = "http://"+staff, p.token("display"), "foyer"
	c.Display.Voice = []string{"de", "en"}
	if !soundCard() {
		c.Display.Sound = "off"
	}
	f, err := os.OpenFile(p.Config(), os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return c, err
	}
	if err := toml.NewEncoder(f).Encode(c); err != nil {
		return c, err
	}
	if err := f.Close(); err != nil {
		return c, err
	}
	// Read back, so that what the demo runs with is what kiosk and display will read.
	return config.Load(p.Config())
}

// Token is the file with the token of the demo's kiosk or display.
func (p Place) token(program string) string { return filepath.Join(p.Data, program+".token") }

// WriteToken keeps a device's token for its program.
func (p Place) WriteToken(program, token string) error {
	return os.WriteFile(p.token(program), []byte(token+"\n"), 0o600)
}

// soundCard tells whether this machine can play sound at all.
func soundCard() bool {
	cards, err := filepath.Glob("/dev/snd/pcm*p")
	return err == nil && len(cards) > 0
}

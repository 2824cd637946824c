// Package config reads the one TOML file that all programs share. Every key can also be given as an environment
// variable WARTEMARKE_SECTION_KEY (for a table in a section: WARTEMARKE_KIOSK_PRINTER_PORT), which wins over the file.
package config

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/BurntSushi/toml"

	"westerkappeln.de/wartemarke/internal/booking"
	"westerkappeln.de/wartemarke/internal/queue"
)

// DefaultPath is where a package installs the file.
const DefaultPath = "/etc/wartemarke/wartemarke.toml"

// Config is the whole file.
type Config struct {
	Site    Site     `toml:"site"`
	Server  Server   `toml:"server"`
	Kiosk   Kiosk    `toml:"kiosk"`
	Display Display  `toml:"display"`
	Booking Booking  `toml:"booking"`
	Mail    Mail     `toml:"mail"`
	Import  []Import `toml:"import"`
	Rules   Rules    `toml:"rules"`

	origin origin // for CheckFiles and CheckData
}

// Site is the town hall.
type Site struct {
	Name      string   `toml:"name"`
	Timezone  string   `toml:"timezone"` // IANA name
	Languages []string `toml:"languages"`
	Data      string   `toml:"data"`     // folder of the database and of printer jobs
	Desk      string   `toml:"desk"`     // where citizens go when a terminal is out of service
	KeyFile   string   `toml:"key_file"` // for what is encrypted at rest; "" = document.key in Data
	// What citizens' pages and mails say of the town; empty ones are left out.
	Address  string `toml:"address"`  // one line: street, place
	Phone    string `toml:"phone"`    // for those who would rather call
	Homepage string `toml:"homepage"` // of the town
	Imprint  string `toml:"imprint"`  // address of the legal notice
	Privacy  string `toml:"privacy"`  // whom to ask about personal data: name and mail or phone, one line
}

// Booking is what citizens may do online.
type Booking struct {
	Enabled     string   `toml:"enabled"`      // on or off
	Origins     []string `toml:"origins"`      // of pages that may show the booking inside them and use its API, such as https://www.example.org
	KeepDays    int      `toml:"keep_days"`    // names, mail addresses and documents are deleted so long after the appointment
	ScanCommand []string `toml:"scan_command"` // virus scanner: the file on standard input, exit 0 fine, 1 infected; empty = none
}

// Mail is the town's SMTP server; no host means that no mail can be sent.
type Mail struct {
	Host         string `toml:"host"`
	Port         int    `toml:"port"`
	User         string `toml:"user"`
	Password     string `toml:"password"`
	PasswordFile string `toml:"password_file"`
	TLS          string `toml:"tls"` // starttls, tls, or none for a server on the same machine or at a private address
	From         string `toml:"from"`
}

// Import is another booking system whose appointments are fetched again and again: from a folder, or from an address.
type Import struct {
	Folder       string `toml:"folder"`
	URL          string `toml:"url"`
	TokenFile    string `toml:"token_file"` // bearer token for the address
	EveryMinutes int    `toml:"every_minutes"`
	Service      string `toml:"service"` // of calendar entries that name none
	Missing      string `toml:"missing"` // keep or cancel: what is no longer in the address's list
}

// Server is the hall server's two listeners.
type Server struct {
	Staff          string   `toml:"staff"`
	StaffURL       string   `toml:"staff_url"` // address of the clerk page as browsers see it, if not http://<staff>; https marks the cookie
	Public         string   `toml:"public"`
	PublicURL      string   `toml:"public_url"` // address of the public listener as phones see it
	TrustedProxies []string `toml:"trusted_proxies"`
}

// Kiosk is one terminal.
type Kiosk struct {
	Server    string  `toml:"server"`
	Token     string  `toml:"token"`
	TokenFile string  `toml:"token_file"`
	Area      string  `toml:"area"`
	ScreenMM  [2]int  `toml:"screen_mm"` // width and height of the picture in millimetres
	PIN       string  `toml:"pin"`
	Printer   Printer `toml:"printer"`
	Scanner   Scanner `toml:"scanner"`
}

// Printer is the receipt printer of a terminal; no port means none.
type Printer struct {
	Port    string `toml:"port"`
	Baud    int    `toml:"baud"`
	Flow    string `toml:"flow"`
	Profile string `toml:"profile"`
	Columns int    `toml:"columns"` // characters a line; 0 = the profile's
}

// Scanner is the code reader of a terminal.
type Scanner struct {
	Kind   string `toml:"kind"`
	Port   string `toml:"port"`
	Baud   int    `toml:"baud"`
	Layout string `toml:"layout"`
}

// Display is one call board.
type Display struct {
	Server           string   `toml:"server"`
	Token            string   `toml:"token"`
	TokenFile        string   `toml:"token_file"`
	Area             string   `toml:"area"` // one area, or several with commas
	ScreenMM         [2]int   `toml:"screen_mm"`
	ViewingDistanceM float64  `toml:"viewing_distance_m"`
	Monitor          string   `toml:"monitor"`
	Sound            string   `toml:"sound"`
	AudioDevice      string   `toml:"audio_device"`
	Voice            []string `toml:"voice"`
	GongCommand      []string `toml:"gong_command"`  // empty = aplay
	SpeakCommand     []string `toml:"speak_command"` // empty = espeak-ng
	Sign             []Sign   `toml:"sign"`          // reserved for LED signs; none is driven yet
}

// Sign is an LED sign or counter display.
type Sign struct {
	Kind    string `toml:"kind"`
	Port    string `toml:"port"`
	Baud    int    `toml:"baud"`
	Address int    `toml:"address"`
	Counter string `toml:"counter"`
}

// Unused names the keys that are set but have no effect in this version, so that a program can say so at its start.
func (c Config) Unused() []string {
	var keys []string
	for key, set := range map[string]bool{
		"kiosk.pin":            c.Kiosk.PIN != "",
		"display.sign":         len(c.Display.Sign) > 0,
		"kiosk.scanner.layout": c.Kiosk.Scanner.Layout != Default().Kiosk.Scanner.Layout,
	} {
		if set {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	return keys
}

// Names of the two Rules, so that both can be one table of the file.
type (
	// QueueRules are the settings of calling order and calls.
	QueueRules = queue.Rules
	// BookingRules are the settings of check-in.
	BookingRules = booking.Rules
)

// Rules are the settings of DOMAIN, in minutes and counts.
type Rules struct {
	QueueRules
	BookingRules
}

// Default is the configuration of an empty file.
func Default() Config {
	return Config{
		Site:   Site{Name: "Rathaus", Timezone: "Europe/Berlin", Languages: []string{"de", "en"}, Data: "/var/lib/wartemarke"},
		Server: Server{Staff: "127.0.0.1:8080", Public: "127.0.0.1:8081", PublicURL: "http://127.0.0.1:8081"},
		Kiosk: Kiosk{
			Server: "http://127.0.0.1:8080", ScreenMM: [2]int{527, 296},
			Printer: Printer{Baud: 38400, Flow: "rtscts", Profile: "epson-tm-t20"},
			Scanner: Scanner{Kind: "serial", Baud: 9600, Layout: "us"},
		},
		Display: Display{
			Server: "http://127.0.0.1:8080", ScreenMM: [2]int{1210, 680}, ViewingDistanceM: 5,
			Monitor: "secondary", Sound: "on", Voice: []string{"de"},
		},
		Booking: Booking{Enabled: "on", KeepDays: 2},
		Mail:    Mail{Port: 587, TLS: "starttls"},
		Rules:   Rules{queue.DefaultRules(), booking.DefaultRules()},
	}
}

// Location is the site's time zone. Load has checked that it exists.
func (s Site) Location() *time.Location {
	loc, err := time.LoadLocation(s.Timezone)
	if err != nil {
		panic(fmt.Sprintf("time zone %q was not checked: %v", s.Timezone, err))
	}
	return loc
}

// Database is the path of the SQLite file.
func (s Site) Database() string { return filepath.Join(s.Data, "wartemarke.db") }

// Secret gives token, or the first line of file when token is empty.
func Secret(token, file string) (string, error) {
	if token != "" || file == "" {
		return token, nil
	}
	b, err := os.ReadFile(file)
	if err != nil {
		return "", fmt.Errorf("read token: %w", err)
	}
	line, _, _ := strings.Cut(string(b), "\n")
	return strings.TrimSpace(line), nil
}

// Load reads and checks the file at path and applies the environment. The error names every problem with file, line, key
// and what is allowed. A missing file is an error, except at DefaultPath, where the defaults hold.
func Load(path string) (Config, error) {
	data, err := os.ReadFile(path)
	if os.IsNotExist(err) && path == DefaultPath {
		data, err = nil, nil
	}
	if err != nil {
		return Config{}, fmt.Errorf("configuration: %w", err)
	}
	return Parse(path, data, os.Environ())
}

// Parse reads data, the content of file, and applies environ ("KEY=value").
func Parse(file string, data []byte, environ []string) (Config, error) {
	cfg := Default()
	md, err := toml.Decode(string(data), &cfg)
	if err != nil {
		return Config{}, located(file, err)
	}
	cfg.withDefaults()
	cfg.origin = origin{file, keyLines(data), environ}
	var problems Problems
	for _, k := range md.Undecoded() {
		problems = append(problems, Problem{File: file, Line: cfg.origin.lines[k.String()], Key: k.String(), Message: unknownKey(k)})
	}
	problems = append(problems, applyEnv(&cfg, environ)...)
	problems = append(problems, cfg.origin.place(append(check(cfg), checkPlaces(cfg, file)...))...)
	if len(problems) > 0 {
		return Config{}, problems
	}
	return cfg, nil
}

package config

import (
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestEmptyFileGivesDefaults(t *testing.T) {
	got, err := Parse("x.toml", nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(Default(), got); diff != "" {
		t.Error(diff)
	}
}

func TestEveryProblemNamesFileLineKeyAndWhatIsAllowed(t *testing.T) {
	for _, c := range []struct{ name, file, want string }{
		{"unknown key", "[site]\nname = \"X\"\ncolour = \"red\"\n", "x.toml:3: site.colour: unknown key; allowed here: data, desk, key_file, languages, name, timezone"},
		{"unknown section", "[printer]\nport = \"a\"\n", "x.toml:1: printer: unknown section"},
		{"bad flow", "[kiosk.printer]\nflow = \"dtr\"\n", `x.toml:2: kiosk.printer.flow: "dtr" is not allowed; use one of none, rtscts, xonxoff`},
		{"bad type", "[server]\nstaff = 8080\n", "x.toml:2: server.staff: incompatible types"},
		{"bad zone", "[site]\ntimezone = \"Berlin\"\n", "x.toml:2: site.timezone:"},
		{"bad syntax", "name = \n", "x.toml:1:"},
		{"bad baud", "[kiosk.printer]\n\nbaud = 1\n", "x.toml:3: kiosk.printer.baud: 1 is not a speed"},
		{"rule out of range", "[rules]\nlock_minutes = -1\n", "x.toml:2: rules.lock_minutes: -1 is out of range; 0 to 1440"},
		{"rules that contradict", "[rules]\nlast_minutes = 5\n", "x.toml:2: rules.last_minutes: is less than late_minutes"},
		{"three voices", "[display]\nvoice = [\"de\",\"en\",\"nl\"]\n", "x.toml:2: display.voice: 3 languages"},
		{"proxy", "[server]\ntrusted_proxies = [\"nginx\"]\n", "x.toml:2: server.trusted_proxies:"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := Parse("x.toml", []byte(c.file), nil)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got  %v\nwant %s", err, c.want)
			}
		})
	}
}

func TestEnvironmentWinsAndIsChecked(t *testing.T) {
	cfg, err := Parse("x.toml", []byte("[kiosk.printer]\nport = \"/dev/a\"\n"), []string{
		"WARTEMARKE_KIOSK_PRINTER_PORT=/dev/b", "WARTEMARKE_SITE_LANGUAGES=de, en", "WARTEMARKE_KIOSK_SCREEN_MM=296,527",
		"WARTEMARKE_RULES_EARLY_MINUTES=30", "WARTEMARKE_DISPLAY_VIEWING_DISTANCE_M=7.5", "UNRELATED=1",
	})
	if err != nil {
		t.Fatal(err)
	}
	if cfg.Kiosk.Printer.Port != "/dev/b" || cfg.Site.Languages[1] != "en" || cfg.Kiosk.ScreenMM != [2]int{296, 527} ||
		cfg.Rules.EarlyMinutes != 30 || cfg.Display.ViewingDistanceM != 7.5 {
		t.Errorf("%+v", cfg)
	}
	_, err = Parse("x.toml", nil, []string{"WARTEMARKE_KIOSK_PRINTER_BAUD=fast"})
	if err == nil || !strings.Contains(err.Error(), `environment WARTEMARKE_KIOSK_PRINTER_BAUD: kiosk.printer.baud: "fast" is not a whole number`) {
		t.Error(err)
	}
	_, err = Parse("x.toml", nil, []string{"WARTEMARKE_DISPLAY_SOUND=loud"})
	if err == nil || !strings.Contains(err.Error(), "environment WARTEMARKE_DISPLAY_SOUND: display.sound:") {
		t.Error(err)
	}
}

func TestKeysWithoutEffectAreNamed(t *testing.T) {
	cfg, err := Parse("x.toml", []byte("[kiosk]\npin = \"1234\"\n[[display.sign]]\nkind = \"cd5220\"\n"), nil)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"display.sign", "kiosk.pin"}, cfg.Unused()); diff != "" {
		t.Error(diff)
	}
}

func TestMissingFileIsAnError(t *testing.T) {
	if _, err := Load(t.TempDir() + "/none.toml"); err == nil || !os.IsNotExist(unwrapAll(err)) {
		t.Errorf("got %v", err)
	}
}

func unwrapAll(err error) error {
	for {
		u, ok := err.(interface{ Unwrap() error })
		if !ok {
			return err
		}
		err = u.Unwrap()
		if os.IsNotExist(err) {
			return err
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte("[site]\nname = \"X\"\n[rules]\nmax_calls = 3\n"))
	f.Add([]byte("[[site]]"))
	f.Fuzz(func(t *testing.T, data []byte) {
		cfg, err := Parse("x.toml", data, nil)
		if err == nil {
			cfg.Site.Location() // must not panic on what was accepted
		}
	})
}

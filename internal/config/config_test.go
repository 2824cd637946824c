package config

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func TestEmptyFileGivesDefaults(t *testing.T) {
	got, err := Parse("x.toml", nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(Default(), got, cmpopts.IgnoreUnexported(Config{})); diff != "" {
		t.Error(diff)
	}
}

func TestEveryProblemNamesFileLineKeyAndWhatIsAllowed(t *testing.T) {
	for _, c := range []struct{ name, file, want string }{
		{"unknown key", "[site]\nname = \"X\"\ncolour = \"red\"\n", "x.toml:3: site.colour: unknown key; allowed here: address, data, desk, homepage, imprint, key_file, languages, name, phone, privacy, timezone"},
		{"unknown section", "[printer]\nport = \"a\"\n", "x.toml:1: printer: unknown section; allowed are site, server, kiosk, kiosk.printer, kiosk.scanner, display, booking, mail, rules, and tables headed [[display.sign]], [[import]]"},
		{"unknown key of an import", "[[import]]\nfolder = \"/a\"\nevry = 5\n", "x.toml:3: import.evry: unknown key; allowed here: every_minutes, folder, missing, service, token_file, url"},
		{"unknown key of a sign", "[[display.sign]]\nprot = 5\n", "x.toml:2: display.sign.prot: unknown key; allowed here: address, baud, counter, kind, port"},
		{"text for a command", "[booking]\nscan_command = \"clamdscan -\"\n", `x.toml:2: booking.scan_command: wrong type; give a list of texts, such as ["/usr/bin/clamdscan", "-"]`},
		{"text for origins", "[booking]\norigins = \"https://a.example\"\n", `x.toml:2: booking.origins: wrong type; give a list of texts, such as ["https://www.example.org"]`},
		{"bad flow", "[kiosk.printer]\nflow = \"dtr\"\n", `x.toml:2: kiosk.printer.flow: "dtr" is not allowed; use one of none, rtscts, xonxoff`},
		{"number for a text", "[server]\nstaff = 8080\n", "x.toml:2: server.staff: wrong type; give a text in quotes"},
		{"text for a number", "[kiosk.printer]\n\nbaud = \"9600\"\n", "x.toml:3: kiosk.printer.baud: wrong type; give a whole number, without quotes"},
		{"fraction for a whole number", "[rules]\nearly_minutes = 1.5\n", "x.toml:2: rules.early_minutes: wrong type; give a whole number, without quotes"},
		{"text for a fraction", "[display]\nviewing_distance_m = \"5\"\n", "x.toml:2: display.viewing_distance_m: wrong type; give a number, without quotes"},
		{"text for a list", "[site]\nlanguages = \"de\"\n", `x.toml:2: site.languages: wrong type; give a list of texts, such as ["de", "en"]`},
		{"number in a list", "[site]\nlanguages = [\"de\", 1]\n", `x.toml:2: site.languages: wrong type; give a list of texts, such as ["de", "en"]`},
		{"three sides", "[kiosk]\nscreen_mm = [1, 2, 3]\n", "x.toml:2: kiosk.screen_mm: wrong type; give 2 whole numbers, such as [527, 296]"},
		{"value for a table", "[kiosk]\nprinter = \"x\"\n", "x.toml:2: kiosk.printer: wrong type; give a table, headed [kiosk.printer]"},
		{"table for a list of tables", "[display.sign]\nkind = \"x\"\n", "x.toml:1: display.sign: wrong type; give tables, each headed [[display.sign]]"},
		{"inside a list of tables", "[[display.sign]]\nbaud = \"x\"\n", "x.toml:2: display.sign.baud: wrong type; give a whole number, without quotes"},
		{"large port", "[server]\nstaff = \"127.0.0.1:70000\"\n", `x.toml:2: server.staff: port "70000" is out of range; 0 to 65535`},
		{"negative port", "[server]\npublic = \":-1\"\n", `x.toml:2: server.public: port "-1" is out of range`},
		{"large port of an address", "[kiosk]\nserver = \"http://hall:65536\"\n", "x.toml:2: kiosk.server: port 65536 is out of range; 0 to 65535"},
		{"same address", "[server]\nstaff = \"127.0.0.1:80\"\npublic = \"127.0.0.1:80\"\n", `x.toml:3: server.public: "127.0.0.1:80" is the staff listener's address, too; give another port`},
		{"same address by all", "[server]\nstaff = \":80\"\npublic = \"10.0.0.1:80\"\n", "x.toml:3: server.public:"},
		{"query", "[server]\npublic_url = \"https://a.example/?x=1\"\n", `x.toml:2: server.public_url: "https://a.example/?x=1" has a query or fragment`},
		{"fragment", "[server]\nstaff_url = \"https://a.example#top\"\n", "x.toml:2: server.staff_url:"},
		{"bad zone", "[site]\ntimezone = \"Berlin\"\n", "x.toml:2: site.timezone:"},
		{"bad syntax", "name = \n", "x.toml:1:"},
		{"bad baud", "[kiosk.printer]\n\nbaud = 1\n", "x.toml:3: kiosk.printer.baud: 1 is not a speed"},
		{"rule out of range", "[rules]\nlock_minutes = -1\n", "x.toml:2: rules.lock_minutes: -1 is out of range; 0 to 1440"},
		{"rules that contradict", "[rules]\nlast_minutes = 5\n", "x.toml:2: rules.last_minutes: is less than late_minutes"},
		{"three voices", "[display]\nvoice = [\"de\",\"en\",\"nl\"]\n", "x.toml:2: display.voice: 3 languages"},
		{"origin with a path", "[booking]\norigins = [\"https://www.example.org/x\"]\n", `x.toml:2: booking.origins: "https://www.example.org/x" is not an origin`},
		{"booking neither on nor off", "[booking]\nenabled = \"yes\"\n", `x.toml:2: booking.enabled: "yes" is not allowed; use one of on, off`},
		{"contacts for ever", "[booking]\nkeep_days = 0\n", "x.toml:2: booking.keep_days: 0 is out of range; 1 to 90"},
		{"any origin", "[booking]\norigins = [\"https://*.example.org\"]\n", `x.toml:2: booking.origins: "https://*.example.org" is not an origin`},
		{"all origins", "[booking]\norigins = [\"*\"]\n", `x.toml:2: booking.origins: "*" is not an origin`},
		{"name of two lines", "[site]\nname = \"a\\nb\"\n", "x.toml:2: site.name: has more than one line"},
		{"no time to fill in", "[rules]\nhold_minutes = 0\n", "x.toml:2: rules.hold_minutes: 0 is out of range; 1 to 1440"},
		{"no time to confirm", "[rules]\nconfirm_minutes = 0\n", "x.toml:2: rules.confirm_minutes: 0 is out of range"},
		{"no appointment", "[rules]\nper_mail = 0\n", "x.toml:2: rules.per_mail: 0 is out of range"},
		{"no service", "[rules]\nmax_services = 0\n", "x.toml:2: rules.max_services: 0 is out of range"},
		{"no piece", "[rules]\nmax_quantity = 0\n", "x.toml:2: rules.max_quantity: 0 is out of range"},
		{"in the past", "[rules]\nlead_minutes = -1\n", "x.toml:2: rules.lead_minutes: -1 is out of range; 0 to 1440"},
		{"rests backwards", "[rules]\nrest_minutes = -1\n", "x.toml:2: rules.rest_minutes: -1 is out of range; 0 to 1440"},
		{"mail from nobody", "\n[mail]\nhost = \"smtp.example.org\"\n", `x.toml:2: mail.from: is missing; give the mail address`},
		{"mail from a name", "[mail]\nhost = \"smtp.example.org\"\nfrom = \"Rathaus\"\n", `x.toml:3: mail.from: "Rathaus" is not a mail address`},
		{"user without a password", "[mail]\nhost = \"h\"\nfrom = \"a@b.de\"\nuser = \"x\"\n", "x.toml:4: mail.user: has no password; give mail.password_file"},
		{"in the clear to the world", "[mail]\nhost = \"smtp.example.org\"\nfrom = \"a@b.de\"\ntls = \"none\"\n", `x.toml:4: mail.tls: is none, but "smtp.example.org" is neither`},
		{"in the clear to an address", "[mail]\nhost = \"192.0.2.1\"\nfrom = \"a@b.de\"\ntls = \"none\"\n", "x.toml:4: mail.tls: is none"},
		{"an address twice", "[[import]]\nurl = \"https://a.example/x\"\n[[import]]\nurl = \"https://a.example/x\"\n", "x.toml:4: import[2].url: is that of import[1], too"},
		{"a folder twice", "[[import]]\nfolder = \"/a\"\n[[import]]\nfolder = \"/b/../a/\"\n", "x.toml:4: import[2].folder: is that of import[1], too"},
		{"how often for a folder", "[[import]]\nfolder = \"/a\"\nevery_minutes = 7\n", "x.toml:3: import[1].every_minutes: goes with url only"},
		{"mail host with port", "[mail]\nhost = \"smtp.example.org:25\"\nfrom = \"a@example.org\"\n", "x.toml:2: mail.host:"},
		{"mail port", "[mail]\nport = 0\n", "x.toml:2: mail.port: 0 is out of range"},
		{"password without a user", "[mail]\nhost = \"h\"\nfrom = \"a@b.de\"\npassword = \"x\"\n", "mail.user: is empty"},
		{"import of nothing", "[[import]]\nfolder = \"/a\"\n\n[[import]]\nevery_minutes = 5\n", "x.toml:4: import[2]: has neither folder nor url"},
		{"import too often", "[[import]]\nfolder = \"/a\"\n[[import]]\nurl = \"https://a.example\"\nevery_minutes = -1\n", "x.toml:5: import[2].every_minutes: -1 is out of range"},
		{"import whole folder", "[[import]]\nfolder = \"/a\"\nmissing = \"cancel\"\n", "x.toml:3: import[1].missing: is cancel"},
		{"address of two lines", "[site]\naddress = \"a\\nb\"\n", "x.toml:2: site.address: has more than one line"},
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
	_, err = Parse("x.toml", []byte("[display]\nsound = \"on\"\n"), []string{"WARTEMARKE_DISPLAY_SOUND=loud"})
	if err == nil || !strings.Contains(err.Error(), "environment WARTEMARKE_DISPLAY_SOUND: display.sound:") {
		t.Error(err)
	}
}

func TestUnknownVariables(t *testing.T) {
	for name, want := range map[string]string{
		"WARTEMARKE_KIOSK_PRINTER_PROT": "environment WARTEMARKE_KIOSK_PRINTER_PROT: unknown variable; allowed for kiosk.printer: baud, columns, flow, port, profile",
		"WARTEMARKE_SITE_NAMES":         "environment WARTEMARKE_SITE_NAMES: unknown variable; allowed for site: address, data, desk, homepage, imprint, key_file, languages, name, phone, privacy, timezone",
		"WARTEMARKE_DISPLAY_SIGN":       "environment WARTEMARKE_DISPLAY_SIGN: unknown variable",
		"WARTEMARKE_RULES_":             "environment WARTEMARKE_RULES_: unknown variable",
		"WARTEMARKE_WINDOW":             "", "WARTEMARKE_ANNOUNCE_LOG": "", "WARTEMARKE_TESTCLOCK": "", "WARTEMARKE_GOLDEN": "", "WARTEMARKE_SHOTS": "",
	} {
		_, err := Parse("x.toml", nil, []string{name + "=x"})
		if got := fmt.Sprint(err); err == nil && want != "" || err != nil && (want == "" || !strings.HasPrefix(got, want)) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAddressesThatAreFine(t *testing.T) {
	for _, file := range []string{
		"[server]\nstaff = \"127.0.0.1:0\"\npublic = \"127.0.0.1:0\"\n",
		"[server]\nstaff = \"10.0.0.1:80\"\npublic = \"10.0.0.2:80\"\n",
		"[server]\nstaff = \":65535\"\npublic_url = \"https://a.example/warten/\"\nstaff_url = \"https://b.example:8443\"\n",
	} {
		if _, err := Parse("x.toml", []byte(file), nil); err != nil {
			t.Errorf("%s: %v", file, err)
		}
	}
}

func TestMailThatIsFine(t *testing.T) {
	host, err := os.Hostname()
	if err != nil {
		t.Fatal(err)
	}
	for _, tls := range []string{"host = \"localhost\"\ntls = \"none\"", "host = \"127.0.0.1\"\ntls = \"none\"", "host = \"10.1.2.3\"\ntls = \"none\"",
		"host = \"" + host + "\"\ntls = \"none\"", "host = \"smtp.example.org\"\nuser = \"x\"\npassword = \"y\""} {
		if _, err := Parse("x.toml", []byte("[mail]\nfrom = \"a@b.de\"\n"+tls+"\n"), nil); err != nil {
			t.Errorf("%s: %v", tls, err)
		}
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
	f.Add([]byte("[site]\ndata = \"/a\"\n[mail]\nhost = \"::1\"\ntls = \"none\"\n[[import]]\nfolder = \"/a/b\"\n[[import]]\nurl = \"http://a\"\nx = 1\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		cfg, err := Parse("x.toml", data, nil)
		if err == nil {
			cfg.Site.Location() // must not panic on what was accepted
		}
	})
}

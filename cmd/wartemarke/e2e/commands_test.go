//go:build e2e

package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"westerkappeln.de/wartemarke/internal/api/client"
	"westerkappeln.de/wartemarke/internal/demo"
	"westerkappeln.de/wartemarke/internal/wire"
)

// refused runs a command that must fail with the exit code and name want on standard error.
func (h *town) refused(t *testing.T, code int, want string, args ...string) {
	t.Helper()
	out, errText, got := h.tryRun("", args...)
	if got != code || !strings.Contains(errText, want) {
		t.Errorf("wartemarke %v: exit %d, want %d with %q\n%s%s", args, got, code, want, out, errText)
	}
}

func TestCommandsBesideARunningServer(t *testing.T) {
	h := newHall(t)

	t.Run("the catalogue says what changes, once", func(t *testing.T) {
		if out := h.run("", "catalogue", "apply", h.path("catalogue.toml")); out != "" {
			t.Errorf("applied again it changes: %s", out)
		}
		exported := h.run("", "catalogue", "export")
		h.write("changed.toml", strings.Replace(exported, "minutes = 30", "minutes = 35", 1))
		if out := h.run("", "catalogue", "apply", h.path("changed.toml")); !strings.Contains(out, "eheschliessung") || !strings.Contains(out, "30") || !strings.Contains(out, "35") || strings.Count(out, "\n") != 1 {
			t.Errorf("the change reads: %s", out)
		}
		h.write("broken.toml", strings.Replace(string(demo.Catalogue), `series = "B"`, `series = "Q"`, 1))
		h.refused(t, 1, "line ", "catalogue", "apply", h.path("broken.toml"))
		if again := h.run("", "catalogue", "export"); !strings.Contains(again, "minutes = 35") {
			t.Error("a refused catalogue changed something")
		}
	})
	t.Run("an empty catalogue is no catalogue", func(t *testing.T) {
		before := h.run("", "catalogue", "export")
		for _, content := range []string{"", "# nothing\n", "[holidays]\ncalendar = \"DE-NW\"\n"} {
			h.write("empty.toml", content)
			h.refused(t, 1, "--empty", "catalogue", "apply", h.path("empty.toml"))
		}
		if after := h.run("", "catalogue", "export"); after != before {
			t.Errorf("in force is: %s", after)
		}
	})
	t.Run("an import is whole, and harmless again", func(t *testing.T) {
		const header = "code,service,start,name,mail\n"
		h.write("good.csv", header+",personalausweis,2026-11-24T11:10,Erika Mustermann,erika@example.org\nZMS-104711,wohnsitz-anmelden,2026-11-24T11:15,Max Mustermann,\n")
		for _, want := range []string{"2 added, 0 moved, 0 cancelled, 0 known", "0 added, 0 moved, 0 cancelled, 2 known"} {
			if out := h.run("", "import", "appointments", h.path("good.csv")); !strings.Contains(out, want) {
				t.Errorf("import says %q, want %q", out, want)
			}
		}
		if out := h.run("", "appointment", "show", "zms 104711"); !strings.Contains(out, "wohnsitz-anmelden") {
			t.Errorf("the foreign code shows: %s", out)
		}
		h.write("bad.csv", header+",personalausweis,2026-11-24T11:20,A,\n,angeln,2026-11-24T11:30,B,\n,personalausweis,morgen,C,\n")
		_, errText, code := h.tryRun("", "import", "appointments", h.path("bad.csv"))
		if code != 1 || !strings.Contains(errText, "line 3") || !strings.Contains(errText, "line 4") {
			t.Errorf("exit %d: %s", code, errText)
		}
	})
	t.Run("appointments have a code and a picture of it", func(t *testing.T) {
		png := h.path("qr.png")
		out := h.run("", "appointment", "add", "--service", "reisepass=2", "--start", "2026-11-24T11:40", "--qr", png)
		code := strings.TrimSpace(out)
		if got := qr(t, png); got != "WM1"+strings.ReplaceAll(code, " ", "") {
			t.Errorf("the QR of %q says %q", code, got)
		}
		if out := h.run("", "appointment", "show", code); !strings.Contains(out, "service reisepass 2") || !strings.Contains(out, "start 2026-11-24T11:40") {
			t.Errorf("it shows: %s", out)
		}
		h.run("", "appointment", "cancel", code)
		if out := h.run("", "appointment", "show", code); !strings.Contains(out, "state cancelled") {
			t.Errorf("it shows: %s", out)
		}
		h.refused(t, 1, "(not_found)", "appointment", "show", "00000 00000")
		h.refused(t, 2, "is not a time", "appointment", "add", "--service", "reisepass", "--start", "bald")
		for start, want := range map[string]string{
			"9800-01-01T09:00": "2000 to 2199", "1800-01-01T09:00": "2000 to 2199", "2027-02-30T09:00": "no such day",
			"2027-03-28T02:30": "skip this time", "2026-10-25T02:30": "twice",
		} {
			h.refused(t, 2, want, "appointment", "add", "--service", "reisepass", "--start", start)
		}
		h.refused(t, 2, "line break", "appointment", "add", "--service", "reisepass", "--start", "2026-11-24T11:40", "--name", "Erika\nMuster")
		h.refused(t, 2, "mail is no address", "appointment", "add", "--service", "reisepass", "--start", "2026-11-24T11:40", "--mail", "erika")
	})
	t.Run("a name needs not be an argument", func(t *testing.T) {
		code := strings.TrimSpace(h.run("Erika Wetterhahn\nerika@example.org\n", "appointment", "add", "--service", "reisepass", "--start", "2026-11-24T11:45", "--name", "-", "--mail", "-"))
		h.run("", "appointment", "show", code)
		h.refused(t, 2, "mail is no address", "appointment", "add", "--service", "reisepass", "--start", "2026-11-24T11:45", "--name", "x", "--mail", "y")
	})
	t.Run("who leaves", func(t *testing.T) {
		h.run(password+"\n", "user", "add", "Clara Müller", "--role", "clerk")
		token := strings.TrimSpace(h.run("", "user", "token", "Clara Müller"))
		h.run("", "device", "pair", "old-kiosk", "--kind", "kiosk")
		if out := h.run("", "user", "list"); out != "clerk  Clara Müller\nlead   anna\nclerk  ben\n" {
			t.Errorf("users:\n%s", out)
		}
		if out := h.run("", "device", "list"); !strings.Contains(out, "kiosk    old-kiosk  area -  paired 2026-11-24 ") || strings.Count(out, "\n") != 3 {
			t.Errorf("devices:\n%s", out)
		}
		clara := client.New("http://"+h.staff, token)
		if _, err := clara.Tickets(t.Context(), "", ""); err != nil {
			t.Error(err)
		}
		h.run("", "user", "remove", "Clara Müller")
		h.run("", "device", "remove", "old-kiosk")
		if _, err := clara.Tickets(t.Context(), "", ""); err == nil {
			t.Error("her token still opens the door")
		}
		if out := h.run("", "user", "list") + h.run("", "device", "list"); strings.Contains(out, "Clara") || strings.Contains(out, "old-kiosk") {
			t.Errorf("still there:\n%s", out)
		}
		h.refused(t, 1, "(not_found)", "user", "remove", "Clara Müller")
		h.refused(t, 1, "(not_found)", "device", "remove", "old-kiosk")
	})
	t.Run("refusals say what to do", func(t *testing.T) {
		at := "2026-11-24T11:40"
		h.refused(t, 1, `The service "nope" is not in the catalogue; see: wartemarke catalogue export (invalid service nope)`, "appointment", "add", "--service", "nope", "--start", at)
		h.refused(t, 1, "There is no appointment with this code or id (not_found)", "appointment", "cancel", "00000 00000")
		h.refused(t, 1, `The name "test-kiosk" belongs to a device of the other kind`, "device", "pair", "test-kiosk", "--kind", "display")
		h.refused(t, 1, `The name "hall" is the server's own`, "device", "pair", "hall", "--kind", "display")
		h.refused(t, 1, `The name "a\tb" is not allowed`, "device", "pair", "a\tb", "--kind", "display")
		if _, errText, code := h.tryRun(password+"\n", "user", "add", "Anna", "--role", "admin"); code != 1 || !strings.Contains(errText, "capital letters only") {
			t.Errorf("exit %d: %s", code, errText)
		}
		ticket, err := h.api.TakeTicket(t.Context(), "for-the-catalogue", wire.TakeTicket{Service: "reisepass"})
		if err != nil {
			t.Fatal(err)
		}
		h.write("fewer.toml", strings.ReplaceAll(string(demo.Catalogue), "reisepass", "reisedokument"))
		h.refused(t, 1, "it drops what an open number or counter needs; try again after closing time (conflict reisepass "+ticket.Number+")", "catalogue", "apply", h.path("fewer.toml"))
		if _, err := h.api.Act(t.Context(), "cancel-it", ticket.ID, "cancel", wire.TicketAction{}); err != nil {
			t.Fatal(err)
		}
	})
	t.Run("a second server", func(t *testing.T) {
		first, err := os.ReadFile(h.path("wartemarke.toml"))
		if err != nil {
			t.Fatal(err)
		}
		h.write("second.toml", strings.NewReplacer(h.staff, freeAddr(t), h.public, freeAddr(t)).Replace(string(first)))
		h.refused(t, 1, "another server runs on this database", "serve", "--config", h.path("second.toml"))
	})
	t.Run("exit codes", func(t *testing.T) {
		h.refused(t, 2, "", "no-such-command")
		h.refused(t, 2, "", "user", "add", "x", "--role", "king")
		h.refused(t, 1, `There is no user "nobody"; see: wartemarke user list (not_found)`, "user", "token", "nobody")
		h.write("wrong.toml", "[site]\nname = \"X\"\ncolour = 3\n")
		h.refused(t, 1, "wrong.toml:3: site.colour: unknown key", "check", "--config", h.path("wrong.toml"))
	})
	t.Run("back-up, check, restore", func(t *testing.T) {
		backup := h.path("backup.db")
		h.run("", "backup", backup)
		if info, err := os.Stat(backup); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("backup: %v %v", info, err)
		}
		h.at(noon.Add(5 * time.Minute)) // the paired devices have not been heard of for that long
		var out string
		eventually(t, "check names what is silent", func() bool {
			out, _, _ = h.tryRun("", "check")
			return strings.Contains(out, "WRONG  test-kiosk") && strings.Contains(out, "silent")
		})
		if !strings.Contains(out, "ok     database") || !strings.Contains(out, "ok     catalogue") {
			t.Errorf("check says: %s", out)
		}
		h.refused(t, 1, "", "restore", backup) // the server has it open
		h.server.end(t, 15)
		code := h.book("reisepass", time.Hour)
		h.run("", "restore", backup)
		h.refused(t, 1, "(not_found)", "appointment", "show", code) // added after the backup
		h.run("", "appointment", "show", "ZMS-104711")
		h.startServer()
	})
}

// Commands that only read make no database, and name the one that they did not find.
func TestCommandsWithoutADatabase(t *testing.T) {
	h := &town{t: t, whole: t, dir: t.TempDir()}
	var err error
	if h.bin, err = filepath.Abs("../../../bin/test"); err != nil {
		t.Fatal(err)
	}
	h.write("wartemarke.toml", "[site]\nname = \"X\"\ndata = \""+h.dir+"\"\n")
	for _, args := range [][]string{{"backup", h.path("backup.db")}, {"check"}, {"catalogue", "export"}, {"appointment", "show", "68H0EBM3H2"}} {
		out, errText, code := h.tryRun("", args...)
		if code != 1 || !strings.Contains(out+errText, "there is no database here yet") || !strings.Contains(out+errText, h.path("wartemarke.db")) {
			t.Errorf("%v: exit %d\n%s%s", args, code, out, errText)
		}
	}
	if left, err := filepath.Glob(h.path("*.db*")); err != nil || len(left) > 0 {
		t.Errorf("made: %v, %v", left, err)
	}
}

func TestDemo(t *testing.T) {
	h := &town{t: t, whole: t, dir: t.TempDir()}
	bin, err := filepath.Abs("../../../bin/test")
	if err != nil {
		t.Fatal(err)
	}
	h.bin = bin
	out := h.path("out")
	args := []string{"demo", "--out", out, "--staff", freeAddr(t), "--public", freeAddr(t)}
	p := h.start("wartemarke", "", args...)
	eventually(t, "the demo says what to do", func() bool { return strings.Contains(p.output(), "Ende mit Strg+C") })
	_, rest, _ := strings.Cut(p.output(), `scan "`)
	code, _, _ := strings.Cut(rest, `"`)

	eventually(t, "the terminal's picture shows its start", func() bool {
		if _, err := os.Stat(filepath.Join(out, "kiosk.png")); err != nil {
			return false
		}
		return strings.Contains(text(read(t, filepath.Join(out, "kiosk.png"))), "Scanner")
	})
	h.run("", "scan", code, "--out", out)
	ticket := filepath.Join(out, "tickets", "0001.png")
	eventually(t, "the ticket is there as a picture", func() bool { _, err := os.Stat(ticket); return err == nil })
	if got := text(read(t, ticket)); !strings.Contains(like(got), like("A001")) {
		t.Errorf("the ticket reads: %s", got)
	}
	h.run("", "fault", "paper", "out", "--out", out)
	h.refused(t, 1, "no demo is running", "scan", code, "--out", h.path("elsewhere"))

	start := time.Now()
	p.end(t, 15)
	if took := time.Since(start); p.cmd.ProcessState.ExitCode() != 0 || took > 3*time.Second {
		t.Errorf("SIGTERM: exit %d after %v\n%s", p.cmd.ProcessState.ExitCode(), took, tail(p.output(), 2000))
	}
}

func TestFullScreenAtBothSizes(t *testing.T) {
	h := newHall(t)
	for _, size := range [][2]int{{1080, 1920}, {1920, 1080}} {
		x := startX(t, size[0], size[1])
		p := h.start("kiosk", x.Display)
		eyes := newSight(t, x, "kiosk")
		eyes.shows(t, "Gemeinde", "Scanner")
		// Nothing of the bare screen, which is black, is left at its edges.
		for _, corner := range [][2]int{{0, 0}, {size[0] - 1, 0}, {0, size[1] - 1}, {size[0] - 1, size[1] - 1}} {
			if p := x.Pixels()[corner[1]*x.Stride()+4*corner[0]:][:3]; p[0] == 0 && p[1] == 0 && p[2] == 0 {
				t.Errorf("%v: the corner %v is bare", size, corner)
			}
		}
		start := time.Now()
		p.end(t, 15)
		if took := time.Since(start); took > 2*time.Second+500*time.Millisecond || p.cmd.ProcessState.ExitCode() != 0 {
			t.Errorf("SIGTERM: exit %d after %v", p.cmd.ProcessState.ExitCode(), took)
		}
	}
}

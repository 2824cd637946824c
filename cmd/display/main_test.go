package main

import (
	"os"
	"path/filepath"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"westerkappeln.de/wartemarke/internal/config"
)

func TestExitCodes(t *testing.T) {
	broken := filepath.Join(t.TempDir(), "broken.toml")
	if err := os.WriteFile(broken, []byte("[display]\nmonitor = \"third\"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		args []string
		want int
	}{
		{[]string{"--no-such-flag"}, exitUsage},
		{[]string{"--config", filepath.Join(t.TempDir(), "missing.toml")}, exitFailed},
		{[]string{"--config", broken}, exitFailed},
	} {
		if got := run(c.args); got != c.want {
			t.Errorf("%v: exit %d, want %d", c.args, got, c.want)
		}
	}
}

func TestWindowSize(t *testing.T) {
	test.NewTempApp(t)
	w := test.NewTempWindow(t, nil)
	w.SetPadded(false)
	if err := size(w, "1080x1920", "secondary"); err != nil || w.Canvas().Size() != fyne.NewSize(1080, 1920) {
		t.Errorf("size %v, %v", w.Canvas().Size(), err)
	}
	for _, bad := range []string{"1080", "x", "0x0", "-1x5", "wide"} {
		if err := size(w, bad, "secondary"); err == nil {
			t.Errorf("%q is taken for a size", bad)
		}
	}
}

func TestSoundOffMakesNoAnnouncer(t *testing.T) {
	if announcer(config.Display{Sound: "off"}) != nil {
		t.Error("sound is off and yet there is an announcer")
	}
	if announcer(config.Display{Sound: "on"}) == nil {
		t.Error("sound is on and nothing makes it")
	}
}

// A restarted display goes on writing where it stopped.
func TestJournalIsAppendedTo(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal")
	for _, line := range []string{"one\n", "two\n"} {
		j, err := openJournal(path)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := j.Write([]byte(line)); err != nil {
			t.Fatal(err)
		}
		if err := j.Close(); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(path)
	if err != nil || string(got) != "one\ntwo\n" {
		t.Errorf("journal %q, %v", got, err)
	}
}

package main

import (
	"os"
	"path/filepath"
	"testing"

	"westerkappeln.de/wartemarke/internal/config"
)

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

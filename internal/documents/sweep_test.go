package documents

import (
	"bytes"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestSweep(t *testing.T) {
	s := open(t)
	now := time.Now()
	file := func(name string, age time.Duration) {
		t.Helper()
		path := filepath.Join(s.folder, name)
		if err := os.WriteFile(path, []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(path, now.Add(-age), now.Add(-age)); err != nil {
			t.Fatal(err)
		}
	}
	id := func(last string) string { return "019ab000-0000-7000-8000-00000000000" + last }
	const old, young = 61 * time.Minute, 59 * time.Minute
	file(id("1")+".age", old)    // with a row
	file(id("2")+".age", old)    // without: goes
	file(id("3")+".age", young)  // without a row yet
	file(id("4")+".age", -old)   // written when the clock was wrong: goes
	file(id("5")+".age", -young) // the clock was set back meanwhile
	file(id("6")+".part", old)   // the power failed: goes
	file(id("7")+".part", young) // being written
	file(id("1")+".part", old)   // a row does not keep what was never finished: goes
	file("notes.age", old)       // not ours
	file("notes.part", old)
	file(".hidden", old)
	mkdir(t, filepath.Join(s.folder, id("8")+".age"))
	if n, err := s.Sweep([]string{id("1"), id("9"), "../x"}, now); n != 4 || err != nil {
		t.Errorf("%d went, %v", n, err)
	}
	entries, err := os.ReadDir(s.folder)
	if err != nil {
		t.Fatal(err)
	}
	var left []string
	for _, e := range entries {
		left = append(left, e.Name())
	}
	want := []string{".hidden", id("1") + ".age", id("3") + ".age", id("5") + ".age", id("7") + ".part", id("8") + ".age", "notes.age", "notes.part"}
	if d := cmp.Diff(want, left); d != "" {
		t.Error(d)
	}
	if n, err := s.Sweep(nil, now.Add(2*time.Hour)); n != 4 || err != nil {
		t.Errorf("%d went two hours later, %v", n, err)
	}
}

func TestSweepWithoutFolder(t *testing.T) {
	s := open(t)
	var log bytes.Buffer
	s.log = slog.New(slog.NewTextHandler(&log, nil))
	if err := os.Remove(s.folder); err != nil {
		t.Fatal(err)
	}
	if n, err := s.Sweep(nil, time.Now()); n != 0 || err != nil {
		t.Errorf("%d went, %v", n, err)
	}
	if log.Len() == 0 {
		t.Error("nobody is told")
	}
	empty(t, s)
	well(t, s)
	if err := os.Remove(s.folder); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("nowhere/at/all", s.folder); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Sweep(nil, time.Now()); err == nil {
		t.Error("nobody is told")
	}
	if _, why := s.Problem(); why == "" {
		t.Error("no problem")
	}
}

// What a crash left half made goes at the next start, whatever its age.
func TestOpenDropsDrafts(t *testing.T) {
	s := open(t)
	d := put(t, s, pdf("x"))
	for _, name := range []string{"019ab000-0000-7000-8000-000000000001.part", "notes.part"} {
		if err := os.WriteFile(filepath.Join(s.folder, name), []byte("x"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := Open(s.folder, filepath.Join(filepath.Dir(s.folder), "document.key"), nil, nil); err != nil {
		t.Fatal(err)
	}
	entries, err := os.ReadDir(s.folder)
	if err != nil || len(entries) != 2 || entries[0].Name() != d.ID+".age" || entries[1].Name() != "notes.part" {
		t.Errorf("left: %v, %v", entries, err)
	}
}

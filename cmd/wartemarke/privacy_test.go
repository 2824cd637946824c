package main

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"westerkappeln.de/wartemarke/internal/config"
)

// TestContainsFindsAcrossPieces: a text is found wherever it stands in a file, also where two pieces meet.
func TestContainsFindsAcrossPieces(t *testing.T) {
	dir := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`[A-Za-zäöü ]{1,40}`).Draw(t, "text")
		at := rapid.IntRange(1<<20-60, 1<<20+60).Draw(t, "at")
		data := bytes.Repeat([]byte{0}, at)
		if rapid.Bool().Draw(t, "there") {
			data = append(data, text...)
		}
		file := filepath.Join(dir, "f")
		if err := os.WriteFile(file, data, 0o600); err != nil {
			t.Fatal(err)
		}
		got, err := contains(file, [][]byte{[]byte(text)})
		if err != nil || got != (len(data) > at) {
			t.Errorf("%q at %d: %v, %v", text, at, got, err)
		}
	})
}

func TestSearchNamesTheFiles(t *testing.T) {
	dir, backup := t.TempDir(), filepath.Join(t.TempDir(), "b.db")
	for file, text := range map[string]string{filepath.Join(dir, "a"): "nothing", backup: "…erika@example.org…"} {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	e := &env{ctx: context.Background(), cfg: config.Config{Site: config.Site{Data: dir}}}
	if err := (&privacyCmd{}).search(e, strings.NewReader("Erika@Example.org\n")); err != nil {
		t.Error("the backup was not asked for:", err)
	}
	err := (&privacyCmd{Files: []string{backup}}).search(e, strings.NewReader("Erika@Example.org"))
	if err == nil || !strings.Contains(err.Error(), "found in 1 of 2 files") {
		t.Error(err)
	}
	if err := (&privacyCmd{}).search(e, strings.NewReader(" \n")); err == nil {
		t.Error("an empty text is everywhere")
	}
}

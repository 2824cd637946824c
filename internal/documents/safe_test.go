package documents

import (
	"bytes"
	"crypto/rand"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"westerkappeln.de/wartemarke/internal/queue"
)

func TestGetTakesNoPaths(t *testing.T) {
	s := open(t)
	d := put(t, s, pdf("x"))
	outside := filepath.Join(filepath.Dir(s.folder), "outside.age")
	if err := os.WriteFile(outside, []byte("x"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{
		"", ".", "..", "../outside", "/etc/passwd", d.ID + ".age", strings.ToUpper(d.ID), "{" + d.ID + "}", "urn:uuid:" + d.ID, d.ID + "\x00",
		strings.ReplaceAll(d.ID, "-", ""), "00000000-0000-0000-0000-000000000000", "a" + d.ID[1:14] + "4" + d.ID[15:],
	} {
		_, err := s.Get(t.Context(), id)
		refused(t, err, queue.NotFound)
		refused(t, s.Drop(id), queue.NotFound)
	}
	if _, err := os.Stat(outside); err != nil {
		t.Error(err)
	}
}

func TestTampering(t *testing.T) {
	s := open(t)
	content := pdfOf(200_000) // three pieces and a bit
	for name, change := range map[string]func([]byte) []byte{
		"a bit at the end":   func(b []byte) []byte { b[len(b)-1] ^= 1; return b },
		"a bit in the head":  func(b []byte) []byte { b[60] ^= 1; return b },
		"a bit half way":     func(b []byte) []byte { b[len(b)/2] ^= 1; return b },
		"the end cut off":    func(b []byte) []byte { return b[:len(b)-1] },
		"cut after a piece":  func(b []byte) []byte { return b[:len(b)-200_000%65536-16] },
		"something appended": func(b []byte) []byte { return append(b, 0) },
		"empty":              func([]byte) []byte { return nil },
		"plain bytes":        func([]byte) []byte { return content },
	} {
		t.Run(name, func(t *testing.T) {
			d := put(t, s, content)
			b, err := os.ReadFile(s.path(d.ID))
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(s.path(d.ID), change(b), 0o600); err != nil {
				t.Fatal(err)
			}
			back, err := get(t, s, d.ID)
			if err == nil || len(back) == len(content) {
				t.Errorf("%d bytes back, %v", len(back), err)
			}
			if !bytes.HasPrefix(content, back) {
				t.Error("a changed byte was given")
			}
			if err != nil && strings.Contains(err.Error(), "Mustermann") {
				t.Errorf("the error tells of the content: %v", err)
			}
		})
	}
}

func TestNothingInTheFolderIsPlain(t *testing.T) {
	s := open(t)
	const name = "Erika Mustermann"
	put(t, s, pdf(name))
	photo := jpegFile(t)
	put(t, s, append(photo[:2:2], append([]byte("\xff\xfe\x00\x12"+name), photo[2:]...)...)) // in a comment
	err := filepath.WalkDir(filepath.Dir(s.folder), func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		if bytes.Contains(b, []byte(name)) || bytes.Contains(b, []byte("%PDF")) || bytes.Contains(b, []byte("\xff\xd8\xff")) {
			t.Errorf("%s holds plain text", path)
		}
		if info, err := e.Info(); err != nil || info.Mode() != 0o600 {
			t.Errorf("%s has mode %v, %v", path, info.Mode(), err)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(s.folder); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("the folder: %v, %v", info.Mode(), err)
	}
}

func FuzzPut(f *testing.F) {
	f.Add([]byte{})
	f.Add(pdf("x"))
	f.Add(jpegFile(f))
	f.Add(pngFile(f))
	f.Add(jpegFile(f)[:100])
	f.Add(pngFile(f)[:60])
	f.Add([]byte("\xff\xd8\xff\xff\xd9"))
	f.Add([]byte("GIF89a%PDF-%%EOF"))
	s := open(f)
	f.Fuzz(func(t *testing.T, content []byte) {
		d, err := s.Put(t.Context(), bytes.NewReader(content))
		if err != nil {
			refused(t, err, queue.BadDocument)
			empty(t, s)
			return
		}
		if back, err := get(t, s, d.ID); err != nil || !bytes.Equal(back, content) {
			t.Errorf("%d bytes back, %v", len(back), err)
		}
		if d.Kind != PDF && d.Kind != JPEG && d.Kind != PNG || d.Size != int64(len(content)) {
			t.Errorf("got %+v", d)
		}
		if err := s.Drop(d.ID); err != nil {
			t.Error(err)
		}
	})
}

func FuzzGet(f *testing.F) {
	s := open(f)
	d := put(f, s, pdf("x"))
	b, err := os.ReadFile(s.path(d.ID))
	if err != nil {
		f.Fatal(err)
	}
	random := make([]byte, 300)
	if _, err := rand.Read(random); err != nil {
		f.Fatal(err)
	}
	f.Add(b, d.ID)
	f.Add(b[:len(b)-1], d.ID)
	f.Add(random, "../documents/"+d.ID)
	f.Fuzz(func(t *testing.T, file []byte, id string) {
		if err := os.WriteFile(s.path(d.ID), file, 0o600); err != nil {
			t.Fatal(err)
		}
		back, err := get(t, s, d.ID)
		if err == nil && !bytes.Equal(back, pdf("x")) {
			t.Errorf("a forged document was given: %q", back)
		}
		if _, err := s.Get(t.Context(), id); err == nil && id != d.ID {
			t.Errorf("%q opened something", id)
		}
	})
}

package documents

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/iotest"
	"testing/synctest"

	"westerkappeln.de/wartemarke/internal/queue"
)

// open opens a store in scratch folders.
func open(t testing.TB, scan ...string) *Store {
	t.Helper()
	dir := t.TempDir()
	s, err := Open(filepath.Join(dir, "documents"), filepath.Join(dir, "document.key"), scan, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// pdf is a real document of one empty page that names somebody.
func pdf(name string) []byte {
	var b bytes.Buffer
	b.WriteString("%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
	var at []int
	for i, object := range []string{
		"<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R]/Count 1>>", "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>",
		"<</Author(" + name + ")>>",
	} {
		at = append(at, b.Len())
		fmt.Fprintf(&b, "%d 0 obj%s endobj\n", i+1, object)
	}
	table := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(at)+1)
	for _, offset := range at {
		fmt.Fprintf(&b, "%010d 00000 n \n", offset)
	}
	fmt.Fprintf(&b, "trailer<</Size %d/Root 1 0 R/Info 4 0 R>>\nstartxref\n%d\n%%%%EOF\n", len(at)+1, table)
	return b.Bytes()
}

// pdfOf has exactly so many bytes.
func pdfOf(size int) []byte {
	whole := pdf("Erika Mustermann")
	return append(whole[:9:9], append(bytes.Repeat([]byte("%\n"), (size-len(whole))/2+1)[:size-len(whole)], whole[9:]...)...)
}

func picture() image.Image {
	m := image.NewRGBA(image.Rect(0, 0, 64, 48))
	for i := range 64 * 48 {
		m.Set(i%64, i/64, color.RGBA{uint8(i * 7), uint8(i * 13), uint8(i * i), 255})
	}
	return m
}

func jpegFile(t testing.TB) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, picture(), nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func pngFile(t testing.TB) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, picture()); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func refused(t testing.TB, err error, code queue.Code) {
	t.Helper()
	var r *queue.Refusal
	if !errors.As(err, &r) || r.Code != code {
		t.Errorf("got %v, want %s", err, code)
	}
}

// empty fails when anything was kept.
func empty(t testing.TB, s *Store) {
	t.Helper()
	entries, err := os.ReadDir(s.folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		t.Errorf("%s was kept", e.Name())
	}
}

func put(t testing.TB, s *Store, content []byte) Stored {
	t.Helper()
	d, err := s.Put(t.Context(), bytes.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func get(t testing.TB, s *Store, id string) ([]byte, error) {
	t.Helper()
	r, err := s.Get(t.Context(), id)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	return io.ReadAll(r)
}

func TestRoundTrip(t *testing.T) {
	s := open(t)
	for kind, content := range map[string][]byte{PDF: pdf("Erika Mustermann"), JPEG: jpegFile(t), PNG: pngFile(t)} {
		// One byte at a time, as a slow line gives it.
		d, err := s.Put(t.Context(), iotest.OneByteReader(bytes.NewReader(content)))
		if err != nil {
			t.Fatal(err)
		}
		if d.Kind != kind || d.Size != int64(len(content)) {
			t.Errorf("%s: got %+v", kind, d)
		}
		if back, err := get(t, s, d.ID); err != nil || !bytes.Equal(back, content) {
			t.Errorf("%s: %d bytes back, %v", kind, len(back), err)
		}
		if err := s.Drop(d.ID); err != nil {
			t.Error(err)
		}
		_, err = s.Get(t.Context(), d.ID)
		refused(t, err, queue.NotFound)
		if err := s.Drop(d.ID); err != nil {
			t.Errorf("dropped twice: %v", err)
		}
	}
	empty(t, s)
}

func TestAnotherStartReadsTheSameDocuments(t *testing.T) {
	s := open(t)
	content := pdf("Erika Mustermann")
	d := put(t, s, content)
	again, err := Open(s.folder, filepath.Join(filepath.Dir(s.folder), "document.key"), nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	if back, err := get(t, again, d.ID); err != nil || !bytes.Equal(back, content) {
		t.Errorf("%d bytes back, %v", len(back), err)
	}
}

func TestSize(t *testing.T) {
	s := open(t)
	content := pdfOf(MaxSize)
	d := put(t, s, content)
	if d.Size != MaxSize {
		t.Errorf("%d bytes", d.Size)
	}
	if back, err := get(t, s, d.ID); err != nil || !bytes.Equal(back, content) {
		t.Errorf("%d bytes back, %v", len(back), err)
	}
	if err := s.Drop(d.ID); err != nil {
		t.Error(err)
	}
	for name, r := range map[string]io.Reader{
		"one byte more":        bytes.NewReader(pdfOf(MaxSize + 1)),
		"no end":               neverEnding{},
		"the listener's limit": http.MaxBytesReader(nil, io.NopCloser(bytes.NewReader(pdfOf(2000))), 1000),
	} {
		_, err := s.Put(t.Context(), r)
		t.Run(name, func(t *testing.T) { refused(t, err, queue.LargeFile) })
	}
	empty(t, s)
}

// neverEnding begins like any PDF.
type neverEnding struct{}

func (neverEnding) Read(p []byte) (int, error) { return copy(p, "%PDF-1.7 "), nil }

func TestALineThatBreaksKeepsNothing(t *testing.T) {
	s := open(t)
	cut := errors.New("cut off")
	if _, err := s.Put(t.Context(), io.MultiReader(bytes.NewReader(pdf("x")), iotest.ErrReader(cut))); !errors.Is(err, cut) {
		t.Errorf("got %v", err)
	}
	empty(t, s)
	put(t, s, pdf("x")) // the place is free again
}

// The buffers are used again; what was in them is gone.
func TestNoContentStaysInMemory(t *testing.T) {
	s := open(t)
	put(t, s, pdf("Erika Mustermann"))
	_, err := s.Put(t.Context(), strings.NewReader("no document, but Erika Mustermann"))
	refused(t, err, queue.BadDocument)
	for range atOnce {
		if place := <-s.places; len(bytes.TrimLeft(place, "\x00")) > 0 {
			t.Error("a buffer holds a citizen's document")
		}
	}
}

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

func TestReadingEndsWithTheContext(t *testing.T) {
	s := open(t)
	d := put(t, s, pdf("x"))
	ctx, cancel := context.WithCancel(t.Context())
	r, err := s.Get(ctx, d.ID)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	cancel()
	if _, err := r.Read(make([]byte, 10)); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if _, err := s.Get(ctx, d.ID); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if _, err := s.Put(ctx, bytes.NewReader(pdf("x"))); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
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

func TestManyAtOnce(t *testing.T) {
	s := open(t)
	var all sync.WaitGroup
	for i := range 16 {
		all.Go(func() {
			content := pdf(fmt.Sprint("citizen ", i))
			d, err := s.Put(t.Context(), bytes.NewReader(content))
			if err != nil {
				t.Error(err)
				return
			}
			if back, err := get(t, s, d.ID); err != nil || !bytes.Equal(back, content) {
				t.Errorf("%d bytes back, %v", len(back), err)
			}
			if err := s.Drop(d.ID); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	empty(t, s)
}

// A third one waits for a place, and gives up when its citizen does.
func TestTwoAtATime(t *testing.T) {
	s := open(t)
	synctest.Test(t, func(t *testing.T) {
		s.places = make(chan []byte, atOnce) // of this bubble
		for range atOnce {
			s.places <- nil
		}
		lines := make([]*io.PipeWriter, atOnce)
		ended := make(chan error, atOnce)
		for i := range lines {
			r, w := io.Pipe()
			lines[i] = w
			go func() {
				_, err := s.Put(t.Context(), r)
				ended <- err
			}()
		}
		synctest.Wait()
		ctx, cancel := context.WithCancel(t.Context())
		third := make(chan error, 1)
		go func() {
			_, err := s.Put(ctx, bytes.NewReader(pdf("third")))
			third <- err
		}()
		synctest.Wait()
		select {
		case err := <-third:
			t.Fatalf("the third did not wait: %v", err)
		default:
		}
		cancel()
		if err := <-third; !errors.Is(err, context.Canceled) {
			t.Errorf("got %v", err)
		}
		for _, w := range lines {
			if _, err := w.Write(pdf("x")); err != nil {
				t.Error(err)
			}
			w.Close()
		}
		for range lines {
			if err := <-ended; err != nil {
				t.Error(err)
			}
		}
	})
}

func TestDiskFull(t *testing.T) {
	s := open(t)
	f, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Skip(err)
	}
	defer f.Close()
	if err := s.seal(f, pdfOf(100_000)); !full(err) {
		t.Errorf("got %v", err)
	}
	if full(fs.ErrPermission) || full(nil) {
		t.Error("anything is called full")
	}
}

// A folder that somebody took away is the operator's trouble, and no refusal.
func TestFolderGone(t *testing.T) {
	s := open(t)
	if err := os.RemoveAll(s.folder); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Put(t.Context(), bytes.NewReader(pdf("x"))); !errors.Is(err, syscall.ENOENT) {
		t.Errorf("got %v", err)
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

// What a document costs in memory is its place, not its size.
func BenchmarkPut(b *testing.B) {
	s := open(b)
	content := pdfOf(MaxSize)
	b.ReportAllocs()
	b.SetBytes(MaxSize)
	for b.Loop() {
		if err := s.Drop(put(b, s, content).ID); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkGet(b *testing.B) {
	s := open(b)
	d := put(b, s, pdfOf(MaxSize))
	b.ReportAllocs()
	b.SetBytes(MaxSize)
	for b.Loop() {
		r, err := s.Get(b.Context(), d.ID)
		if err != nil {
			b.Fatal(err)
		}
		if n, err := io.Copy(io.Discard, r); n != MaxSize || err != nil {
			b.Fatalf("%d bytes, %v", n, err)
		}
		r.Close()
	}
}

package documents

import (
	"bytes"
	"context"
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
	"testing"
	"testing/iotest"
	"time"

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
	for _, cut := range []error{errors.New("cut off"), io.ErrUnexpectedEOF, fmt.Errorf("the other end: %w", io.EOF)} {
		if _, err := s.Put(t.Context(), io.MultiReader(bytes.NewReader(pdf("x")), iotest.ErrReader(cut))); !errors.Is(err, cut) {
			t.Errorf("got %v", err)
		}
	}
	empty(t, s)
	put(t, s, pdf("x")) // the place is free again
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

func TestDiskFull(t *testing.T) {
	s := open(t)
	// No small disk without root: the files of the drafts are /dev/full.
	f, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
	if err != nil {
		t.Skip(err)
	}
	defer f.Close()
	for name, content := range map[string][]byte{"a document": pdfOf(1 << 20), "none": bytes.Repeat([]byte("x"), 1<<20)} {
		refused(t, s.spool(t.Context(), &draft{file: f}, bytes.NewReader(content)), queue.DiskFull)
		if since, why := s.Problem(); since.IsZero() || !strings.Contains(why, "full") {
			t.Errorf("%s: problem %v %q", name, since, why)
		}
	}
	put(t, s, pdf("x"))
	well(t, s)
	if full(fs.ErrPermission) || full(nil) {
		t.Error("anything is called full")
	}
}

func well(t *testing.T, s *Store) {
	t.Helper()
	if since, why := s.Problem(); why != "" || !since.IsZero() {
		t.Errorf("problem since %v: %s", since, why)
	}
}

// A folder that somebody took away is made anew, for its owner only.
func TestFolderGone(t *testing.T) {
	s := open(t)
	if err := os.RemoveAll(s.folder); err != nil {
		t.Fatal(err)
	}
	put(t, s, pdf("x"))
	well(t, s)
	if info, err := os.Stat(s.folder); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("%v, %v", info, err)
	}
}

// One that cannot be made is the operator's trouble, and no refusal.
func TestFolderThatCannotBeMade(t *testing.T) {
	s := open(t)
	if err := os.RemoveAll(s.folder); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("nowhere/at/all", s.folder); err != nil {
		t.Fatal(err)
	}
	_, err := s.Put(t.Context(), bytes.NewReader(pdf("x")))
	if refusal := new(queue.Refusal); err == nil || errors.As(err, &refusal) {
		t.Errorf("got %v", err)
	}
	since, why := s.Problem()
	if since.IsZero() || why != "the folder of documents cannot be written" {
		t.Errorf("problem since %v: %q", since, why)
	}
	if err := os.Remove(s.folder); err != nil {
		t.Fatal(err)
	}
	put(t, s, pdf("x"))
	well(t, s)
}

// The scan command is looked for at the start, and again and again.
func TestProblemOfTheScanCommand(t *testing.T) {
	file := filepath.Join(t.TempDir(), "scanner")
	s := open(t, file)
	if since, why := s.Problem(); since.IsZero() || why != noCommand {
		t.Errorf("problem since %v: %q", since, why)
	}
	_, err := s.Put(t.Context(), bytes.NewReader(pdf("x")))
	refused(t, err, queue.NotScannable)
	script := func(body string) {
		t.Helper()
		if err := os.WriteFile(file, []byte("#!/bin/sh\n"+body+"\n"), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	script("exit 2")
	if _, err := s.Sweep(nil, time.Now()); err != nil {
		t.Fatal(err)
	}
	well(t, s)
	_, err = s.Put(t.Context(), bytes.NewReader(pdf("x")))
	refused(t, err, queue.NotScannable)
	if _, why := s.Problem(); why != "the virus scanner fails with exit code 2" {
		t.Errorf("problem: %q", why)
	}
	script("exit 1") // an answer
	_, err = s.Put(t.Context(), bytes.NewReader(pdf("x")))
	refused(t, err, queue.Infected)
	well(t, s)
}

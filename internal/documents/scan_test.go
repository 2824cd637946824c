package documents

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"westerkappeln.de/wartemarke/internal/queue"
)

// script writes a scanner.
func script(t *testing.T, body string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "scanner")
	if err := os.WriteFile(file, []byte("#!/bin/sh\n"+body+"\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	return file
}

func TestScanner(t *testing.T) {
	t.Setenv("WARTEMARKE_MAIL_PASSWORD", "secret")
	content := pdfOf(300_000)
	for name, c := range map[string]struct {
		script string
		want   queue.Code // "" = taken
	}{
		"fine":                     {`cat >/dev/null`, ""},
		"gets every byte":          {`test "$(wc -c)" -eq 300000 || exit 3`, ""},
		"fine without reading":     {`exit 0`, ""},
		"infected":                 {`cat >/dev/null; echo "Erika Mustermann FOUND" >&2; exit 1`, queue.Infected},
		"infected without reading": {`exit 1`, queue.Infected},
		"broken":                   {`exit 2`, queue.NotScannable},
		"killed":                   {`kill -9 $$`, queue.NotScannable},
		"gets no password":         {`test -z "$WARTEMARKE_MAIL_PASSWORD" || exit 3`, ""},
		"has its own surroundings": {`test -n "$PATH" || exit 3`, ""},
	} {
		t.Run(name, func(t *testing.T) {
			var log bytes.Buffer
			s := open(t, script(t, c.script))
			s.log = slog.New(slog.NewTextHandler(&log, nil))
			d, err := s.Put(t.Context(), bytes.NewReader(content))
			if strings.Contains(log.String(), "Mustermann") {
				t.Errorf("the log quotes the scanner: %s", &log)
			}
			if c.want != "" {
				refused(t, err, c.want)
				empty(t, s)
				if log.Len() == 0 {
					t.Error("nobody is told")
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if back, err := get(t, s, d.ID); err != nil || !bytes.Equal(back, content) {
				t.Errorf("%d bytes back, %v", len(back), err)
			}
		})
	}
}

func TestScannerWithArguments(t *testing.T) {
	s := open(t, script(t, `test "$1 $2" = "--stream -" || exit 3`), "--stream", "-")
	put(t, s, pdf("x"))
}

func TestScannerThatIsNotThere(t *testing.T) {
	s := open(t, filepath.Join(t.TempDir(), "nothing"))
	_, err := s.Put(t.Context(), bytes.NewReader(pdf("x")))
	refused(t, err, queue.NotScannable)
	empty(t, s)
}

// While the scanner looks, all that is in the folder is encrypted.
func TestNothingPlainIsWrittenBeforeTheScan(t *testing.T) {
	dir := t.TempDir()
	folder := filepath.Join(dir, "documents")
	look := `ls "$1"/*.part >/dev/null && ! grep -rqaE '%PDF|Mustermann' "$1" || exit 3`
	s, err := Open(folder, filepath.Join(dir, "document.key"), []string{script(t, look), folder}, nil)
	if err != nil {
		t.Fatal(err)
	}
	put(t, s, pdf("Erika Mustermann"))
}

// hanging is a scanner with a child that holds its input open. It tells when it runs, and the child's number, through a FIFO.
func hanging(t *testing.T) (file string, running func()) {
	t.Helper()
	fifo := filepath.Join(t.TempDir(), "pid")
	if err := mkfifo(fifo); err != nil {
		t.Fatal(err)
	}
	return script(t, `sleep 1000 & echo $! >"`+fifo+`"; wait`), func() {
		if b, err := os.ReadFile(fifo); err != nil || len(b) == 0 { // waits for the scanner to open it
			t.Errorf("the scanner does not run: %q, %v", b, err)
		}
	}
}

func TestScannerThatHangsEndsWithTheCitizen(t *testing.T) {
	file, running := hanging(t)
	s := open(t, file)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() {
		_, err := s.Put(ctx, bytes.NewReader(pdfOf(1<<20)))
		ended <- err
	}()
	running()
	cancel()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	empty(t, s)
}

func TestScannerThatHangsHasALimit(t *testing.T) {
	file, _ := hanging(t)
	s := open(t, file)
	s.scanLimit = 10 * time.Millisecond
	_, err := s.Put(t.Context(), bytes.NewReader(pdfOf(1<<20)))
	refused(t, err, queue.NotScannable)
	empty(t, s)
	if _, why := s.Problem(); why != noAnswer {
		t.Errorf("problem: %q", why)
	}
	s.scan = nil
	put(t, s, pdf("x")) // its places are free again
}

// While every scanner hangs, files are still looked at, and who waits for a scanner does not wait longer than one may take.
func TestScannersThatHangKeepNoMemory(t *testing.T) {
	file, running := hanging(t)
	s := open(t, file)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, scansOnce)
	for range scansOnce {
		go func() {
			_, err := s.Put(ctx, bytes.NewReader(pdf("x")))
			ended <- err
		}()
		running()
	}
	_, err := s.Put(t.Context(), strings.NewReader("no document"))
	refused(t, err, queue.BadDocument)
	short, stop := context.WithTimeout(t.Context(), time.Millisecond)
	defer stop()
	if _, err := s.Put(short, bytes.NewReader(pdf("x"))); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v", err)
	}
	cancel()
	for range scansOnce {
		if err := <-ended; !errors.Is(err, context.Canceled) {
			t.Errorf("got %v", err)
		}
	}
	empty(t, s)
}

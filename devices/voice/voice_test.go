package voice_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"westerkappeln.de/wartemarke/devices/voice"
)

// sh is a command for Options that runs script with the test's folder as $1 and the language as $2.
func sh(dir, script string) []string { return []string{"sh", "-c", script, "sh", dir, "{lang}"} }

func logged(t *testing.T, dir string) []string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(dir, "log"))
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		t.Fatal(err)
	}
	return strings.Fields(strings.ReplaceAll(string(b), " ", "_"))
}

func TestAnnounce(t *testing.T) {
	const (
		playLog  = `echo "play $(cat)" >>"$1/log"`
		speakWav = `echo "wav-$2-$(cat)"`
	)
	two := []voice.Phrase{{Lang: "de-simple", Text: "A siebzehn"}, {Lang: "en", Text: "A seventeen"}}
	for _, c := range []struct {
		name, play, speak string
		gong              string
		phrases           []voice.Phrase
		want              []string
		wrong             string // part of the error; "" none
	}{
		{"gong and two languages", playLog, speakWav, "gong", two,
			[]string{"play_gong", "play_wav-de-A_siebzehn", "play_wav-en-A_seventeen"}, ""},
		{"gong alone", playLog, speakWav, "gong", nil, []string{"play_gong"}, ""},
		{"no gong", playLog, speakWav, "", two[:1], []string{"play_wav-de-A_siebzehn"}, ""},
		{"speaks by itself", playLog, `echo "said $(cat)" >>"$1/log"`, "gong", two[:1], []string{"play_gong", "said_A_siebzehn"}, ""},
		{"one language missing", playLog, `test "$2" = en && cat || { echo "no voice $2" >&2; exit 3; }`, "gong", two,
			[]string{"play_gong", "play_A_seventeen"}, "speak de-simple: sh: exit status 3: no voice de"},
		{"no sound card", `echo "cannot open audio" >&2; exit 1`, speakWav, "gong", two, nil, "gong: sh: exit status 1: cannot open audio"},
		{"card gone after the gong", `test -e "$1/log" && exit 1; echo "play $(cat)" >>"$1/log"`, speakWav, "gong", two,
			[]string{"play_gong"}, "play speech: sh: exit status 1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			p := voice.New(voice.Options{Play: sh(dir, c.play), Speak: sh(dir, c.speak), Gong: []byte(c.gong)})
			err := p.Announce(context.Background(), c.phrases...)
			if d := cmp.Diff(c.want, logged(t, dir), cmp.Transformer("nil", func(s []string) string { return fmt.Sprint(s) })); d != "" {
				t.Error(d)
			}
			if (err == nil) != (c.wrong == "") || (err != nil && !strings.Contains(err.Error(), c.wrong)) {
				t.Errorf("error %v, want %q", err, c.wrong)
			}
		})
	}
}

func TestMissingProgramIsAnError(t *testing.T) {
	p := voice.New(voice.Options{Play: []string{"no-such-player"}, Gong: []byte("gong")})
	if err := p.Announce(context.Background()); err == nil || !strings.Contains(err.Error(), "no-such-player") {
		t.Errorf("error %v does not name the program", err)
	}
}

func TestAnnouncementsNeverOverlap(t *testing.T) {
	dir := t.TempDir()
	play := `mkdir "$1/lock" || echo overlap >>"$1/log"; cat >>"$1/log"; echo >>"$1/log"; rmdir "$1/lock"`
	p := voice.New(voice.Options{Play: sh(dir, play), Speak: sh(dir, `cat`), Gong: []byte("gong")})
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			if err := p.Announce(context.Background(), voice.Phrase{Lang: "de", Text: fmt.Sprint(i)}); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	lines := logged(t, dir)
	if len(lines) != 16 {
		t.Fatalf("%d sounds, want 16: %v", len(lines), lines)
	}
	for i := 0; i < len(lines); i += 2 {
		if lines[i] != "gong" || lines[i+1] == "gong" || lines[i+1] == "overlap" {
			t.Fatalf("not whole: %v", lines)
		}
	}
}

// hang is a command that says through the pipe that it runs, and then never ends, nor does its child.
const hang = `tail -f /dev/null & echo $! >"$1/pipe"; wait`

func hanging(t *testing.T) (p *voice.Player, child func() int) {
	t.Helper()
	dir := t.TempDir()
	pipe := filepath.Join(dir, "pipe")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	return voice.New(voice.Options{Play: sh(dir, hang), Gong: []byte("gong"), Limit: time.Minute}), func() int {
		b, err := os.ReadFile(pipe) // waits for the writer
		if err != nil {
			t.Fatal(err)
		}
		var pid int
		if _, err := fmt.Sscan(string(b), &pid); err != nil {
			t.Fatal(err)
		}
		return pid
	}
}

func TestCancelKillsTheWholeGroup(t *testing.T) {
	p, child := hanging(t)
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- p.Announce(ctx) }()
	pid := child()
	begun := time.Now()
	cancel()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
	if d := time.Since(begun); d > time.Second {
		t.Errorf("cancelling took %v", d)
	}
	gone := func() bool { // dead, or a zombie that nobody has waited for yet
		b, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
		return err != nil || strings.Contains(string(b), ") Z ")
	}
	for deadline := time.Now().Add(5 * time.Second); !gone(); {
		if time.Now().After(deadline) {
			t.Fatalf("child %d still lives", pid)
		}
	}
}

func TestTimeOut(t *testing.T) {
	p := voice.New(voice.Options{Play: []string{"tail", "-f", "/dev/null"}, Gong: []byte("gong"), Limit: 200 * time.Millisecond})
	err := p.Announce(context.Background(), voice.Phrase{Lang: "de", Text: "A siebzehn"})
	if err == nil || !strings.Contains(err.Error(), "no end within 200ms") {
		t.Errorf("error %v", err)
	}
}

func TestWaitingForTheTurnCanBeCancelled(t *testing.T) {
	p, child := hanging(t)
	first, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- p.Announce(first) }()
	child()
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := p.Announce(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
	stop()
	<-ended
}

//go:build e2e

package e2e

import (
	"errors"
	"fmt"
	"hash/maphash"
	"image"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"westerkappeln.de/wartemarke/internal/demo"
)

// word is one word that can be read on a picture, and where.
type word struct {
	text string
	x, y int // its middle
}

// read gives the words on a picture, as a person with good eyes would read them (Debian's tesseract).
func read(t testing.TB, file string) []word {
	t.Helper()
	cmd := exec.Command("tesseract", file, "-", "--psm", "11", "-l", "deu", "tsv")
	cmd.Env = append(os.Environ(), "OMP_THREAD_LIMIT=1")
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("tesseract %s: %v", file, err)
	}
	var words []word
	for _, line := range strings.Split(string(out), "\n")[1:] {
		f := strings.Split(line, "\t")
		if len(f) < 12 || strings.TrimSpace(f[11]) == "" {
			continue
		}
		n := make([]int, 4)
		for i := range n {
			n[i], _ = strconv.Atoi(f[6+i]) // tesseract writes whole numbers
		}
		words = append(words, word{text: strings.TrimSpace(f[11]), x: n[0] + n[2]/2, y: n[1] + n[3]/2})
	}
	return words
}

// sight reads one screen again and again, but only when its picture has changed.
type sight struct {
	x    *demo.XServer
	file string
	seed maphash.Seed
	seen uint64
	last []word
}

func newSight(t testing.TB, x *demo.XServer, name string) *sight {
	return &sight{x: x, file: filepath.Join(t.TempDir(), name+".png"), seed: maphash.MakeSeed()}
}

func (s *sight) words(t testing.TB) []word {
	t.Helper()
	sum := maphash.Bytes(s.seed, s.x.Pixels())
	if sum != s.seen {
		if err := saveInk(s.x, s.file); err != nil {
			t.Fatal(err)
		}
		s.last, s.seen = read(t, s.file), sum
	}
	return s.last
}

// saveInk writes what is dark on the screen as black on white. The reader of words takes coloured panels and outlined
// buttons for pictures and skips them; a person does not.
func saveInk(x *demo.XServer, file string) error {
	img := x.Picture()
	ink := image.NewGray(img.Rect)
	for i := range ink.Pix {
		if p := img.Pix[4*i:]; 299*int(p[0])+587*int(p[1])+114*int(p[2]) > 115*1000 {
			ink.Pix[i] = 0xff
		}
	}
	f, err := os.Create(file)
	if err != nil {
		return err
	}
	return errors.Join((&png.Encoder{CompressionLevel: png.BestSpeed}).Encode(f, ink), f.Close())
}

func text(words []word) string {
	var b strings.Builder
	for _, w := range words {
		b.WriteString(w.text + " ")
	}
	return b.String()
}

// like compares as a reader would who takes 0 for O and 1 for I or l.
func like(s string) string {
	return strings.NewReplacer("O", "0", "o", "0", "I", "1", "l", "1", "|", "1", "ö", "0", "é", "e", "Ä", "A", "ä", "a", "ü", "u").Replace(s)
}

// shows waits until the screen shows all of want.
func (s *sight) shows(t testing.TB, want ...string) {
	t.Helper()
	var got string
	defer func() {
		if t.Failed() {
			s.keep(t)
			t.Logf("the screen shows: %s", got)
		}
	}()
	eventually(t, fmt.Sprintf("the screen shows %q", want), func() bool {
		got = text(s.words(t))
		for _, w := range want {
			if !strings.Contains(like(got), like(w)) {
				return false
			}
		}
		return true
	})
}

// hides waits until the screen no longer shows a word.
func (s *sight) hides(t testing.TB, unwanted string) {
	t.Helper()
	eventually(t, fmt.Sprintf("the screen no longer shows %q", unwanted), func() bool {
		return !strings.Contains(like(text(s.words(t))), like(unwanted))
	})
}

// tap touches the screen where a word is until it shows next: a touch right after a change of screen does nothing, so
// that a double tap chooses nothing.
func (s *sight) tap(t testing.TB, want, next string) {
	t.Helper()
	s.shows(t, want)
	eventually(t, fmt.Sprintf("a touch on %q leads to %q", want, next), func() bool {
		s.touch(t, want)
		return strings.Contains(like(text(s.words(t))), like(next))
	})
}

// touch touches the screen where a word was when it was last read, and tells whether there was one.
func (s *sight) touch(t testing.TB, want string) bool {
	t.Helper()
	for _, w := range s.last {
		if !strings.Contains(like(w.text), like(want)) {
			continue
		}
		s.touchAt(t, w.x, w.y)
		return true
	}
	return false
}

func (s *sight) touchAt(t testing.TB, x, y int) {
	t.Helper()
	cmd := exec.Command("xdotool", "mousemove", strconv.Itoa(x), strconv.Itoa(y), "click", "1")
	cmd.Env = append(os.Environ(), "DISPLAY="+s.x.Display)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("xdotool: %v: %s", err, out)
	}
}

// action is the colour of filled buttons (KERN's action-default, darkblue-700, as sRGB).
var action = [3]byte{0x20, 0x44, 0xaa}

// primary finds the lowest filled button: the one that a screen offers first ("Fertig"). The reader of words is no help
// there, since it takes a filled button for a picture.
func (s *sight) primary() (x, y int, ok bool) {
	const longest = 150 // pixels; a large figure has no bar that long near the bottom
	px, stride := s.x.Pixels(), s.x.Stride()
	for y := s.x.Height - 1; y > s.x.Height/2; y-- {
		run := 0
		for x := range s.x.Width {
			p := px[y*stride+4*x:]
			if p[2] == action[0] && p[1] == action[1] && p[0] == action[2] {
				run++
			} else {
				run = 0
			}
			if run == longest {
				return x - longest/2, y - 20, true
			}
		}
	}
	return 0, 0, false
}

// keep leaves the picture where CI keeps it, for who looks into a failure.
func (s *sight) keep(t testing.TB) {
	dir := filepath.Join("..", "..", "..", "out", "failed")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Log(err)
		return
	}
	file := filepath.Join(dir, strings.ReplaceAll(t.Name(), "/", "-")+"-"+filepath.Base(s.file))
	if err := s.x.SavePicture(file); err != nil {
		t.Log(err)
	}
}

// qr reads the QR code on a picture with a reader that is not ours (Debian's zbar-tools).
func qr(t testing.TB, file string) string {
	t.Helper()
	out, err := exec.Command("zbarimg", "--quiet", "--raw", file).Output()
	if err != nil {
		t.Fatalf("zbarimg %s: %v", file, err)
	}
	return strings.TrimSpace(string(out))
}

//go:build e2e

package e2e

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"westerkappeln.de/wartemarke/internal/demo"
)

// quantile is the value that the share q of all values does not exceed.
func quantile(values []float64, q float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	return sorted[min(int(q*float64(len(sorted))), len(sorted)-1)]
}

func median(values []float64) float64 { return quantile(values, 0.5) }
func p95(values []float64) float64    { return quantile(values, 0.95) }

func must(b *testing.B, err error) {
	b.Helper()
	if err != nil {
		b.Fatal(err)
	}
}

// ms is a duration in milliseconds.
func ms(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

// verdict logs one line for people: what was measured beside its target.
func verdict(b *testing.B, what string, got, target float64, unit string) {
	b.Helper()
	word := "ok"
	if got > target {
		word = "OVER"
	}
	b.Logf("%-52s %8.2f %-4s target %8.2f  %s", what, got, unit, target, word)
}

// load tells how busy the machine is: a figure measured beside other work says so.
func load(b *testing.B) {
	b.Helper()
	text, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		b.Fatal(err)
	}
	b.Logf("load average before: %s", strings.TrimSpace(string(text)))
}

// builds makes each program once in a run.
var builds sync.Mutex

// programs sees to it that the programs under test are there.
func programs(b *testing.B) {
	b.Helper()
	builds.Lock()
	defer builds.Unlock()
	for _, name := range []string{"wartemarke", "kiosk", "display"} {
		if _, err := os.Stat(filepath.Join("../../../bin/test", name)); err != nil {
			build(b, "x11 testclock", "../../../bin/test/", "westerkappeln.de/wartemarke/cmd/wartemarke",
				"westerkappeln.de/wartemarke/cmd/kiosk", "westerkappeln.de/wartemarke/cmd/display")
			return
		}
	}
}

func build(b *testing.B, tags, out string, packages ...string) {
	b.Helper()
	cmd := exec.Command("go", append([]string{"build", "-tags", tags, "-o", out}, packages...)...)
	if text, err := cmd.CombinedOutput(); err != nil {
		b.Fatalf("build %v: %v\n%s", packages, err, text)
	}
}

// floor is the running program that a figure is compared with.
type floor struct {
	cmd   *exec.Cmd
	stdin io.WriteCloser
	first string // line on its standard output
}

// buildFloor gives the path of the floor program.
func buildFloor(b *testing.B) string {
	b.Helper()
	file := filepath.Join(b.TempDir(), "floor")
	build(b, "x11 e2e", file, "./floor")
	return file
}

func startFloor(b *testing.B, file, mode, display string) *floor {
	b.Helper()
	f := &floor{cmd: exec.Command(file, mode)}
	f.cmd.Env = append(os.Environ(), "DISPLAY="+display, "XDG_CONFIG_HOME="+b.TempDir())
	var said bytes.Buffer
	f.cmd.Stderr = &said
	var err error
	if f.stdin, err = f.cmd.StdinPipe(); err != nil {
		b.Fatal(err)
	}
	stdout, err := f.cmd.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := f.cmd.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		_ = f.cmd.Process.Kill() // it may have ended with its standard input
		_ = f.cmd.Wait()         // killed, as wanted
		if b.Failed() {
			b.Logf("floor said:\n%s", said.String())
		}
	})
	if mode == "events" {
		if f.first, err = bufio.NewReader(stdout).ReadString('\n'); err != nil {
			b.Fatal(err)
		}
		f.first = strings.TrimSpace(f.first)
	}
	return f
}

// region is a part of a screen that is looked at: every step-th row of it, so that looking costs next to nothing.
type region struct {
	x              *demo.XServer
	x0, y0, x1, y1 int
	seen           []byte
}

const rowStep = 4

func (r *region) each(row func(live []byte, at int) bool) {
	width := 4 * (r.x1 - r.x0)
	for i, y := 0, r.y0; y < r.y1; i, y = i+1, y+rowStep {
		if !row(r.x.Pixels()[y*r.x.Stride()+4*r.x0:][:width], i*width) {
			return
		}
	}
}

// note keeps what is there now.
func (r *region) note() {
	r.seen = r.seen[:0]
	r.each(func(live []byte, _ int) bool { r.seen = append(r.seen, live...); return true })
}

// changed tells whether it differs from what was noted.
func (r *region) changed() bool {
	same := true
	r.each(func(live []byte, at int) bool {
		same = bytes.Equal(live, r.seen[at:at+len(live)])
		return same
	})
	return !same
}

// blank tells whether nothing is there yet but the X server's black.
func (r *region) blank() bool {
	blank := true
	r.each(func(live []byte, _ int) bool {
		for i := 0; i < len(live); i += 4 {
			if live[i]|live[i+1]|live[i+2] != 0 {
				blank = false
				return false
			}
		}
		return true
	})
	return blank
}

// look is how often a screen is looked at: the error of every time that is measured by its picture.
const look = time.Millisecond

// until looks until ok says yes and gives the time.
func (r *region) until(b *testing.B, what string, ok func() bool) time.Time {
	b.Helper()
	tick := time.NewTicker(look)
	defer tick.Stop()
	limit := time.After(patience)
	for {
		if ok() {
			return time.Now()
		}
		select {
		case <-tick.C:
		case <-limit:
			b.Fatalf("not in %v: %s", patience, what)
		}
	}
}

// change waits for the first pixel that differs from what was noted.
func (r *region) change(b *testing.B) time.Time {
	b.Helper()
	return r.until(b, "the picture changes", r.changed)
}

// settle waits until a picture has stood still for a while and gives the time since when.
func (r *region) settle(b *testing.B, still time.Duration) time.Time {
	b.Helper()
	since := time.Now()
	r.note()
	r.until(b, "the picture stands still", func() bool {
		if r.blank() || r.changed() {
			since = time.Now()
			r.note()
		}
		return time.Since(since) >= still
	})
	return since
}

// startScreen starts a virtual X server, again when a busy machine lets it come up so slowly that its picture has no form yet.
func startScreen(b *testing.B, w, hgt int) *demo.XServer {
	b.Helper()
	var err error
	for range 20 {
		var x *demo.XServer
		if x, err = demo.StartX(context.Background(), w, hgt); err == nil {
			b.Cleanup(func() { must(b, x.Close()) })
			return x
		}
	}
	b.Fatal(err)
	return nil
}

// screenOf is the whole screen.
func screenOf(x *demo.XServer) *region { return &region{x: x, x1: x.Width, y1: x.Height} }

// cpu gives the processor time that a process has used (proc_pid_stat(5): fields 14 and 15, in ticks of 10 ms).
func cpu(b *testing.B, pid int) time.Duration {
	b.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		b.Fatal(err)
	}
	// The second field is the program's name, in brackets.
	fields := strings.Fields(string(text[bytes.LastIndexByte(text, ')')+1:]))
	var ticks int
	for _, f := range fields[11:13] {
		n, err := strconv.Atoi(f)
		if err != nil {
			b.Fatal(err)
		}
		ticks += n
	}
	return time.Duration(ticks) * 10 * time.Millisecond
}

// memory gives a line of /proc/<pid>/status in MB: VmRSS, what a process holds now, or VmHWM, the most it held.
func memory(b *testing.B, pid int, field string) float64 {
	b.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		b.Fatal(err)
	}
	for _, line := range strings.Split(string(text), "\n") {
		if rest, ok := strings.CutPrefix(line, field+":"); ok {
			kb, err := strconv.Atoi(strings.TrimSuffix(strings.TrimSpace(rest), " kB"))
			if err != nil {
				b.Fatal(err)
			}
			return float64(kb) / 1024
		}
	}
	b.Fatalf("no %s of process %d", field, pid)
	return 0
}

// worst is the largest value.
func worst[T cmp.Ordered](values []T) T { return slices.Max(values) }

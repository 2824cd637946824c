package demo

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"sync"
	"syscall"
	"time"
)

// Screens runs kiosk and display beside the demo's server and starts each again when it ends, as systemd does in a
// lobby. Without a DISPLAY each gets a virtual X server of its own, whose picture is kept in Out.
type Screens struct {
	Place Place
	Bin   string // folder with the programs kiosk and display
	Log   *slog.Logger

	work   sync.WaitGroup
	shoot  []func() // ask for a new picture; only on virtual X servers
	Hidden bool     // whether the screens are on virtual X servers
}

// screen is one program with the picture it wants.
type screen struct {
	program       string
	width, height int
}

var both = []screen{{"kiosk", 1080, 1920}, {"display", 1920, 1080}}

// Start starts everything; it ends with ctx. Wait waits for that.
func (s *Screens) Start(ctx context.Context) error {
	s.Hidden = os.Getenv("DISPLAY") == ""
	for _, sc := range both {
		ended := func() {}
		env := os.Environ()
		if s.Hidden {
			x, err := StartX(context.WithoutCancel(ctx), sc.width, sc.height) // ends after the program on it
			if err != nil {
				return err
			}
			env = append(env, "DISPLAY="+x.Display, window(sc.width, sc.height))
			ended = s.keepPicture(ctx, sc, x)
		} else {
			// Half size, so that both fit on a developer's screen.
			env = append(env, window(sc.width/2, sc.height/2))
		}
		s.work.Add(1)
		go func() {
			defer s.work.Done()
			defer ended()
			// Pdeathsig is tied to the thread that starts the program: it must live as long.
			runtime.LockOSThread()
			s.keepRunning(ctx, sc.program, env)
		}()
	}
	return nil
}

// Wait waits until everything has ended after ctx.
func (s *Screens) Wait() { s.work.Wait() }

// Changed says that the screens may look different now: their pictures are taken anew.
func (s *Screens) Changed() {
	for _, f := range s.shoot {
		f()
	}
}

func (s *Screens) keepRunning(ctx context.Context, program string, env []string) {
	for ctx.Err() == nil {
		cmd := exec.CommandContext(ctx, filepath.Join(s.Bin, program), "--config", s.Place.Config())
		cmd.Env, cmd.Stderr = env, os.Stderr
		cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
		cmd.WaitDelay = 2 * time.Second
		// Ends with the demo even when that is killed; Ctrl+C reaches it only through us, so that things end in order.
		cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGTERM, Setpgid: true}
		err := cmd.Run()
		if ctx.Err() != nil {
			return
		}
		s.Log.Warn("a screen ended and is started again", "program", program, "err", err)
		select {
		case <-ctx.Done():
		case <-time.After(time.Second):
		}
	}
}

func window(width, height int) string { return fmt.Sprintf("WARTEMARKE_WINDOW=%dx%d", width, height) }

// keepPicture writes Out/<program>.png a moment after each change, and now and then for the clock, until ctx ends. stop then
// ends the X server; it is called when the program on it has ended.
func (s *Screens) keepPicture(ctx context.Context, sc screen, x *XServer) (stop func()) {
	file := filepath.Join(s.Place.Out, sc.program+".png")
	ask := make(chan struct{}, 1)
	s.shoot = append(s.shoot, func() {
		select {
		case ask <- struct{}{}:
		default: // one is asked for already
		}
	})
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			// Right after a change, and once more when the screen has settled.
			for _, wait := range []time.Duration{700 * time.Millisecond, 3 * time.Second} {
				select {
				case <-ctx.Done():
					return
				case <-time.After(wait):
				}
				if err := x.SavePicture(file); err != nil {
					s.Log.Warn("no picture of a screen", "program", sc.program, "err", err)
				}
			}
			select {
			case <-ctx.Done():
				return
			case <-ask:
			case <-time.After(30 * time.Second):
			}
		}
	}()
	return func() {
		<-done // it looks at the server's memory
		if err := x.Close(); err != nil {
			s.Log.Warn("a virtual X server left something behind", "err", err)
		}
	}
}

package documents

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"time"

	"westerkappeln.de/wartemarke/internal/queue"
)

const (
	scanLimit = time.Minute // for an answer, with the wait for other scans
	scansOnce = 4           // scanners that run at a time
	killWait  = time.Second // for a killed scanner's pipes
)

// The words of Problem for the scan command.
const (
	noCommand = "the virus scanner's command is missing or cannot be run"
	noAnswer  = "the virus scanner gives no answer within a minute"
	fails     = "the virus scanner fails"
)

// lookForScanner notes and tells whether the scan command is there, if there should be one.
func (s *Store) lookForScanner() bool {
	if len(s.scan) == 0 {
		return true
	}
	if _, err := exec.LookPath(s.scan[0]); err != nil {
		s.troubles.note(commandTrouble, noCommand)
		return false
	}
	s.troubles.clear(commandTrouble)
	return true
}

// check asks the virus scanner, if there is one. Refusals: Infected, NotScannable. What the scanner prints is thrown away: it may
// quote the document. It reads the draft as a stream, so one that hangs keeps no memory and no other document from being looked at.
func (s *Store) check(ctx context.Context, d *draft) error {
	if len(s.scan) == 0 {
		return nil
	}
	limited, cancel := context.WithTimeout(ctx, s.scanLimit)
	defer cancel()
	var err error
	select {
	case s.scanning <- struct{}{}:
		err = s.runScanner(limited, d)
		<-s.scanning
	case <-limited.Done():
		err = limited.Err()
	}
	exit := new(exec.ExitError)
	switch {
	case err == nil:
		s.troubles.clear(commandTrouble, scanTrouble)
		return nil
	case ctx.Err() != nil:
		return ctx.Err()
	case limited.Err() != nil:
		s.troubles.note(scanTrouble, noAnswer)
		s.log.Error("the virus scanner takes too long; a document was refused", "limit", s.scanLimit)
	case errors.As(err, &exit) && exit.ExitCode() == 1:
		s.troubles.clear(commandTrouble, scanTrouble)
		s.log.Warn("the virus scanner refused a document")
		return &queue.Refusal{Code: queue.Infected}
	case errors.As(err, &exit) && exit.ExitCode() > 1:
		s.troubles.note(scanTrouble, fmt.Sprintf("%s with exit code %d", fails, exit.ExitCode()))
		s.log.Error("the virus scanner gave no answer; a document was refused", "error", err)
	default:
		if s.lookForScanner() {
			s.troubles.note(scanTrouble, fails)
		}
		s.log.Error("the virus scanner gave no answer; a document was refused", "error", err)
	}
	return &queue.Refusal{Code: queue.NotScannable}
}

// runScanner runs it until it ends, or ctx does.
func (s *Store) runScanner(ctx context.Context, d *draft) error {
	plain, err := s.plain(d)
	if err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, s.scan[0], s.scan[1:]...)
	cmd.Env = environment()
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // a scanner may be a script with children
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.WaitDelay = killWait
	cmd.Stdin = plain
	return cmd.Run()
}

// environment is ours without what is only for us: passwords may stand in it.
func environment() []string {
	return slices.DeleteFunc(os.Environ(), func(v string) bool { return strings.HasPrefix(v, "WARTEMARKE_") })
}

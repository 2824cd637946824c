package documents

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"time"

	"westerkappeln.de/wartemarke/internal/queue"
)

const (
	scanLimit = time.Minute
	killWait  = time.Second // for a killed scanner's pipes
)

// check asks the virus scanner, if there is one. Refusals: Infected, NotScannable. What the scanner prints is thrown away: it may
// quote the document.
func (s *Store) check(ctx context.Context, content []byte) error {
	if len(s.scan) == 0 {
		return nil
	}
	limited, cancel := context.WithTimeout(ctx, s.scanLimit)
	defer cancel()
	cmd := exec.CommandContext(limited, s.scan[0], s.scan[1:]...)
	cmd.Env = environment()
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // a scanner may be a script with children
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.WaitDelay = killWait
	cmd.Stdin = bytes.NewReader(content)
	err := cmd.Run()
	exit := new(exec.ExitError)
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return ctx.Err()
	case limited.Err() != nil:
		s.log.Error("the virus scanner takes too long; a document was refused", "limit", s.scanLimit)
	case errors.As(err, &exit) && exit.ExitCode() == 1:
		s.log.Warn("the virus scanner refused a document")
		return &queue.Refusal{Code: queue.Infected}
	default:
		s.log.Error("the virus scanner gave no answer; a document was refused", "error", err)
	}
	return &queue.Refusal{Code: queue.NotScannable}
}

// environment is ours without what is only for us: passwords may stand in it.
func environment() []string {
	return slices.DeleteFunc(os.Environ(), func(v string) bool { return strings.HasPrefix(v, "WARTEMARKE_") })
}

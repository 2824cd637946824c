package demo

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"os"
	"path/filepath"

	"westerkappeln.de/wartemarke/devices/virtual"
)

// Place is where a demo keeps its things.
type Place struct {
	// Out is the folder for people to look into: tickets, pictures, codes.
	Out string
	// Data holds the scratch database, the configuration and the tokens.
	Data string
	// Lines holds the ptys' links and their control sockets. It is short and apart, since a unix socket's path may have
	// only some 100 bytes; it follows from Out, so that "scan" finds it.
	Lines string
}

// NewPlace gives the places of a demo whose output is in out.
func NewPlace(out string) (Place, error) {
	abs, err := filepath.Abs(out)
	if err != nil {
		return Place{}, err
	}
	sum := sha256.Sum256([]byte(abs))
	return Place{Out: abs, Data: filepath.Join(abs, "demo"), Lines: filepath.Join(os.TempDir(), "wartemarke-"+hex.EncodeToString(sum[:4]))}, nil
}

// Config is the demo's configuration file.
func (p Place) Config() string { return filepath.Join(p.Data, "wartemarke.toml") }

// Tickets is the folder of the printed tickets.
func (p Place) Tickets() string { return filepath.Join(p.Out, "tickets") }

// Codes is the folder of the sample codes as pictures.
func (p Place) Codes() string { return filepath.Join(p.Out, "codes") }

func (p Place) scanner() string        { return filepath.Join(p.Lines, "scanner") }
func (p Place) printer() string        { return filepath.Join(p.Lines, "printer") }
func (p Place) printerControl() string { return filepath.Join(p.Lines, "printer.sock") }

// clear removes what an earlier demo left, and makes the folders anew.
func (p Place) clear() error {
	for _, dir := range []string{p.Data, p.Lines, p.Tickets(), p.Codes(), p.Mails()} {
		if err := os.RemoveAll(dir); err != nil {
			return err
		}
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return err
		}
	}
	return nil
}

// ErrNotRunning says that no demo listens at this place.
var ErrNotRunning = errors.New("no demo is running here; start one with: make run")

// Scan holds a code under the demo's scanner.
func (p Place) Scan(code string) error { return p.send(p.scanner()+".sock", code) }

// Fault gives the demo's printer a command such as "paper out".
func (p Place) Fault(command string) error { return p.send(p.printerControl(), command) }

func (p Place) send(socket, line string) error {
	if _, err := os.Stat(socket); err != nil {
		return ErrNotRunning
	}
	_, err := virtual.Send(socket, line)
	return err
}

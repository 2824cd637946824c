// Package window is what the programs with a screen have in common: their command line and how large their window is.
package window

import (
	"fmt"
	"os"

	"github.com/alecthomas/kong"

	"westerkappeln.de/wartemarke/internal/config"
)

// Exit codes.
const (
	ExitFine   = 0
	ExitFailed = 1
	ExitUsage  = 2
)

// Program is a program with a screen.
type Program struct {
	Name, Description, Version string
	// Show runs it until SIGTERM, or until its window is closed.
	Show func(config.Config) error
}

// Main reads the command line and the configuration, runs the program and gives its exit code.
func (p Program) Main(args []string) int {
	var c struct {
		Config  string           `help:"Configuration file." default:"/etc/wartemarke/wartemarke.toml" placeholder:"F"`
		Version kong.VersionFlag `help:"Print the version and end."`
	}
	fail := func(err error, code int) int {
		fmt.Fprintf(os.Stderr, "%s: %v\n", p.Name, err)
		return code
	}
	parser, err := kong.New(&c, kong.Name(p.Name), kong.Description(p.Description),
		kong.Vars{"version": p.Version}, kong.Writers(os.Stdout, os.Stderr))
	if err != nil {
		return fail(err, ExitFailed)
	}
	if _, err := parser.Parse(args); err != nil {
		return fail(err, ExitUsage)
	}
	cfg, err := config.Load(c.Config)
	if err == nil {
		err = p.Show(cfg)
	}
	if err != nil {
		return fail(err, ExitFailed)
	}
	return ExitFine
}

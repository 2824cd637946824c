// Command wartemarke is the hall server and the operator's commands.
package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"syscall"
	_ "time/tzdata" // a small appliance may lack the time zones

	"github.com/alecthomas/kong"

	"westerkappeln.de/wartemarke/internal/config"
)

// version is set by the build.
var version = "unknown"

// Exit codes.
const (
	exitFine   = 0
	exitFailed = 1
	exitUsage  = 2
)

// cli is every command with its flags.
type cli struct {
	Config  string           `help:"Configuration file." default:"/etc/wartemarke/wartemarke.toml" placeholder:"F"`
	Version kong.VersionFlag `help:"Print the version and end."`

	Serve serveCmd `cmd:"" help:"Run the hall server."`
	Demo  demoCmd  `cmd:"" help:"Run the whole appliance with a sample town on scratch data."`
	Scan  scanCmd  `cmd:"" help:"Hold a code under the demo's scanner."`
	Fault faultCmd `cmd:"" help:"Trouble the demo's printer: paper out, paper low, paper ok, cover open, cover close, unplug, plug …"`

	Catalogue struct {
		Apply  applyCmd  `cmd:"" help:"Put a catalogue in force and show what changes."`
		Export exportCmd `cmd:"" help:"Print the catalogue in force."`
	} `cmd:"" help:"Services, counters, opening hours."`
	Import struct {
		Appointments importCmd `cmd:"" help:"Import appointments from a file: CSV, iCalendar or JSON."`
	} `cmd:"" help:"Import from other systems."`
	Appointment struct {
		Add    addCmd    `cmd:"" help:"Add an appointment; prints its code."`
		Show   showCmd   `cmd:"" help:"Show an appointment."`
		Cancel cancelCmd `cmd:"" help:"Cancel an appointment."`
	} `cmd:"" help:"Single appointments."`
	User struct {
		Add    userAddCmd    `cmd:"" help:"Add a user, or set a new password; the password is read from standard input."`
		List   userListCmd   `cmd:"" help:"Print role and name of every user."`
		Remove userRemoveCmd `cmd:"" help:"Remove a user; sessions and token end."`
		Token  userTokenCmd  `cmd:"" help:"Print a bearer token for programs that act as this user."`
	} `cmd:"" help:"People who sign in."`
	Device struct {
		List   deviceListCmd   `cmd:"" help:"Print kind, name and area of every device."`
		Remove deviceRemoveCmd `cmd:"" help:"Remove a device; its token ends."`
		Pair   pairCmd         `cmd:"" help:"Pair a terminal or display; prints its token once."`
	} `cmd:"" help:"Terminals and displays."`
	Privacy privacyCmd `cmd:"" help:"Say what is held about persons and until when; prove that a name is gone."`
	Backup  backupCmd  `cmd:"" help:"Write a backup while the server runs."`
	Restore restoreCmd `cmd:"" help:"Replace the database by a backup; the server must be stopped."`
	Check   checkCmd   `cmd:"" help:"Check configuration, database, devices, disk and clock."`
}

// env is what every command is handed.
type env struct {
	ctx context.Context
	cfg config.Config
	log *slog.Logger
}

func main() { os.Exit(run(os.Args[1:])) }

func run(args []string) int {
	var c cli
	parser, err := kong.New(&c, kong.Name("wartemarke"), kong.Description("Check-in and call system for a town hall."),
		kong.Vars{"version": version}, kong.UsageOnError(), kong.Writers(os.Stdout, os.Stderr))
	if err != nil {
		fmt.Fprintln(os.Stderr, "wartemarke:", err)
		return exitFailed
	}
	call, err := parser.Parse(args)
	if err != nil {
		fmt.Fprintln(os.Stderr, "wartemarke:", err)
		return exitUsage
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, os.Interrupt)
	defer stop()
	e := &env{ctx: ctx, log: slog.New(slog.NewTextHandler(os.Stderr, nil))}
	if needsConfig(call.Command()) {
		if e.cfg, err = config.Load(c.Config); err != nil {
			fmt.Fprintln(os.Stderr, err)
			return exitFailed
		}
	}
	if err := call.Run(e); err != nil {
		fmt.Fprintln(os.Stderr, "wartemarke:", explain(err))
		if errors.Is(err, errUsage) {
			return exitUsage
		}
		return exitFailed
	}
	return exitFine
}

// needsConfig is false for the demo's commands, which make or find their own.
func needsConfig(command string) bool {
	switch command {
	case "demo", "scan <code>", "fault <words>":
		return false
	}
	return true
}

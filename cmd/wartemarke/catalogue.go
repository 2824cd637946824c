package main

import (
	"errors"
	"fmt"
	"os"

	"westerkappeln.de/wartemarke/internal/booking"
	"westerkappeln.de/wartemarke/internal/catalogue"
	"westerkappeln.de/wartemarke/internal/hall"
	"westerkappeln.de/wartemarke/internal/queue"
)

type applyCmd struct {
	File   string `arg:"" help:"Catalogue as TOML, - for standard input."`
	Empty  bool   `help:"Also put a catalogue without any service in force, which closes the hall."`
	Plan   bool   `help:"Only show what would change, and which appointments would have no place any more."`
	Accept bool   `help:"Put it in force although appointments have no place in it; they keep their time, and you call the people."`
}

func (c *applyCmd) Run(e *env) error {
	data, err := readFile(c.File)
	if err != nil {
		return err
	}
	cat, err := catalogue.Parse(data)
	if err != nil {
		return fmt.Errorf("%s is not applied:\n%w", c.File, err)
	}
	if len(cat.Services) == 0 && !c.Empty {
		return fmt.Errorf("%s is not applied: it has no service, and would delete all that are in force; if you mean it, add --empty", c.File)
	}
	return e.withHall(func(h *hall.Hall) error {
		changes, conflicts, err := h.PlanCatalogue(e.ctx, cat)
		if err != nil {
			return err
		}
		printConflicts(e, conflicts)
		if c.Plan {
			printChanges(changes)
			return nil
		}
		changes, err = h.ApplyCatalogue(e.ctx, operator, cat, c.Accept)
		var unseated *hall.ConflictError
		if errors.As(err, &unseated) {
			return fmt.Errorf("%s is not applied: appointments have no place in it; call the people or move them, or add --accept", c.File)
		}
		var r *queue.Refusal
		if errors.As(err, &r) {
			return tell(err, queue.Conflict, r.Field, "%s is not applied: it drops what an open number or counter needs; try again after closing time", c.File)
		}
		if err != nil {
			return err
		}
		printChanges(changes)
		return nil
	})
}

func printChanges(changes []string) {
	for _, line := range changes {
		fmt.Println(line)
	}
	if len(changes) == 0 {
		fmt.Fprintln(os.Stderr, "Nothing changes.")
	}
}

// printConflicts names what a catalogue contradicts, with the appointments concerned.
func printConflicts(e *env, conflicts []booking.Conflict) {
	for _, k := range conflicts {
		fmt.Fprintln(os.Stderr, k.Text)
		for _, a := range k.Appointments {
			fmt.Fprintf(os.Stderr, "  %s %s\n", a.Start.In(e.cfg.Site.Location()).Format("2006-01-02T15:04"), a.Code.Display())
		}
	}
}

type exportCmd struct{}

func (c *exportCmd) Run(e *env) error {
	return e.withHallToRead(func(h *hall.Hall) error {
		cat, err := h.Catalogue(e.ctx)
		if err != nil {
			return err
		}
		data, err := cat.Encode()
		if err != nil {
			return err
		}
		_, err = os.Stdout.Write(data)
		return err
	})
}

package main

import (
	"errors"
	"fmt"
	"os"

	"westerkappeln.de/wartemarke/internal/catalogue"
	"westerkappeln.de/wartemarke/internal/hall"
	"westerkappeln.de/wartemarke/internal/queue"
)

type applyCmd struct {
	File  string `arg:"" help:"Catalogue as TOML, - for standard input."`
	Empty bool   `help:"Also put a catalogue without any service in force, which closes the hall."`
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
		changes, err := h.ApplyCatalogue(e.ctx, operator, cat)
		var r *queue.Refusal
		if errors.As(err, &r) {
			return tell(err, queue.Conflict, r.Field, "%s is not applied: it drops what an open number or counter needs; try again after closing time", c.File)
		}
		if err != nil {
			return err
		}
		for _, line := range changes {
			fmt.Println(line)
		}
		if len(changes) == 0 {
			fmt.Fprintln(os.Stderr, "Nothing changes.")
		}
		return nil
	})
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

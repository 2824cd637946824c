package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"westerkappeln.de/wartemarke/internal/auth"
	"westerkappeln.de/wartemarke/internal/hall"
	"westerkappeln.de/wartemarke/internal/queue"
)

type userAddCmd struct {
	Name string `arg:"" help:"Name to sign in with."`
	Role string `help:"clerk, lead or admin." enum:"clerk,lead,admin" required:""`
}

func (c *userAddCmd) Run(e *env) error {
	password, err := bufio.NewReader(io.LimitReader(os.Stdin, 1024)).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return fmt.Errorf("read password: %w", err)
	}
	hash, err := auth.HashPassword(strings.TrimRight(password, "\r\n"))
	if err != nil {
		return err
	}
	return e.withHall(func(h *hall.Hall) error {
		if err := h.PutUser(e.ctx, hall.User{Name: c.Name, Role: hall.Role(c.Role), Password: hash}); err != nil {
			err = tell(err, queue.Conflict, "name", "There is a user whose name differs from %q in capital letters only; see: wartemarke user list", c.Name)
			return improper(err, c.Name)
		}
		fmt.Printf("%s may sign in as %s\n", c.Name, c.Role)
		return nil
	})
}

type userTokenCmd struct {
	Name string `arg:"" help:"Name of a user."`
}

func (c *userTokenCmd) Run(e *env) error {
	return e.withHall(func(h *hall.Hall) error {
		if _, err := h.User(e.ctx, c.Name); err != nil {
			return noUser(err, c.Name)
		}
		return printToken(e, h, "user", c.Name, "")
	})
}

type userListCmd struct{}

func (c *userListCmd) Run(e *env) error {
	return e.withHallToRead(func(h *hall.Hall) error {
		users, err := h.Users(e.ctx)
		for _, u := range users {
			fmt.Printf("%-5s  %s\n", u.Role, u.Name)
		}
		return err
	})
}

type userRemoveCmd struct {
	Name string `arg:"" help:"Name of a user."`
}

func (c *userRemoveCmd) Run(e *env) error {
	return e.withHall(func(h *hall.Hall) error {
		if err := h.RemoveUser(e.ctx, operator, c.Name); err != nil {
			return noUser(err, c.Name)
		}
		fmt.Printf("%s is removed\n", c.Name)
		return nil
	})
}

type deviceListCmd struct{}

func (c *deviceListCmd) Run(e *env) error {
	return e.withHallToRead(func(h *hall.Hall) error {
		devices, err := h.Devices(e.ctx)
		for _, d := range devices {
			area := d.Area
			if area == "" {
				area = "-"
			}
			fmt.Printf("%-7s  %s  area %s  paired %s\n", d.Kind, d.Name, area, minute(d.Paired.In(e.cfg.Site.Location())))
		}
		return err
	})
}

type deviceRemoveCmd struct {
	Name string `arg:"" help:"Name of a device."`
}

func (c *deviceRemoveCmd) Run(e *env) error {
	return e.withHall(func(h *hall.Hall) error {
		if err := h.Unpair(e.ctx, operator, c.Name); err != nil {
			return tell(err, queue.NotFound, "", "There is no device %q; see: wartemarke device list", c.Name)
		}
		fmt.Printf("%s is removed\n", c.Name)
		return nil
	})
}

type pairCmd struct {
	Name string `arg:"" help:"Name of the device, such as foyer-1."`
	Kind string `help:"kiosk or display." enum:"kiosk,display" required:""`
	Area string `help:"Area it stands in; none means the first."`
}

func (c *pairCmd) Run(e *env) error {
	return e.withHall(func(h *hall.Hall) error {
		if c.Area != "" {
			cat, err := h.Catalogue(e.ctx)
			if err != nil {
				return err
			}
			if _, ok := cat.Area(c.Area); !ok {
				return fmt.Errorf("area %q is not in the catalogue", c.Area)
			}
		}
		err := printToken(e, h, c.Kind, c.Name, c.Area)
		return tell(err, queue.Conflict, "", "The name %q belongs to a device of the other kind; choose another, or first: wartemarke device remove %q", c.Name, c.Name)
	})
}

func noUser(err error, name string) error {
	return tell(err, queue.NotFound, "", "There is no user %q; see: wartemarke user list", name)
}

func improper(err error, name string) error {
	if name == "hall" {
		return tell(err, queue.Invalid, "name", "The name %q is the server's own; choose another", name)
	}
	return tell(err, queue.Invalid, "name", "The name %q is not allowed: 1 to 100 letters, digits and signs, blanks only between them", name)
}

// printToken stores a new token's hash and prints the token: the only time that anybody sees it.
func printToken(e *env, h *hall.Hall, kind, name, area string) error {
	token, hash := auth.NewToken()
	if err := h.PutToken(e.ctx, hash, kind, name, area); err != nil {
		return improper(err, name)
	}
	fmt.Println(token)
	return nil
}

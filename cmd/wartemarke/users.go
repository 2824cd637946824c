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
			return err
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
			return fmt.Errorf("user %s: %w", c.Name, err)
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
			return fmt.Errorf("user %s: %w", c.Name, err)
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
			return fmt.Errorf("device %s: %w", c.Name, err)
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
		return printToken(e, h, c.Kind, c.Name, c.Area)
	})
}

// printToken stores a new token's hash and prints the token: the only time that anybody sees it.
func printToken(e *env, h *hall.Hall, kind, name, area string) error {
	token, hash := auth.NewToken()
	if err := h.PutToken(e.ctx, hash, kind, name, area); err != nil {
		return err
	}
	fmt.Println(token)
	return nil
}

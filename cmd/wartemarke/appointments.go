package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"github.com/skip2/go-qrcode"

	"westerkappeln.de/wartemarke/internal/booking"
	"westerkappeln.de/wartemarke/internal/hall"
	"westerkappeln.de/wartemarke/internal/importer"
	"westerkappeln.de/wartemarke/internal/queue"
)

// maxImport is the largest file that is read: a year of a large town's appointments is a tenth of it.
const maxImport = 10 << 20

// readFile reads a file, or standard input for "-", of at most maxImport bytes.
func readFile(name string) ([]byte, error) {
	f := os.Stdin
	if name != "-" {
		var err error
		if f, err = os.Open(name); err != nil {
			return nil, err
		}
		defer f.Close()
	}
	data, err := io.ReadAll(io.LimitReader(f, maxImport+1))
	if err == nil && len(data) > maxImport {
		err = fmt.Errorf("%s is larger than 10 MiB", name)
	}
	return data, err
}

type addCmd struct {
	Service []string `help:"Service, or service=quantity; may be given again." required:"" placeholder:"ID[=N]"`
	Start   string   `help:"2026-11-24T09:00 in the site's time, or RFC 3339." required:""`
	Name    string   `help:"Name of the citizen, - for the next line of standard input; kept apart from the queue and deleted soon after."`
	Mail    string   `help:"Mail address of the citizen, - for the next line of standard input."`
	QR      string   `name:"qr" help:"Also write the QR code as PNG." placeholder:"F.png"`
}

func (c *addCmd) Run(e *env) error {
	start, err := importer.Start(c.Start, e.cfg.Site.Location())
	if err != nil {
		return fmt.Errorf("%w: %q is not a time that can be booked: %w", errUsage, c.Start, err)
	}
	visits, err := parseVisits(c.Service)
	if err != nil {
		return err
	}
	name, mail, err := c.person(os.Stdin)
	if err != nil {
		return err
	}
	return e.withHall(func(h *hall.Hall) error {
		a, err := h.AddAppointment(e.ctx, operator, visits, start, name, mail)
		var r *queue.Refusal
		if errors.As(err, &r) {
			return tell(err, queue.Invalid, "service", "The service %q is not in the catalogue; see: wartemarke catalogue export", r.Service)
		}
		if err != nil {
			return err
		}
		if c.QR != "" {
			if err := qrcode.WriteFile(a.Code.QR(), qrcode.High, -8, c.QR); err != nil {
				return fmt.Errorf("appointment %s is added, but its QR code is not written: %w", a.Code.Display(), err)
			}
		}
		fmt.Println(a.Code.Display())
		return nil
	})
}

// person reads who comes. What is given as - comes from standard input, a line each: arguments are seen by everybody on the
// machine, and stay in the shell's history and sudo's journal.
func (c *addCmd) person(in io.Reader) (name, mail string, err error) {
	lines := bufio.NewReader(io.LimitReader(in, 4096))
	for _, f := range []struct {
		given string
		to    *string
		check func(string) (string, error)
	}{{c.Name, &name, importer.Name}, {c.Mail, &mail, importer.Mail}} {
		if f.given == "-" {
			if f.given, err = lines.ReadString('\n'); err != nil && !errors.Is(err, io.EOF) {
				return "", "", fmt.Errorf("standard input: %w", err)
			}
		}
		if *f.to, err = f.check(strings.TrimSpace(f.given)); err != nil {
			return "", "", fmt.Errorf("%w: %w", errUsage, err)
		}
	}
	return name, mail, nil
}

func parseVisits(services []string) ([]queue.Visit, error) {
	var visits []queue.Visit
	for _, s := range services {
		id, count, given := strings.Cut(s, "=")
		n := 1
		if given {
			var err error
			if n, err = strconv.Atoi(count); err != nil || n < 1 || n > 99 {
				return nil, fmt.Errorf("%w: quantity %q of %s is not 1 to 99", errUsage, count, id)
			}
		}
		visits = append(visits, queue.Visit{ID: id, Quantity: n})
	}
	return visits, nil
}

type showCmd struct {
	Code []string `arg:"" help:"Code or id of the appointment."`
}

func (c *showCmd) Run(e *env) error {
	return e.withHallToRead(func(h *hall.Hall) error {
		a, ticket, err := h.Appointment(e.ctx, strings.Join(c.Code, ""))
		if err != nil {
			return noAppointment(err)
		}
		printAppointment(e, a)
		if ticket != nil {
			fmt.Printf("ticket %s %s\n", ticket.Ticket.Number(), ticket.Ticket.State)
		}
		return nil
	})
}

type cancelCmd struct {
	Code []string `arg:"" help:"Code or id of the appointment."`
}

func (c *cancelCmd) Run(e *env) error {
	return e.withHall(func(h *hall.Hall) error {
		a, err := h.CancelAppointment(e.ctx, operator, strings.Join(c.Code, ""))
		if err != nil {
			return noAppointment(err)
		}
		printAppointment(e, a)
		return nil
	})
}

func noAppointment(err error) error {
	return tell(err, queue.NotFound, "", "There is no appointment with this code or id")
}

func printAppointment(e *env, a booking.Appointment) {
	fmt.Printf("code %s\nid %s\nstart %s\nstate %s\n", a.Code.Display(), a.ID, a.Start.In(e.cfg.Site.Location()).Format("2006-01-02T15:04"), a.State)
	for _, v := range a.Services {
		fmt.Printf("service %s %d\n", v.ID, v.Quantity)
	}
}

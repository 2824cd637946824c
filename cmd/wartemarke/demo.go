package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/skip2/go-qrcode"

	"westerkappeln.de/wartemarke/internal/api/client"
	"westerkappeln.de/wartemarke/internal/auth"
	"westerkappeln.de/wartemarke/internal/catalogue"
	"westerkappeln.de/wartemarke/internal/clock"
	"westerkappeln.de/wartemarke/internal/config"
	"westerkappeln.de/wartemarke/internal/demo"
	"westerkappeln.de/wartemarke/internal/hall"
	"westerkappeln.de/wartemarke/internal/wire"
)

type demoCmd struct {
	Out    string `help:"Folder for tickets and pictures; its subfolders demo, tickets and codes are made anew." default:"out"`
	Staff  string `help:"Address of the clerk page." default:"127.0.0.1:8080"`
	Public string `help:"Address of the citizens' pages." default:"127.0.0.1:8081"`
}

func (c *demoCmd) Run(e *env) error {
	place, err := demo.NewPlace(c.Out)
	if err != nil {
		return err
	}
	for _, addr := range []string{c.Staff, c.Public} {
		if err := canListen(addr); err != nil {
			return err
		}
	}
	box, err := demo.StartMailbox()
	if err != nil {
		return err
	}
	defer box.Close()
	if e.cfg, err = demo.Prepare(place, c.Staff, c.Public, box.Addr().(*net.TCPAddr).Port); err != nil {
		return fmt.Errorf("prepare the demo: %w", err)
	}
	go place.KeepMails(e.ctx, box, tellMail)
	sheet, err := sampleTown(e, place)
	if err != nil {
		return fmt.Errorf("prepare the sample town: %w", err)
	}
	return c.live(e, place, sheet)
}

// tellMail says what a citizen would find in the mailbox.
func tellMail(l demo.Letter, err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "wartemarke: a mail of the demo:", err)
		return
	}
	fmt.Printf("Mail an %s: %s (%s)\n", l.To, l.Subject, relative(l.File))
	if l.Link != "" {
		fmt.Println("  Link darin:", l.Link)
	}
}

// live runs everything until e.ctx is done.
func (c *demoCmd) live(e *env, place demo.Place, sheet string) (err error) {
	devices, err := demo.StartDevices(place, func(file string) { fmt.Println("Wartemarke gedruckt:", relative(file)) })
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, devices.Close()) }()
	self, err := os.Executable()
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(e.ctx)
	screens := demo.Screens{Place: place, Bin: filepath.Dir(self), Log: e.log}
	defer screens.Wait()
	defer cancel()

	started := make(chan error, 1)
	served := make(chan error, 1)
	inner := *e
	inner.ctx = ctx
	go func() {
		served <- serve(&inner, func() { started <- screens.Start(ctx) })
	}()
	select {
	case err = <-started:
	case err = <-served:
		return err
	}
	if err == nil {
		fmt.Print(sheet)
		if screens.Hidden {
			fmt.Printf("\nOhne DISPLAY laufen Terminal und Anzeige unsichtbar; ihre Bilder: %s und %s\n",
				relative(filepath.Join(place.Out, "kiosk.png")), relative(filepath.Join(place.Out, "display.png")))
		}
		fmt.Println("\nEnde mit Strg+C.")
		go follow(ctx, e, &screens)
		go watchScanner(ctx, devices, &screens)
	} else {
		cancel()
	}
	return errors.Join(err, <-served)
}

// watchScanner asks for new pictures at every scan: what the hall refuses is no event of it.
func watchScanner(ctx context.Context, devices *demo.Devices, screens *demo.Screens) {
	for {
		select {
		case <-devices.Scanned():
			screens.Changed()
		case <-ctx.Done():
			return
		}
	}
}

// follow asks for new pictures whenever something happens in the hall, as the display hears of it.
func follow(ctx context.Context, e *env, screens *demo.Screens) {
	token, err := config.Secret(e.cfg.Display.Token, e.cfg.Display.TokenFile)
	if err != nil {
		e.log.Warn("pictures are taken only now and then", "err", err)
		return
	}
	c := client.New(e.cfg.Display.Server, token)
	for after := int64(0); ctx.Err() == nil; {
		err := c.Watch(ctx, "", after, func(ev wire.Event) {
			after = max(after, ev.Seq)
			screens.Changed()
		})
		if err != nil && ctx.Err() == nil {
			e.log.Warn("line to the hall lost", "err", err)
		}
		select {
		case <-ctx.Done():
		case <-time.After(time.Second):
		}
	}
}

// sampleTown fills the scratch database and gives the sheet that says how to use the demo.
func sampleTown(e *env, place demo.Place) (string, error) {
	cat, err := catalogue.Parse(demo.Catalogue)
	if err != nil {
		return "", err
	}
	password := rand.Text()[:12]
	hash, err := auth.HashPassword(password)
	if err != nil {
		return "", err
	}
	var samples []demo.Sample
	err = e.withHall(func(h *hall.Hall) error {
		if _, err := h.ApplyCatalogue(e.ctx, operator, cat, true); err != nil {
			return err
		}
		for name, role := range map[string]hall.Role{"anna": hall.Lead, "ben": hall.Clerk, "it": hall.Admin} {
			if err := h.PutUser(e.ctx, hall.User{Name: name, Role: role, Password: hash}); err != nil {
				return err
			}
		}
		for _, program := range []string{"kiosk", "display"} {
			token, hash := auth.NewToken()
			if err := errors.Join(h.PutToken(e.ctx, hash, program, "demo-"+program, "foyer"), place.WriteToken(program, token)); err != nil {
				return err
			}
		}
		samples, err = demo.Seed(e.ctx, h, operator, clock.Now(), e.cfg.Site.Location())
		return err
	})
	if err != nil {
		return "", err
	}
	return writeSheet(e, place, password, samples)
}

// writeSheet writes the codes as pictures and gives what the demo prints.
func writeSheet(e *env, place demo.Place, password string, samples []demo.Sample) (string, error) {
	var b strings.Builder
	fmt.Fprintf(&b, "\nWartemarke läuft mit der Beispielgemeinde.\n\n")
	fmt.Fprintf(&b, "Aufrufseite:   http://%s/   anmelden als anna, ben oder it, Kennwort %s\n", e.cfg.Server.Staff, password)
	fmt.Fprintf(&b, "Termin buchen: http://%s/   Mails kommen nach %s und werden hier angezeigt\n", e.cfg.Server.Public, relative(place.Mails()))
	fmt.Fprintf(&b, "               (an %s kommen keine an: so sieht man, was dann geschieht)\n", demo.Undeliverable)
	fmt.Fprintf(&b, "Wartemarken:   %s/*.png\n\n", relative(place.Tickets()))
	fmt.Fprintf(&b, "Codes für den Scanner (auch als Bilder in %s), zum Beispiel:\n  bin/wartemarke scan %q\n\n", relative(place.Codes()), samples[0].Code.Display())
	for i, s := range samples {
		name := fmt.Sprintf("%d-%s.png", i+1, s.Code)
		if err := qrcode.WriteFile(s.Code.QR(), qrcode.High, -8, filepath.Join(place.Codes(), name)); err != nil {
			return "", err
		}
		fmt.Fprintf(&b, "  %s  %s\n", s.Code.Display(), s.What)
	}
	fmt.Fprintf(&b, "\nStörungen des Druckers: bin/wartemarke fault paper out, paper ok, cover open, cover close, unplug, plug\n")
	return b.String(), nil
}

func canListen(addr string) error {
	ln, err := net.Listen("tcp", addr)
	if err != nil {
		return fmt.Errorf("%w: choose other addresses with --staff and --public", err)
	}
	return ln.Close()
}

// relative shortens a path for people.
func relative(path string) string {
	if wd, err := os.Getwd(); err == nil {
		if r, err := filepath.Rel(wd, path); err == nil && !strings.HasPrefix(r, "..") {
			return r
		}
	}
	return path
}

type scanCmd struct {
	Code []string `arg:"" help:"What the code says; - for standard input."`
	Out  string   `help:"The demo's --out." default:"out"`
}

func (c *scanCmd) Run(e *env) error {
	code := strings.Join(c.Code, " ")
	if code == "-" {
		b, err := io.ReadAll(io.LimitReader(os.Stdin, 64<<10))
		if err != nil {
			return err
		}
		code = strings.TrimRight(string(b), "\r\n")
	}
	place, err := demo.NewPlace(c.Out)
	if err != nil {
		return err
	}
	return place.Scan(code)
}

type faultCmd struct {
	Words []string `arg:"" help:"paper out, paper low, paper ok, cover open, cover close, unplug, plug, jam, unjam, power-cycle."`
	Out   string   `help:"The demo's --out." default:"out"`
}

func (c *faultCmd) Run(e *env) error {
	place, err := demo.NewPlace(c.Out)
	if err != nil {
		return err
	}
	return place.Fault(strings.Join(c.Words, " "))
}

package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"westerkappeln.de/wartemarke/internal/clock"
	"westerkappeln.de/wartemarke/internal/hall"
	"westerkappeln.de/wartemarke/internal/mail"
)

type checkCmd struct{}

// Run prints one line for each thing looked at and fails when something is wrong.
func (c *checkCmd) Run(e *env) error {
	wrong := 0
	say := func(what string, err error, fine string) {
		if err != nil {
			wrong++
			fmt.Printf("WRONG  %-14s %s\n", what, explain(err))
			return
		}
		fmt.Printf("ok     %-14s %s\n", what, fine)
	}
	say("configuration", nil, "")
	h, store, err := e.openHallToRead()
	if err != nil {
		say("database", err, "")
	} else {
		defer store.Close()
		for _, f := range store.Check(e.ctx) {
			say(f.What, f.Err, f.Text)
		}
		fine, err := checkCatalogue(e, h)
		say("catalogue", err, fine)
		checkDevices(e, h, say)
		fine, err = checkMail(e, h)
		say("mail", err, fine)
	}
	say("clock", nil, clockState())
	if wrong > 0 {
		return fmt.Errorf("%d wrong", wrong)
	}
	return nil
}

func checkCatalogue(e *env, h *hall.Hall) (string, error) {
	cat, err := h.Catalogue(e.ctx)
	if err != nil {
		return "", err
	}
	if len(cat.Services) == 0 {
		return "", errors.New("none; give one with: wartemarke catalogue apply F")
	}
	return fmt.Sprintf("%d services, %d counters", len(cat.Services), len(cat.Counters)), nil
}

// mailWithin is how long the mail server may take to answer.
const mailWithin = 10 * time.Second

// checkMail signs in to the mail server and looks for mails that nobody got.
func checkMail(e *env, h *hall.Hall) (string, error) {
	if e.cfg.Mail.Host == "" {
		return "no server: citizens print or keep what they book", nil
	}
	sender, err := mail.NewSender(mail.SenderConfig{Server: e.cfg.Mail})
	if err != nil {
		return "", err
	}
	ctx, cancel := context.WithTimeout(e.ctx, mailWithin)
	defer cancel()
	if err := sender.Reach(ctx); err != nil {
		return "", fmt.Errorf("%s: %w", e.cfg.Mail.Host, err)
	}
	f, err := h.BookingFigures(e.ctx)
	if err == nil && f.MailsDead > 0 {
		err = fmt.Errorf("%d could not be delivered; see the page of mails", f.MailsDead)
	}
	return fmt.Sprintf("%s answers, %d waiting", e.cfg.Mail.Host, f.MailsWaiting), err
}

func checkDevices(e *env, h *hall.Hall, say func(string, error, string)) {
	devices, err := h.Devices(e.ctx)
	if err != nil {
		say("devices", err, "")
		return
	}
	for _, d := range devices {
		troubles := d.Troubles
		if d.Silent {
			troubles = append([]string{"silent"}, troubles...)
		}
		if len(troubles) > 0 {
			say(d.Name, errors.New(strings.Join(troubles, ", ")), "")
			continue
		}
		if d.Seen.Equal(d.Paired) {
			say(d.Name, nil, d.Kind+", paired, not heard of yet")
			continue
		}
		say(d.Name, nil, fmt.Sprintf("%s, seen %s", d.Kind, d.Seen.In(e.cfg.Site.Location()).Format("2006-01-02 15:04:05")))
	}
}

// clockState tells the time and whether the kernel knows it to be synchronised. Not being so is no fault in itself: a box
// without a network runs on its own clock, and a jump is noticed by the hall.
func clockState() string {
	var tx unix.Timex
	state, err := unix.Adjtimex(&tx)
	now := clock.Now().Format(time.RFC3339)
	if err != nil || state == unix.TIME_ERROR {
		return now + ", not synchronised with a time server"
	}
	return now + ", synchronised"
}

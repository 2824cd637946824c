package display

import (
	"context"
	"encoding/json"
	"strings"
	"sync"
	"time"

	"westerkappeln.de/wartemarke/devices/voice"
	"westerkappeln.de/wartemarke/display/board"
	"westerkappeln.de/wartemarke/internal/i18n"
)

const (
	blinks = 3
	// blinkHalf is half a period: 1.25 Hz, well below the three flashes a second of WCAG 2.2 2.3.1.
	blinkHalf = 400 * time.Millisecond
	// stand is how long a number stands large before the next may follow, also when nothing is heard.
	stand = 4 * time.Second
)

// journalLine is one line of Options.Journal.
type journalLine struct {
	Seq    int64     `json:"seq"`
	Number string    `json:"number"`
	Place  string    `json:"place"`
	Event  string    `json:"event"` // "start" or "end"
	At     time.Time `json:"at"`
}

// announceNext begins the next announcement, if there is one and none is being made.
func (d *Display) announceNext() {
	a, ok := d.board.Next()
	if !ok {
		return
	}
	d.journal(a, "start")
	d.refresh()
	d.begun <- a
}

// announcer makes the announcements that begin, until ctx ends. When one is over, the next begins.
func (d *Display) announcer(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case a := <-d.begun:
			failed := d.announce(ctx, a)
			if ctx.Err() != nil {
				return
			}
			d.o.Post(func() {
				d.journal(a, "end")
				d.board.Done()
				d.heard(failed)
				d.refresh()
				d.announceNext()
			})
		}
	}
}

// announce lets the number blink and speaks it, and returns when both are over and the number stood long enough.
func (d *Display) announce(ctx context.Context, a board.Announcement) (failed error) {
	var both sync.WaitGroup
	if d.o.Announcer != nil {
		both.Go(func() { failed = d.o.Announcer.Announce(ctx, d.phrases(a)...) })
	}
	both.Go(func() { d.blink(ctx) })
	both.Wait()
	if failed != nil && ctx.Err() == nil {
		d.o.Log.Error("announcement not heard", "seq", a.Seq, "err", failed)
	}
	return failed
}

// blink turns the highlighting over and back three times and leaves it still.
func (d *Display) blink(ctx context.Context) {
	end := time.NewTimer(stand)
	defer end.Stop()
	half := time.NewTicker(blinkHalf)
	defer half.Stop()
	for i := range 2 * blinks {
		inverted := i%2 == 0
		d.o.Post(func() { d.o.Screen.Highlight(inverted) })
		select {
		case <-half.C:
		case <-ctx.Done():
			return
		}
	}
	select {
	case <-end.C:
	case <-ctx.Done():
	}
}

// phrases are what is spoken: number and place, once in each language.
func (d *Display) phrases(a board.Announcement) []voice.Phrase {
	var ps []voice.Phrase
	for _, lang := range d.o.Voice {
		t := d.o.Bundle.For(lang)
		number := i18n.Spoken(lang, a.Number)
		if strings.HasPrefix(lang, "en") {
			// A pause after the letter, or an English voice reads "A seventeen" as if A were the article.
			number = strings.Replace(number, " ", ", ", 1)
		}
		ps = append(ps, voice.Phrase{Lang: lang, Text: t.T("display_speech", "Number", number, "Place", a.Place.In(lang))})
	}
	return ps
}

func (d *Display) journal(a board.Announcement, event string) {
	if d.o.Journal == nil {
		return
	}
	line, err := json.Marshal(journalLine{Seq: a.Seq, Number: a.Number, Place: a.Place.In(d.o.Language), Event: event, At: d.o.Now()})
	if err == nil {
		_, err = d.o.Journal.Write(append(line, '\n'))
	}
	if err != nil {
		d.o.Log.Error("announcement not written to the journal", "err", err)
	}
}

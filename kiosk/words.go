package kiosk

import (
	"strconv"
	"time"

	"westerkappeln.de/wartemarke/internal/i18n"
	"westerkappeln.de/wartemarke/internal/wire"
	"westerkappeln.de/wartemarke/kiosk/flow"
)

// clock is a time of day at the site.
func (s scene) clock(t time.Time) string { return t.In(s.zone).Format("15:04") }

// date is a day at the site, in words.
func (s scene) date(t time.Time) string {
	t = t.In(s.zone)
	return s.tx.T("kiosk_date",
		"Weekday", s.tx.T("kiosk_weekday_"+strconv.Itoa(int(t.Weekday()))),
		"Day", t.Day(), "Month", s.tx.T("kiosk_month_"+strconv.Itoa(int(t.Month()))))
}

// when is a time to come, as short as it can be said: today only the clock.
func (s scene) when(t time.Time) string {
	now, at := s.Now.In(s.zone), t.In(s.zone)
	switch {
	case sameDay(now, at):
		return s.tx.T("kiosk_at", "Time", s.clock(t))
	case sameDay(now.AddDate(0, 0, 1), at):
		return s.tx.T("kiosk_tomorrow_at", "Time", s.clock(t))
	}
	return s.tx.T("kiosk_date_at", "Date", s.date(t), "Time", s.clock(t))
}

func sameDay(a, b time.Time) bool {
	return a.Year() == b.Year() && a.YearDay() == b.YearDay()
}

// minutes is a waiting range; empty when none is known.
func minutes(tx i18n.Texts, w wire.Wait) string {
	switch {
	case w.High <= 0:
		return ""
	case w.Low == w.High:
		return tx.T("kiosk_minutes_about", "High", w.High)
	case w.Low <= 0:
		return tx.T("kiosk_minutes_upto", "High", w.High)
	}
	return tx.T("kiosk_minutes", "Low", w.Low, "High", w.High)
}

// expect is the line about the waiting time on the done screen; empty when none is known.
func (s scene) expect(w *wire.Wait) string {
	if w == nil {
		return ""
	}
	if r := minutes(s.tx, *w); r != "" {
		return s.tx.T("kiosk_expect", "Range", r)
	}
	return ""
}

// state is what a service on offer says beside its name.
func (s scene) state(svc wire.Service) string {
	switch {
	case svc.Open && svc.Wait != nil && svc.Wait.High > 0:
		return s.tx.T("kiosk_wait", "Range", minutes(s.tx, *svc.Wait))
	case svc.Open:
		return ""
	case svc.Reason == "limit_reached":
		return s.tx.T("kiosk_full")
	case svc.Reason == "closing_soon":
		return s.tx.T("kiosk_closing")
	case svc.Opens != nil:
		return s.tx.T("kiosk_closed_until", "When", s.when(*svc.Opens))
	}
	return s.tx.T("kiosk_closed")
}

// apology is what the sorry screen says: what is wrong, and what to do now.
func (s scene) apology(t flow.Trouble) (wrong, now string) {
	p := t.Problem
	say := func(code string, pairs ...any) (string, string) {
		return s.tx.T("kiosk_" + code), s.tx.T("kiosk_"+code+"_do", pairs...)
	}
	switch p.Code {
	case "too_early":
		if p.Start != nil && p.Earliest != nil {
			wrong, now = say("too_early", "Start", s.clock(*p.Start), "Earliest", s.clock(*p.Earliest))
			if t.CanWalkIn() {
				now += "\n\n" + s.tx.T("kiosk_too_early_instead", "Start", s.clock(*p.Start))
			}
			return wrong, now
		}
	case "wrong_day":
		if p.Start != nil {
			return say("wrong_day", "Date", s.date(*p.Start), "Start", s.clock(*p.Start))
		}
	case "cancelled", "finished":
		if !t.CanWalkIn() {
			return s.tx.T("kiosk_" + p.Code), s.tx.T("kiosk_" + p.Code + "_closed")
		}
		return say(p.Code)
	case "not_found", "bad_code":
		switch {
		case t.IsTicket():
			return say("is_ticket")
		case t.IsNoCode():
			return say("no_code")
		}
		return say(p.Code)
	case "limit_reached", "closing_soon":
		return say(p.Code)
	case "closed":
		if p.Until != nil {
			return say("shut", "When", s.when(*p.Until))
		}
		return s.tx.T("kiosk_shut"), s.tx.T("kiosk_shut_do_unknown")
	}
	return say("failed")
}

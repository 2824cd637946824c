package hall_test

import (
	"testing"
	"time"

	"westerkappeln.de/wartemarke/internal/booking"
	"westerkappeln.de/wartemarke/internal/hall"
)

// From the booking to the ticket over the days on which clocks and calendars are odd: the time that was promised is the one
// that the clock in the hall shows, and the reminder comes a day of 24 hours before.
func TestBookingsAcrossOddDays(t *testing.T) {
	for name, day := range map[string]time.Time{
		"after summer time begins": time.Date(2027, 3, 29, 0, 0, 0, 0, berlin),
		"after summer time ends":   time.Date(2027, 11, 1, 0, 0, 0, 0, berlin),
		"the day it begins":        time.Date(2027, 3, 28, 0, 0, 0, 0, berlin),
		"the day it ends":          time.Date(2027, 10, 31, 0, 0, 0, 0, berlin),
		"leap day":                 time.Date(2028, 2, 29, 0, 0, 0, 0, berlin),
		"the year's last":          time.Date(2026, 12, 31, 0, 0, 0, 0, berlin),
		"the year's first":         time.Date(2028, 1, 1, 0, 0, 0, 0, berlin),
	} {
		t.Run(name, func(t *testing.T) {
			h := newBookable(t, 1, 0)
			cat := bookable(1, 0)
			cat.Openings[0].Days = []string{"mon", "tue", "wed", "thu", "fri", "sat", "sun"}
			h.apply(cat)
			h.clock.until(day.AddDate(0, 0, -3).Add(12 * time.Hour))
			start := time.Date(day.Year(), day.Month(), day.Day(), 9, 30, 0, 0, berlin)
			m, _ := h.online(start, erika)
			if got := m.Appointment.Start.In(berlin).Format("15:04"); got != "09:30" {
				t.Fatal(got)
			}
			h.sendAll()
			h.clock.until(start.Add(-24 * time.Hour))
			if got := h.letters(); len(got) != 1 || got[0].Mail.Kind != hall.MailReminder {
				t.Errorf("%+v", got)
			}
			h.clock.until(start.Add(-45 * time.Minute))
			if in, err := h.CheckIn(h.ctx, kiosk, m.Appointment.Code.QR(), false); err != nil || in.Notice != booking.NoticeOnTime || !in.View.Ticket.Due.Equal(start) {
				t.Errorf("%+v, %v", in, err)
			}
		})
	}
}

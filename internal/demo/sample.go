// Package demo sets up the appliance with a sample town on scratch data, for trying it out and for whole-program tests.
package demo

import (
	"context"
	_ "embed"
	"fmt"
	"time"

	"westerkappeln.de/wartemarke/internal/booking"
	"westerkappeln.de/wartemarke/internal/hall"
	"westerkappeln.de/wartemarke/internal/queue"
)

// Catalogue is the sample town's, in the form that "catalogue apply" reads.
//
//go:embed sample.toml
var Catalogue []byte

// Sample is an appointment to try the terminal with.
type Sample struct {
	Code booking.Code
	// What the terminal will make of it, in German as on the terminal.
	What string
}

// samples are the appointments around the present time; cancel ones are cancelled at once.
var samples = []struct {
	what, service, who string
	offset             time.Duration
	cancel             bool
}{
	{"pünktlich: Personalausweis", "personalausweis", "Erika Mustermann", 10 * time.Minute, false},
	{"pünktlich: Wohnsitz anmelden", "wohnsitz-anmelden", "Max Beispiel", 0, false},
	{"pünktlich: Geburtsurkunde", "geburtsurkunde", "Aylin Yılmaz", 20 * time.Minute, false},
	{"pünktlich: Wohngeld", "wohngeld", "Jan Kowalski", 5 * time.Minute, false},
	{"verspätet: Reisepass", "reisepass", "Hanna Große-Wördemann", -25 * time.Minute, false},
	{"sehr spät: Führungszeugnis", "fuehrungszeugnis", "Karl-Heinz Schulte", -90 * time.Minute, false},
	{"zu früh: Beglaubigung", "beglaubigung", "Olena Kovalenko", 3 * time.Hour, false},
	{"anderer Tag: Meldebescheinigung", "meldebescheinigung", "Fatima Haddad", 26 * time.Hour, false},
	{"abgesagt: Personalausweis", "personalausweis", "Peter van den Berg", 15 * time.Minute, true},
}

// Seed adds the sample appointments around now and gives their codes. Close to midnight those that would fall on the
// wrong day are left out.
func Seed(ctx context.Context, h *hall.Hall, c hall.Command, now time.Time, loc *time.Location) ([]Sample, error) {
	var added []Sample
	today := queue.DayOf(now, loc)
	for _, s := range samples {
		start := now.Add(s.offset).Truncate(5 * time.Minute)
		if s.offset < 24*time.Hour && queue.DayOf(start, loc) != today {
			continue
		}
		a, err := h.AddAppointment(ctx, c, []queue.Visit{{ID: s.service, Quantity: 1}}, start, s.who, "")
		if err != nil {
			return nil, fmt.Errorf("add sample %q: %w", s.what, err)
		}
		if s.cancel {
			if _, err := h.CancelAppointment(ctx, c, a.ID); err != nil {
				return nil, fmt.Errorf("cancel sample %q: %w", s.what, err)
			}
		}
		added = append(added, Sample{Code: a.Code, What: fmt.Sprintf("%s (%s)", s.what, start.In(loc).Format("02.01. 15:04"))})
	}
	return added, nil
}

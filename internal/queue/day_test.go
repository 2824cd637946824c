package queue_test

import (
	"testing"
	"time"
	_ "time/tzdata" // the same zones on every machine

	"pgregory.net/rapid"

	"westerkappeln.de/wartemarke/internal/queue"
)

func zone(t interface{ Fatal(...any) }, name string) *time.Location {
	loc, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

func TestEndOfDay(t *testing.T) {
	tests := []struct {
		name, zone string
		day        queue.Day
		want       string // local, with offset
		hours      float64
	}{
		{"ordinary", "Europe/Berlin", "2026-11-23", "2026-11-24T00:00:00+01:00", 24},
		{"spring forward", "Europe/Berlin", "2026-03-29", "2026-03-30T00:00:00+02:00", 23},
		{"fall back", "Europe/Berlin", "2026-10-25", "2026-10-26T00:00:00+01:00", 25},
		{"end of year", "Europe/Berlin", "2026-12-31", "2027-01-01T00:00:00+01:00", 24},
		{"leap day", "Europe/Berlin", "2028-02-28", "2028-02-29T00:00:00+01:00", 24},
		{"next day begins at one", "Asia/Beirut", "2026-03-28", "2026-03-29T01:00:00+03:00", 24},
		{"day that begins at one", "Asia/Beirut", "2026-03-29", "2026-03-30T00:00:00+03:00", 23},
		{"midnight falls back to 23:00", "Asia/Beirut", "2026-10-24", "2026-10-25T00:00:00+02:00", 25},
		{"next day begins at one, historic", "America/Sao_Paulo", "2018-11-03", "2018-11-04T01:00:00-02:00", 24},
		{"midnight falls back, historic", "America/Sao_Paulo", "2018-02-17", "2018-02-18T00:00:00-03:00", 25},
		{"midnight comes twice", "Atlantic/Azores", "2026-10-24", "2026-10-25T00:00:00Z", 24},
		{"a day that did not exist follows", "Pacific/Apia", "2011-12-29", "2011-12-31T00:00:00+14:00", 24},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			loc := zone(t, tt.zone)
			got := queue.EndOfDay(tt.day, loc)
			if s := got.Format(time.RFC3339); s != tt.want {
				t.Errorf("ends %s, want %s", s, tt.want)
			}
			if before := queue.DayOf(got.Add(-1), loc); before != tt.day {
				t.Errorf("the last instant is on %s", before)
			}
			start := queue.EndOfDay(dayBefore(tt.day), loc)
			if hours := got.Sub(start).Hours(); hours != tt.hours {
				t.Errorf("%v hours, want %v", hours, tt.hours)
			}
		})
	}
}

func dayBefore(d queue.Day) queue.Day {
	t, err := time.Parse(time.DateOnly, string(d))
	if err != nil {
		panic(err)
	}
	return queue.Day(t.AddDate(0, 0, -1).Format(time.DateOnly))
}

func TestDaysFollowEachOther(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		loc := zone(t, rapid.SampledFrom([]string{
			"Europe/Berlin", "Asia/Beirut", "Africa/Cairo", "America/Sao_Paulo", "America/Havana", "Atlantic/Azores", "UTC",
		}).Draw(t, "zone"))
		now := time.Unix(rapid.Int64Range(1e9, 2.5e9).Draw(t, "seconds"), 0)
		day := queue.DayOf(now, loc)
		end := queue.EndOfDay(day, loc)
		if !end.After(now) {
			t.Fatalf("%s ends %v, but it is %v", day, end, now.In(loc))
		}
		if got := queue.DayOf(end, loc); got != day.Next() {
			t.Fatalf("%s comes after %s, Next says %s", got, day, day.Next())
		}
		if end.Sub(now) > 25*time.Hour {
			t.Fatalf("%s lasts %v from %v", day, end.Sub(now), now)
		}
	})
}

func TestWhatIsNotADay(t *testing.T) {
	for _, d := range []queue.Day{"", "2026-02-30", "23.11.2026"} {
		if got := queue.EndOfDay(d, time.UTC); !got.IsZero() {
			t.Errorf("%q ends %v", d, got)
		}
		if got := d.Next(); got != "" {
			t.Errorf("after %q comes %q", d, got)
		}
	}
}

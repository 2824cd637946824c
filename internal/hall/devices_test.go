package hall_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"westerkappeln.de/wartemarke/internal/hall"
	"westerkappeln.de/wartemarke/internal/queue"
)

func (h *town) pair() {
	h.t.Helper()
	if err := h.PutToken(h.ctx, [32]byte{1}, hall.KindKiosk, "kiosk-1", "foyer"); err != nil {
		h.t.Fatal(err)
	}
}

func (h *town) report(troubles ...string) {
	h.t.Helper()
	if err := h.Report(h.ctx, kiosk, hall.Report{Version: "1", Printer: "ready", Troubles: troubles}); err != nil {
		h.t.Fatal(err)
	}
}

func TestReportsTellChangesOnly(t *testing.T) {
	h := newTown(t)
	h.pair()
	for _, step := range []struct {
		troubles []string
		want     []string
	}{
		{nil, nil},
		{[]string{"paper_low"}, []string{"device.trouble paper_low"}},
		{[]string{"paper_low"}, nil},
		{[]string{"paper_out", "paper_low"}, []string{"device.trouble paper_out"}},
		{[]string{"cover_open"}, []string{"device.trouble cover_open", "device.well paper_low", "device.well paper_out"}},
		{nil, []string{"device.well cover_open"}},
	} {
		before := h.seq()
		h.clock.pass(time.Second)
		h.report(step.troubles...)
		var got []string
		for _, e := range h.events(before) {
			got = append(got, e.Type+" "+e.Trouble)
			if e.Device != "kiosk-1" || len(e.Waiting) > 0 {
				t.Errorf("%+v", e)
			}
		}
		if !slices.Equal(got, step.want) {
			t.Errorf("%v: %v, want %v", step.troubles, got, step.want)
		}
	}
	stranger := kiosk
	stranger.Actor.ID = "kiosk-2"
	refusal(t, h.Report(h.ctx, stranger, hall.Report{}), queue.NotFound)
}

func TestTroubleKeepsItsBeginning(t *testing.T) {
	h := newTown(t)
	h.pair()
	h.report("paper_low")
	h.clock.pass(time.Minute)
	h.report("paper_low", "scanner_gone")
	troubles, err := h.Troubles(h.ctx)
	if err != nil || len(troubles) != 2 || troubles[0].Word != "scanner_gone" || !troubles[1].Since.Equal(nine) {
		t.Errorf("%+v, %v", troubles, err)
	}
}

func TestSilentDevices(t *testing.T) {
	h := newTown(t)
	h.pair()
	events := h.subscribe(h.seq())
	h.report()
	h.clock.pass(46 * time.Second)
	ran := h.running()
	if e := read(t, events, 1)[0]; e.Type != "device.trouble" || e.Trouble != "silent" || e.Device != "kiosk-1" {
		t.Errorf("%+v", e)
	}
	devices, err := h.Devices(h.ctx)
	if err != nil || len(devices) != 1 || !devices[0].Silent {
		t.Errorf("%+v, %v", devices, err)
	}
	h.report()
	if e := read(t, events, 1)[0]; e.Type != "device.well" || e.Trouble != "silent" {
		t.Errorf("%+v", e)
	}
	ran()
}

// running runs the hall until the returned function is called.
func (h *town) running() (stop func()) {
	ctx, cancel := context.WithCancel(h.ctx)
	done := make(chan error, 1)
	go func() { done <- h.Run(ctx) }()
	return func() {
		cancel()
		<-done
	}
}

func TestPaperThatFailed(t *testing.T) {
	for name, c := range map[string]struct {
		outcome, word string
		settle        func(h *town, k queue.Ticket)
	}{
		"called":     {"not_printed", "not_printed", func(h *town, _ queue.Ticket) { h.openCounter(anna, "1"); h.next(anna, "1") }},
		"reprinted":  {"unknown", "print_unknown", func(h *town, k queue.Ticket) { h.printed(k, "printed") }},
		"cancelled":  {"not_printed", "not_printed", func(h *town, k queue.Ticket) { h.act(anna, k, queue.Cancel) }},
		"end of day": {"unknown", "print_unknown", func(h *town, _ queue.Ticket) { h.clock.pass(24 * time.Hour); h.take("pass") }},
	} {
		t.Run(name, func(t *testing.T) {
			h := newTown(t)
			h.pair()
			k := h.take("pass")
			before := h.seq()
			h.printed(k, c.outcome)
			troubles, err := h.Troubles(h.ctx)
			if err != nil || len(troubles) != 1 || troubles[0].Number != k.Number() || troubles[0].Name != "kiosk-1" || troubles[0].Word != c.word {
				t.Fatalf("%+v, %v", troubles, err)
			}
			if got := h.ticket(k.ID).Print; got != c.outcome {
				t.Errorf("print %q", got)
			}
			c.settle(h, k)
			wantTrouble(h)
			var well int
			for _, e := range h.events(before) {
				if e.Type == "device.well" && e.Number == k.Number() && e.Trouble == c.word {
					well++
				}
			}
			if well != 1 {
				t.Errorf("%d ends of the trouble: %v", well, types(h.events(before)))
			}
		})
	}
	h := newTown(t)
	k := h.take("pass")
	refusal(t, h.Printed(h.ctx, kiosk, k.ID, "burnt", "none", ""), queue.Invalid)
	refusal(t, h.Printed(h.ctx, kiosk, "nothing", "printed", "none", ""), queue.NotFound)
}

func (h *town) printed(k queue.Ticket, outcome string) {
	h.t.Helper()
	if err := h.Printed(h.ctx, kiosk, k.ID, outcome, "status", "paper_out"); err != nil {
		h.t.Fatal(err)
	}
}

func TestTokensAndUnpairing(t *testing.T) {
	h := newTown(t)
	h.pair()
	if a, kind, err := h.ByToken(h.ctx, [32]byte{1}); err != nil || kind != "kiosk" || a != kiosk.Actor {
		t.Errorf("%+v %s %v", a, kind, err)
	}
	if err := h.PutToken(h.ctx, [32]byte{2}, hall.KindKiosk, "kiosk-1", "og"); err != nil {
		t.Fatal(err)
	}
	_, _, err := h.ByToken(h.ctx, [32]byte{1}) // replaced
	refusal(t, err, queue.NotFound)
	refusal(t, h.PutToken(h.ctx, [32]byte{3}, hall.KindDisplay, "kiosk-1", ""), queue.Conflict)
	refusal(t, h.PutToken(h.ctx, [32]byte{3}, hall.KindUser, "nobody", ""), queue.NotFound)
	refusal(t, h.PutToken(h.ctx, [32]byte{3}, "toaster", "x", ""), queue.Invalid)
	h.report("paper_low")
	refusal(t, h.Unpair(h.ctx, lead, "kiosk-1"), queue.NotAllowed)
	if err := h.Unpair(h.ctx, operator, "kiosk-1"); err != nil {
		t.Fatal(err)
	}
	wantTrouble(h)
	_, _, err = h.ByToken(h.ctx, [32]byte{2})
	refusal(t, err, queue.NotFound)
	refusal(t, h.Unpair(h.ctx, operator, "kiosk-1"), queue.NotFound)
}

func TestUsersAndSessions(t *testing.T) {
	h := newTown(t)
	u := hall.User{Name: "anna", Role: hall.Lead, Password: "hash"}
	if err := h.PutUser(h.ctx, u); err != nil {
		t.Fatal(err)
	}
	refusal(t, h.PutUser(h.ctx, hall.User{Name: "x", Role: "king"}), queue.Invalid)
	if got, err := h.User(h.ctx, "anna"); err != nil || got != u {
		t.Errorf("%+v, %v", got, err)
	}
	_, err := h.User(h.ctx, "bert")
	refusal(t, err, queue.NotFound)
	if users, err := h.Users(h.ctx); err != nil || len(users) != 1 || users[0].Password != "" {
		t.Errorf("%+v, %v", users, err)
	}
	if err := h.PutToken(h.ctx, [32]byte{9}, hall.KindUser, "anna", ""); err != nil {
		t.Fatal(err)
	}
	if a, kind, err := h.ByToken(h.ctx, [32]byte{9}); err != nil || kind != hall.KindUser || a.Role != hall.Lead || a.Kind != hall.Staff {
		t.Errorf("%+v, %v", a, err)
	}
	if err := h.Commit("token", []byte("data"), time.Now().Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	if b, found, err := h.Find("token"); err != nil || !found || string(b) != "data" {
		t.Errorf("%q %v %v", b, found, err)
	}
	h.clock.pass(time.Hour)
	// The lifetime is counted from the machine's clock, see CommitCtx.
	if _, found, err := h.Find("token"); err != nil || found {
		t.Errorf("expired, but found: %v", err)
	}
	if err := h.Delete("token"); err != nil {
		t.Error(err)
	}
}

// A terminal says only what it can know: the hall's own words, and unknown ones, change nothing.
func TestReportsOfOtherWords(t *testing.T) {
	h := newTown(t)
	h.pair()
	h.report("paper_low")
	for _, word := range []string{hall.TroubleSilent, hall.TroubleNotPrinted, hall.TroublePrintUnknown, hall.TroubleDiskFull, queue.ClockAhead, queue.ClockBehind, "", "fire", "paper_out "} {
		err := h.Report(h.ctx, kiosk, hall.Report{Troubles: []string{"paper_out", word}})
		if r := refusal(t, err, queue.Invalid); r.Field != "troubles" {
			t.Errorf("%q: %+v", word, r)
		}
	}
	all, err := h.Troubles(h.ctx)
	if err != nil || len(all) != 1 || all[0].Word != "paper_low" {
		t.Errorf("%+v, %v", all, err)
	}
	h.report(hall.DeviceTroubles...)
}

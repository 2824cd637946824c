package api_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"westerkappeln.de/wartemarke/internal/api/client"
	"westerkappeln.de/wartemarke/internal/wire"
)

// A whole visit through the API: booked check-in, call, serve, forward, finish, undo.
func TestBookedVisit(t *testing.T) {
	w, ctx := newTown(t), t.Context()
	code := w.book("ausweis", 9, 10)
	w.must(w.clerk.OpenCounter(ctx, "", "c1"))

	in, err := w.kiosk.CheckIn(ctx, "k1", wire.CheckIn{Code: code})
	w.must(err)
	if in.Notice != wire.NoticeOnTime || in.Ticket.Number != "A001" || in.Ticket.State != wire.StateWaiting ||
		in.Ticket.Wait == nil || !in.Ticket.Due.Equal(in.Appointment.Start) {
		t.Errorf("check-in: %+v", in)
	}
	if !strings.HasPrefix(in.Ticket.URL, "https://warten.example/ticket/") || len(in.Ticket.URL) < 50 {
		t.Errorf("link of the phone page: %q", in.Ticket.URL)
	}
	w.must(w.kiosk.ReportPrint(ctx, "k2", in.Ticket.ID, wire.PrintOutcome{Outcome: "printed", Evidence: "fence"}))

	again, err := w.kiosk.CheckIn(ctx, "k3", wire.CheckIn{Code: strings.ToLower(code)})
	w.must(err)
	if again.Notice != wire.NoticeAgain || again.Ticket.Number != "A001" || again.Ticket.URL != "" {
		t.Errorf("again: %+v", again)
	}

	called, err := w.clerk.Next(ctx, "k4", "c1", wire.Next{})
	w.must(err)
	if called.ID != in.Ticket.ID || called.State != wire.StateCalled || called.Place != "Schalter 1" || called.URL != "" || called.Print != "printed" {
		t.Errorf("called: %+v", called)
	}
	if rung, err := w.clerk.Ring(ctx, "", "c1"); err != nil || rung.State != wire.StateCalled {
		t.Errorf("ring: %+v, %v", rung, err)
	}
	for _, step := range []struct {
		action, state string
		in            wire.TicketAction
	}{
		{"arrive", wire.StateServing, wire.TicketAction{}},
		{"park", wire.StateParked, wire.TicketAction{Counter: "c1", Remark: "holt ein Foto"}},
		{"take-back", wire.StateWaiting, wire.TicketAction{}},
		{"priority", wire.StateWaiting, wire.TicketAction{Priority: 1}},
	} {
		got, err := w.clerk.Act(ctx, "", called.ID, step.action, step.in)
		if err != nil || got.State != step.state {
			t.Fatalf("%s: %+v, %v", step.action, got, err)
		}
	}
	if _, err := w.clerk.Call(ctx, "", "c1", wire.Call{Ticket: "A001"}); err != nil {
		t.Fatal(err)
	}
	for _, step := range []struct{ action, state string }{
		{"undo", wire.StateWaiting},
	} {
		if got, err := w.clerk.Act(ctx, "", called.ID, step.action, wire.TicketAction{Counter: "c1"}); err != nil || got.State != step.state {
			t.Fatalf("%s: %+v, %v", step.action, got, err)
		}
	}
	if _, err := w.clerk.Next(ctx, "", "c1", wire.Next{}); err != nil {
		t.Fatal(err)
	}
	fwd, err := w.clerk.Act(ctx, "", called.ID, "forward", wire.TicketAction{Service: "heirat", Done: []string{"ausweis"}})
	w.must(err)
	if fwd.State != wire.StateWaiting || fwd.Service != "heirat" || fwd.Area != "og" || fwd.Number != "A001" {
		t.Errorf("forward: %+v", fwd)
	}
	w.must(w.lead.OpenCounter(ctx, "", "c2"))
	if _, err := w.lead.Next(ctx, "", "c2", wire.Next{}); err != nil {
		t.Fatal(err)
	}
	if _, err := w.lead.Act(ctx, "", called.ID, "arrive", wire.TicketAction{}); err != nil {
		t.Fatal(err)
	}
	done, err := w.lead.Act(ctx, "", called.ID, "finish", wire.TicketAction{People: 2})
	if err != nil || done.State != wire.StateFinished {
		t.Fatalf("finish: %+v, %v", done, err)
	}
	list, err := w.clerk.Tickets(ctx, wire.StateFinished, "")
	if err != nil || len(list) != 1 || list[0].ID != called.ID {
		t.Errorf("finished: %+v, %v", list, err)
	}
	if got, err := w.clerk.Ticket(ctx, called.ID); err != nil || got.State != wire.StateFinished {
		t.Errorf("ticket: %+v, %v", got, err)
	}
	w.must(w.lead.CloseCounter(ctx, "", "c2"))
	w.must(w.clerk.CloseCounter(ctx, "", "c1"))
}

func TestWalkIn(t *testing.T) {
	w, ctx := newTown(t), t.Context()
	w.must(w.clerk.OpenCounter(ctx, "", "c1"))
	k, err := w.kiosk.Kiosk(ctx)
	w.must(err)
	if k.Area.ID != "eg" || len(k.Services) != 2 || !k.Services[0].Open || k.Services[0].Wait == nil || k.Site.Name != "Westerkappeln" {
		t.Errorf("kiosk: %+v", k)
	}
	ticket, err := w.kiosk.TakeTicket(ctx, "", wire.TakeTicket{Service: "ausweis"})
	w.must(err)
	if ticket.Number != "A001" || ticket.URL == "" || ticket.Why != "walk_in" {
		t.Errorf("ticket: %+v", ticket)
	}
	if _, err := w.kiosk.TakeTicket(ctx, "", wire.TakeTicket{Service: "ausweis", Priority: 1}); code(err) != "not_allowed" {
		t.Errorf("a terminal raises priority: %v", err)
	}
	byClerk, err := w.clerk.TakeTicket(ctx, "", wire.TakeTicket{Service: "ausweis", Priority: 2})
	w.must(err)
	if byClerk.URL != "" || byClerk.Priority != 2 {
		t.Errorf("clerk's: %+v", byClerk)
	}
	if got, err := w.clerk.Next(ctx, "", "c1", wire.Next{}); err != nil || got.ID != byClerk.ID {
		t.Errorf("next: %+v, %v", got, err)
	}
	if _, err := w.clerk.Act(ctx, "", byClerk.ID, "no-show", wire.TicketAction{}); err != nil {
		t.Error(err)
	}
	if got, err := w.clerk.Tickets(ctx, "waiting", "ausweis"); err != nil || len(got) != 2 {
		t.Errorf("waiting: %+v, %v", got, err)
	}
	if got, err := w.clerk.Act(ctx, "", ticket.ID, "cancel", wire.TicketAction{}); err != nil || got.State != wire.StateCancelled {
		t.Errorf("cancel: %+v, %v", got, err)
	}
}

// next with finish ends the visit even if nobody can be called after it, and says both.
func TestNextFinishesAndNobodyWaits(t *testing.T) {
	w, ctx := newTown(t), t.Context()
	w.must(w.clerk.OpenCounter(ctx, "", "c1"))
	_, err := w.kiosk.TakeTicket(ctx, "", wire.TakeTicket{Service: "ausweis"})
	w.must(err)
	_, err = w.clerk.Next(ctx, "", "c1", wire.Next{Finish: true})
	w.must(err)
	if _, err := w.clerk.Next(ctx, "", "c1", wire.Next{}); code(err) != "counter_busy" {
		t.Errorf("without finish: %v", err)
	}
	for range 2 { // the second time under the same key
		var p *wire.Problem
		if _, err := w.clerk.Next(ctx, "button", "c1", wire.Next{Finish: true}); !errors.As(err, &p) ||
			p.Code != "nobody_waiting" || p.Status != http.StatusConflict || p.Finished != "A001" ||
			!strings.HasPrefix(p.Detail, "A001 ist abgeschlossen. Für diesen Platz wartet") {
			t.Errorf("got %+v", err)
		}
	}
	if _, err := w.clerk.Next(ctx, "", "c1", wire.Next{Finish: true}); code(err) != "nobody_waiting" {
		t.Errorf("free counter: %v", err)
	}
	// The body may be left out altogether.
	if status, _, _ := w.request(w.staff, "clerk", "POST", "/api/v1/counters/c1/next", ""); status != http.StatusConflict {
		t.Errorf("no body: %d", status)
	}
}

// Refusals carry the sentence in the asker's language, with times written for people.
func TestSentences(t *testing.T) {
	w := newTown(t)
	early, tomorrow := w.book("ausweis", 11, 30), w.book("ausweis", 24+10, 0)
	ask := func(lang, what string) wire.Problem {
		t.Helper()
		_, header, body := w.request(w.staff, "kiosk", "POST", "/api/v1/checkins", `{"code":"`+what+`"}`, "Accept-Language", lang)
		if got := header.Get("Content-Type"); got != "application/problem+json" {
			t.Errorf("type %q", got)
		}
		var p wire.Problem
		w.must(json.Unmarshal([]byte(body), &p))
		return p
	}
	p := ask("de-DE,de;q=0.9", early)
	if p.Code != "too_early" || p.Status != 409 || !strings.Contains(p.Detail, "11:30 Uhr") || !strings.Contains(p.Detail, "10:45 Uhr") || !p.WalkIn ||
		p.Start == nil || !p.Start.Equal(time.Date(2026, 11, 24, 11, 30, 0, 0, berlin)) {
		t.Errorf("too early: %+v", p)
	}
	if p := ask("en", early); !strings.Contains(p.Detail, "from 10:45") {
		t.Errorf("in English: %q", p.Detail)
	}
	if p := ask("de", tomorrow); p.Code != "wrong_day" || !strings.Contains(p.Detail, "Mittwoch, 25.11.2026, 10:00 Uhr") {
		t.Errorf("wrong day: %+v", p)
	}
	if p := ask("en-GB", tomorrow); !strings.Contains(p.Detail, "Wednesday, 25 November 2026, 10:00") {
		t.Errorf("in English: %q", p.Detail)
	}
	if p := ask("fr", "0000000000"); p.Code != "not_found" || !strings.Contains(p.Detail, "nicht gefunden") {
		t.Errorf("unknown: %+v", p)
	}
	if p := ask("", "K7M4X2QX9P2"); p.Code != "bad_code" || p.Status != 422 {
		t.Errorf("mistyped: %+v", p)
	}
}

func TestKioskOfAnArea(t *testing.T) {
	w, ctx := newTown(t), t.Context()
	k, err := client.New(w.staff.URL, w.tokens["kiosk"], client.Area("og")).Kiosk(ctx)
	if err != nil || k.Area.ID != "og" {
		t.Errorf("%+v, %v", k.Area, err)
	}
	if _, err := client.New(w.staff.URL, w.tokens["kiosk"], client.Area("keller")).Kiosk(ctx); code(err) != "not_found" {
		t.Errorf("unknown area: %v", err)
	}
}

func TestPlaceInSentence(t *testing.T) {
	w, ctx := newTown(t), t.Context()
	w.must(w.clerk.OpenCounter(ctx, "", "c1"))
	w.must(w.lead.OpenCounter(ctx, "", "c2"))
	ticket, err := w.kiosk.TakeTicket(ctx, "", wire.TakeTicket{Service: "ausweis"})
	w.must(err)
	_, err = w.clerk.Next(ctx, "", "c1", wire.Next{})
	w.must(err)
	var p *wire.Problem
	_, err = w.lead.Call(ctx, "", "c2", wire.Call{Ticket: ticket.ID})
	if !errors.As(err, &p) || p.Code != "already_called" || p.Counter != "c1" || !strings.Contains(p.Detail, "Schalter 1") || !strings.Contains(p.Detail, "A001") {
		t.Errorf("got %+v", err)
	}
	_, err = w.clerk.Act(ctx, "", ticket.ID, "take-back", wire.TicketAction{})
	if !errors.As(err, &p) || p.Code != "wrong_state" || !strings.Contains(p.Detail, "A001 ist aufgerufen") {
		t.Errorf("got %+v", err)
	}
}

func TestStatusReport(t *testing.T) {
	w, ctx := newTown(t), t.Context()
	w.must(w.kiosk.ReportStatus(ctx, wire.DeviceStatus{Version: "1", Printer: "ready", Scanner: "ready", At: w.clock()}))
	w.must(w.display.ReportStatus(ctx, wire.DeviceStatus{Troubles: []string{"sound_failed"}}))
	if status, _, body := w.request(w.staff, "kiosk", "POST", "/api/v1/devices/self/status", `{"printer":"down","troubles":["paper_out"]}`); status != http.StatusNoContent {
		t.Errorf("%d %s", status, body)
	}
	troubles, err := w.hall.Troubles(ctx)
	if err != nil || len(troubles) != 2 {
		t.Errorf("troubles: %+v, %v", troubles, err)
	}
}

func TestPublicQueue(t *testing.T) {
	w, ctx := newTown(t), t.Context()
	_, err := w.kiosk.TakeTicket(ctx, "", wire.TakeTicket{Service: "ausweis"})
	w.must(err)
	status, header, body := w.request(w.public, "", "GET", "/api/v1/public/queue", "")
	if status != 200 || header.Get("Cache-Control") != "public, max-age=10" {
		t.Errorf("%d %v", status, header)
	}
	var q wire.PublicQueue
	w.must(json.Unmarshal([]byte(body), &q))
	if len(q.Areas) != 2 || q.Areas[0].Count != 1 || q.Areas[0].Name["en"] != "Ground floor" {
		t.Errorf("%s", body)
	}
	if strings.Contains(body, "A001") {
		t.Errorf("a ticket is shown to the public: %s", body)
	}
}

func TestHealthAndMetrics(t *testing.T) {
	w, ctx := newTown(t), t.Context()
	w.book("ausweis", 9, 15)
	_, err := w.kiosk.TakeTicket(ctx, "", wire.TakeTicket{Service: "ausweis"})
	w.must(err)
	w.must(w.display.ReportStatus(ctx, wire.DeviceStatus{Troubles: []string{"sound_failed"}}))
	for _, path := range []string{"/healthz", "/readyz"} {
		if status, _, body := w.request(w.staff, "", "GET", path, ""); status != 200 || body != "ok\n" {
			t.Errorf("%s: %d %q", path, status, body)
		}
	}
	status, _, body := w.request(w.staff, "", "GET", "/metrics", "")
	for _, want := range []string{
		`wartemarke_tickets{state="waiting"} 1`, `wartemarke_tickets{state="called"} 0`, "wartemarke_event_seq ", "wartemarke_event_listeners 0",
		`wartemarke_sign_ins_failed_total{why="wrong"} 0`, `wartemarke_sign_ins_failed_total{why="too_many"} 0`,
		`wartemarke_trouble{device="board",word="sound_failed"} 1`,
		`wartemarke_http_request_duration_seconds_count{route="POST /api/v1/tickets",status="201"} 1`,
	} {
		if !strings.Contains(body, want) {
			t.Errorf("%d: no %s", status, want)
		}
	}
	for _, never := range []string{"Mustermann", "example.org", "clara"} {
		if strings.Contains(body, never) {
			t.Errorf("metrics name %s", never)
		}
	}
}

// A full disk: whoever watches the server learns of it, and reading goes on.
func TestFullDisk(t *testing.T) {
	w, ctx := newTown(t), t.Context()
	w.disk.full.Store(true)
	if _, err := w.kiosk.TakeTicket(ctx, "", wire.TakeTicket{Service: "ausweis"}); code(err) != "disk_full" {
		t.Errorf("a new number: %v", err)
	}
	if status, _, body := w.request(w.staff, "", "GET", "/readyz", ""); status != http.StatusServiceUnavailable || !strings.Contains(body, `"code":"disk_full"`) {
		t.Errorf("readyz: %d %s", status, body)
	}
	if status, _, _ := w.request(w.staff, "", "GET", "/healthz", ""); status != http.StatusOK {
		t.Errorf("healthz: %d", status)
	}
	const trouble = `wartemarke_trouble{device="hall",word="disk_full"} 1`
	if _, _, body := w.request(w.staff, "", "GET", "/metrics", ""); !strings.Contains(body, trouble) {
		t.Error("the metrics say nothing")
	}
	if _, err := w.display.Board(ctx, ""); err != nil {
		t.Errorf("board: %v", err)
	}
	w.disk.full.Store(false)
	_, err := w.kiosk.TakeTicket(ctx, "", wire.TakeTicket{Service: "ausweis"})
	w.must(err)
	if status, _, _ := w.request(w.staff, "", "GET", "/readyz", ""); status != http.StatusOK {
		t.Errorf("readyz with room again: %d", status)
	}
	if _, _, body := w.request(w.staff, "", "GET", "/metrics", ""); strings.Contains(body, trouble) {
		t.Error("the metrics still say it")
	}
}

func TestOpenAPI(t *testing.T) {
	w := newTown(t)
	status, header, body := w.request(w.staff, "", "GET", "/api/v1/openapi.json", "")
	if status != 200 || header.Get("Content-Type") != "application/openapi+json" {
		t.Fatalf("%d %v", status, header)
	}
	var spec struct {
		OpenAPI string `json:"openapi"`
		Paths   map[string]map[string]struct {
			Responses map[string]struct {
				Content map[string]struct{ Schema map[string]any }
			}
		} `json:"paths"`
	}
	w.must(json.Unmarshal([]byte(body), &spec))
	if !strings.HasPrefix(spec.OpenAPI, "3.1") {
		t.Errorf("version %s", spec.OpenAPI)
	}
	for _, r := range routes {
		op, ok := spec.Paths[r.pattern()][strings.ToLower(r.method)]
		if !ok {
			t.Errorf("%s %s is not described", r.method, r.pattern())
			continue
		}
		if r.pattern() != "/api/v1/events" {
			if got := op.Responses["default"].Content["application/problem+json"].Schema["$ref"]; got != "#/components/schemas/Problem" {
				t.Errorf("%s %s: errors described as %v", r.method, r.pattern(), got)
			}
		}
	}
	for path := range spec.Paths {
		if path == "/api/v1/public/queue" {
			continue
		}
		if !strings.Contains(strings.Join(patterns(), " "), path) {
			t.Errorf("%s is in no table of this test", path)
		}
	}
	if _, _, public := w.request(w.public, "", "GET", "/api/v1/openapi.json", ""); strings.Contains(public, "checkins") {
		t.Error("the public description tells of staff routes")
	}
}

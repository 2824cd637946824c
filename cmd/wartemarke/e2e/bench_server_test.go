//go:build e2e

package e2e

import (
	"context"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"
	"time"

	"westerkappeln.de/wartemarke/internal/api/client"
	"westerkappeln.de/wartemarke/internal/wire"
)

// BenchmarkServerDay is a day's work: 300 people get a ticket, half of them booked, look at their phone, are called by two
// clerks with open pages, and go. Target: the server then holds at most 60 MB.
func BenchmarkServerDay(b *testing.B) {
	const people, phones = 300, 20
	load(b)
	programs(b)
	h := newHall(b)
	ctx, cancel := context.WithCancel(context.Background())
	b.Cleanup(cancel)
	device := client.New("http://"+h.staff, strings.TrimSpace(h.run("", "device", "pair", "terminal", "--kind", "kiosk")))
	var codes []string
	for range people / 2 {
		codes = append(codes, h.book("geburtsurkunde", 10*time.Minute))
	}
	// Two clerks at work, three boards and a terminal.
	pages := []*http.Client{signedIn(b, h, "anna"), signedIn(b, h, "ben")}
	counters := []string{"12", "14"}
	for i, c := range pages {
		must(b, h.api.OpenCounter(ctx, h.key(), counters[i]))
		follow(b, ctx, c, "http://"+h.staff+"/counter/"+counters[i]+"/events")
	}
	boards := strings.TrimSpace(h.run("", "device", "pair", "boards", "--kind", "display"))
	for range 4 {
		board := client.New("http://"+h.staff, boards)
		snapshot, err := board.Board(ctx, "")
		must(b, err)
		go func() {
			// It ends with the benchmark.
			_ = board.Watch(ctx, "", snapshot.Seq, func(wire.Event) {})
		}()
	}
	b.ResetTimer()
	for range b.N {
		for i := range people {
			var ticket wire.Ticket
			if i < len(codes) {
				in, err := device.CheckIn(ctx, h.key(), wire.CheckIn{Code: codes[i]})
				must(b, err)
				ticket = in.Ticket
			} else {
				var err error
				ticket, err = device.TakeTicket(ctx, h.key(), wire.TakeTicket{Service: "wohngeld"})
				must(b, err)
			}
			must(b, device.ReportPrint(ctx, h.key(), ticket.ID, wire.PrintOutcome{Outcome: "printed", Evidence: "fence"}))
			get(b, http.DefaultClient, ticket.URL)
			if i%(people/phones) == 0 {
				follow(b, ctx, http.DefaultClient, ticket.URL+"/events")
			}
			at := counters[0]
			if i >= len(codes) {
				at = counters[1]
			}
			called, err := h.api.Next(ctx, h.key(), at, wire.Next{})
			must(b, err)
			for _, c := range pages {
				get(b, c, "http://"+h.staff+"/counter/"+at)
			}
			for _, action := range []string{"arrive", "finish"} {
				_, err = h.api.Act(ctx, h.key(), called.ID, action, wire.TicketAction{Counter: at})
				must(b, err)
			}
			get(b, pages[0], "http://"+h.staff+"/devices")
		}
	}
	b.StopTimer()
	finished, err := h.api.Tickets(ctx, wire.StateFinished, "")
	must(b, err)
	if len(finished) != people {
		b.Fatalf("%d of %d were served", len(finished), people)
	}
	rss, most := memory(b, h.server.cmd.Process.Pid, "VmRSS"), memory(b, h.server.cmd.Process.Pid, "VmHWM")
	b.ReportMetric(0, "ns/op")
	b.ReportMetric(rss, "MB-server")
	b.ReportMetric(most, "MB-server-most")
	verdict(b, "the server's memory after a day's work", rss, 60, "MB")
	b.Logf("the most it held: %.0f MB; of today's, %.0f MB are its own and %.0f MB files it has mapped", most,
		memory(b, h.server.cmd.Process.Pid, "RssAnon"), memory(b, h.server.cmd.Process.Pid, "RssFile"))
}

// signedIn is a clerk's browser.
func signedIn(b *testing.B, h *town, name string) *http.Client {
	b.Helper()
	jar, err := cookiejar.New(nil)
	must(b, err)
	c := &http.Client{Jar: jar}
	resp, err := c.PostForm("http://"+h.staff+"/login", url.Values{"name": {name}, "password": {password}, "next": {"/counter/12"}})
	must(b, err)
	must(b, resp.Body.Close())
	if resp.StatusCode != http.StatusOK || resp.Request.URL.Path != "/counter/12" {
		b.Fatalf("sign-in of %s led to %s: %s", name, resp.Request.URL, resp.Status)
	}
	return c
}

// get fetches a page.
func get(b *testing.B, c *http.Client, address string) {
	b.Helper()
	resp, err := c.Get(address)
	must(b, err)
	_, err = io.Copy(io.Discard, resp.Body)
	must(b, err)
	must(b, resp.Body.Close())
	if resp.StatusCode != http.StatusOK {
		b.Fatalf("%s: %s", address, resp.Status)
	}
}

// follow keeps a page's stream of events open until ctx ends.
func follow(b *testing.B, ctx context.Context, c *http.Client, address string) {
	b.Helper()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	must(b, err)
	resp, err := c.Do(r)
	must(b, err)
	if resp.StatusCode != http.StatusOK {
		b.Fatalf("%s: %s", address, resp.Status)
	}
	go func() {
		// It ends with the benchmark.
		_, _ = io.Copy(io.Discard, resp.Body)
		_ = resp.Body.Close()
	}()
}

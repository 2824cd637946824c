package client_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"westerkappeln.de/wartemarke/internal/api/client"
	"westerkappeln.de/wartemarke/internal/wire"
)

func serve(t *testing.T, handler http.HandlerFunc, options ...client.Option) *client.Client {
	t.Helper()
	s := httptest.NewServer(handler)
	t.Cleanup(s.Close)
	t.Cleanup(s.CloseClientConnections)
	return client.New(s.URL+"/", "wm_secret", options...)
}

func TestRequestCarriesTokenKeyAndLanguage(t *testing.T) {
	c := serve(t, func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		for got, want := range map[string]string{
			r.Method + " " + r.URL.Path:     "POST /api/v1/checkins",
			r.Header.Get("Authorization"):   "Bearer wm_secret",
			r.Header.Get("Idempotency-Key"): "k1",
			r.Header.Get("Accept-Language"): "tr",
			r.Header.Get("Content-Type"):    "application/json",
			string(body):                    `{"code":"K7M4X2QX9P"}`,
		} {
			if got != want {
				t.Errorf("got %q, want %q", got, want)
			}
		}
		fmt.Fprint(w, `{"ticket":{"number":"A017"},"notice":"late"}`)
	}, client.Language(func() string { return "tr" }))
	got, err := c.CheckIn(t.Context(), "k1", wire.CheckIn{Code: "K7M4X2QX9P"})
	if err != nil || got.Ticket.Number != "A017" || got.Notice != wire.NoticeLate {
		t.Errorf("got %+v, %v", got, err)
	}
}

// Only an answer of the hall that says no is a Problem; whatever else comes means that it cannot be reached.
func TestWhatIsARefusal(t *testing.T) {
	problem := func(status int, body string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/problem+json")
			w.WriteHeader(status)
			fmt.Fprint(w, body)
		}
	}
	for name, c := range map[string]struct {
		handler http.HandlerFunc
		code    string // "" means not reachable
	}{
		"refusal":        {problem(409, `{"code":"too_early","detail":"x"}`), "too_early"},
		"disk full":      {problem(507, `{"code":"disk_full"}`), "disk_full"},
		"unauthorized":   {problem(401, `{"code":"unauthorized"}`), "unauthorized"},
		"internal":       {problem(500, `{"code":"internal"}`), ""},
		"unavailable":    {problem(503, `{"code":"unavailable"}`), ""},
		"no code":        {problem(409, `{}`), ""},
		"no json":        {problem(409, `oops`), ""},
		"proxy's page":   {func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "bad gateway", http.StatusBadGateway) }, ""},
		"captive portal": {func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/login", http.StatusFound) }, ""},
		"web page":       {func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "<html>") }, ""},
		"torn": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "99")
			fmt.Fprint(w, "{}")
		}, ""},
		"aborted": {func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, ""},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := serve(t, c.handler).TakeTicket(t.Context(), "k", wire.TakeTicket{Service: "x"})
			var p *wire.Problem
			switch {
			case err == nil:
				t.Error("no error")
			case c.code == "" && errors.As(err, &p):
				t.Errorf("is a refusal: %v", err)
			case c.code != "" && (!errors.As(err, &p) || p.Code != c.code):
				t.Errorf("got %v, want %s", err, c.code)
			}
		})
	}
}

func TestRequestEndsInTime(t *testing.T) {
	c := serve(t, func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }, client.Limits(50*time.Millisecond, time.Minute))
	began := time.Now()
	if _, err := c.Board(t.Context(), ""); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v", err)
	}
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("took %v", took)
	}
}

func stream(parts ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		for _, p := range parts {
			fmt.Fprint(w, p)
			w.(http.Flusher).Flush()
		}
	}
}

func TestWatch(t *testing.T) {
	c := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if got := r.URL.RequestURI(); got != "/api/v1/events?after=6&area=eg%2Cog" {
			t.Errorf("asked for %s", got)
		}
		stream("retry: 2000\n: connected\n\n", "id: 7\nevent: ticket.called\nda", "ta: {\"seq\":7,\r\ndata: \"number\":\"A017\"}\n\n",
			": beat\n\n", "id: 9\nevent: reset\ndata:{\"seq\":9,\"type\":\"reset\"}\n\nid: 10\ndata: {\"se")(w, r)
	})
	var got []wire.Event
	err := c.Watch(t.Context(), "eg,og", 6, func(e wire.Event) { got = append(got, e) })
	if err == nil || !strings.Contains(err.Error(), "ended") {
		t.Errorf("error %v", err)
	}
	if len(got) != 2 || got[0].Seq != 7 || got[0].Number != "A017" || got[1].Type != wire.Reset {
		t.Errorf("got %+v", got)
	}
}

func TestWatchEndsInSilence(t *testing.T) {
	c := serve(t, func(w http.ResponseWriter, r *http.Request) {
		stream(": connected\n\n")(w, r)
		<-r.Context().Done()
	}, client.Limits(time.Minute, 50*time.Millisecond))
	err := c.Watch(t.Context(), "", 0, func(wire.Event) {})
	if err == nil || !strings.Contains(err.Error(), "silent") {
		t.Errorf("got %v", err)
	}
}

func TestWatchEndsWithItsContext(t *testing.T) {
	c := serve(t, func(w http.ResponseWriter, r *http.Request) {
		stream("data: {\"seq\":1}\n\n")(w, r)
		<-r.Context().Done()
	})
	ctx, cancel := context.WithCancel(t.Context())
	if err := c.Watch(ctx, "", 0, func(wire.Event) { cancel() }); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func TestWatchRefused(t *testing.T) {
	c := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/problem+json")
		w.WriteHeader(http.StatusUnauthorized)
		fmt.Fprint(w, `{"code":"unauthorized"}`)
	})
	var p *wire.Problem
	if err := c.Watch(t.Context(), "", 0, func(wire.Event) {}); !errors.As(err, &p) || p.Code != wire.CodeUnauthorized {
		t.Errorf("got %v", err)
	}
}

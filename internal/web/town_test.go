package web_test

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"westerkappeln.de/wartemarke/internal/auth"
	"westerkappeln.de/wartemarke/internal/catalogue"
	"westerkappeln.de/wartemarke/internal/hall"
	"westerkappeln.de/wartemarke/internal/i18n"
	"westerkappeln.de/wartemarke/internal/page"
	"westerkappeln.de/wartemarke/internal/page/browsertest"
	"westerkappeln.de/wartemarke/internal/queue"
	"westerkappeln.de/wartemarke/internal/store/sqlite"
	"westerkappeln.de/wartemarke/internal/stream"
	"westerkappeln.de/wartemarke/internal/web"
)

// realTown is the pages over a real hall with sign-in and events, on two listeners.
type realTown struct {
	*hall.Hall
	t             testing.TB
	ctx           context.Context
	staff, public string       // base URLs
	down          atomic.Bool  // the staff listener is gone
	mute          atomic.Bool  // its event streams are
	hold          atomic.Value // chan http.Header: gets what each form came with, which then gets no answer until the page gives up
	cut           func()       // cuts all connections of the staff listener
}

const password = "ein langes Passwort"

// hashed is costly by design: once is enough.
var hashed = sync.OnceValues(func() (string, error) { return auth.HashPassword(password) })

var clerk = hall.Command{Actor: hall.Actor{Kind: hall.Staff, ID: "meyer", Role: hall.Clerk}}

func newTown(t testing.TB) *realTown {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	store, err := sqlite.Open(ctx, filepath.Join(t.TempDir(), "hall.db"))
	if err != nil {
		t.Fatal(err)
	}
	log := slog.New(slog.DiscardHandler)
	h := hall.New(hall.Config{Store: store, Location: berlin, Mail: true})
	cat := town()
	cat.Series = []catalogue.Series{{Letter: "A"}, {Letter: "B"}}
	if _, err := h.ApplyCatalogue(ctx, hall.Command{Actor: hall.Actor{Kind: hall.Operator}}, cat, false); err != nil {
		t.Fatal(err)
	}
	hash, err := hashed()
	if err != nil {
		t.Fatal(err)
	}
	for name, role := range map[string]hall.Role{"meyer": hall.Clerk, "schulze": hall.Clerk, "lea": hall.Lead, "ada": hall.Admin} {
		if err := h.PutUser(ctx, hall.User{Name: name, Role: role, Password: hash}); err != nil {
			t.Fatal(err)
		}
	}
	hub := stream.New(h, log)
	bundle, err := i18n.Load()
	if err != nil {
		t.Fatal(err)
	}
	w, err := web.New(web.Config{Hall: h, Auth: auth.New(auth.Config{Hall: h, Now: time.Now, Log: log}), Stream: hub, Bundle: bundle,
		Site: page.Site{Name: "Gemeinde Westerkappeln", Location: berlin}})
	if err != nil {
		t.Fatal(err)
	}
	var running sync.WaitGroup
	for _, run := range []func(context.Context) error{h.Run, hub.Run} {
		running.Go(func() {
			if err := run(ctx); err != nil && ctx.Err() == nil {
				t.Error(err)
			}
		})
	}
	r := &realTown{Hall: h, t: t, ctx: ctx}
	staff := w.Staff()
	t.Cleanup(func() {
		stop()
		running.Wait()
		if err := store.Close(); err != nil {
			t.Error(err)
		}
	})
	s := start(t, http.HandlerFunc(func(rw http.ResponseWriter, req *http.Request) {
		if r.down.Load() || r.mute.Load() && strings.HasSuffix(req.URL.Path, "/events") {
			panic(http.ErrAbortHandler) // as a server that is gone: the connection breaks without an answer
		}
		if held, ok := r.hold.Load().(chan http.Header); ok && held != nil && req.Method == http.MethodPost {
			req.FormValue("key") // only with the whole form read does the server notice that the page gave up
			held <- req.Header
			<-req.Context().Done()
			return
		}
		staff.ServeHTTP(rw, req)
	}))
	r.staff, r.cut = s.URL, s.CloseClientConnections
	r.public = start(t, w.Public()).URL
	return r
}

// take gives a walk-in ticket and the secret of its phone page.
func (r *realTown) take(service string) (queue.Ticket, string) {
	r.t.Helper()
	taken, err := r.TakeTicket(r.ctx, clerk, service, 0)
	if err != nil {
		r.t.Fatal(err)
	}
	return taken.View.Ticket, taken.Secret
}

func (r *realTown) state(id string) queue.State {
	r.t.Helper()
	v, err := r.Ticket(r.ctx, id)
	if err != nil {
		r.t.Fatal(err)
	}
	return v.Ticket.State
}

func (r *realTown) open(counter string) {
	r.t.Helper()
	if err := r.OpenCounter(r.ctx, clerk, counter); err != nil {
		r.t.Fatal(err)
	}
}

func (r *realTown) act(id string, a queue.Action) {
	r.t.Helper()
	if _, err := r.Do(r.ctx, clerk, id, queue.Change{Action: a, Counter: "1"}); err != nil {
		r.t.Fatal(err)
	}
}

// signIn signs the tab in and leaves it on path.
func (p tab) signIn(base, name, path string) {
	p.t.Helper()
	p.Open(base + "/login?next=" + path)
	browsertest.Eval[bool](p.Tab, fmt.Sprintf(`document.getElementById("name").value = %s, document.getElementById("password").value = %s, document.querySelector("form.fields").submit(), true`, browsertest.Quote(name), browsertest.Quote(password)))
	p.Until(`location.pathname == ` + browsertest.Quote(path) + ` && document.readyState == "complete"`)
}

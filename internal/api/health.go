package api

import (
	"context"
	"io"
	"net/http"
	"time"

	"westerkappeln.de/wartemarke/internal/queue"
	"westerkappeln.de/wartemarke/internal/wire"
)

// readyLimit is how long the store may take to answer.
const readyLimit = 2 * time.Second

// alive says that the program runs.
func (a *API) alive(w http.ResponseWriter, r *http.Request) { a.fine(w, r) }

// ready says that the store can be read and written, too.
func (a *API) ready(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), readyLimit)
	defer cancel()
	if _, err := a.cfg.Hall.Seq(ctx); err != nil {
		a.cfg.Log.ErrorContext(ctx, "store not reachable", "error", err)
		a.write(w, r, a.plain(ctx, wire.CodeUnavailable))
		return
	}
	if !a.cfg.Hall.FullSince().IsZero() { // the hall has logged it
		p := a.plain(ctx, string(queue.DiskFull))
		p.Status, p.Title = http.StatusServiceUnavailable, http.StatusText(http.StatusServiceUnavailable)
		a.write(w, r, p)
		return
	}
	a.fine(w, r)
}

func (a *API) fine(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	if _, err := io.WriteString(w, "ok\n"); err != nil {
		a.cfg.Log.DebugContext(r.Context(), "health not delivered", "error", err)
	}
}

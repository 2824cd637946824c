package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"runtime/debug"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/danielgtaylor/huma/v2"

	"westerkappeln.de/wartemarke/internal/i18n"
	"westerkappeln.de/wartemarke/internal/queue"
	"westerkappeln.de/wartemarke/internal/wire"
)

// Limits of one request.
const (
	MaxBody   = 64 << 10         // bytes
	MaxHeader = 16 << 10         // bytes
	BodyTime  = 5 * time.Second  // for the body of an API call
	ReadTime  = 15 * time.Second // for any request with its body; stream.Hub lifts it from streams
)

// NewServer makes a server with time-outs that suit a listener with event streams: there is none for writing, because a
// stream sets a deadline for each of its writes. The one for reading matters even to handlers that read no body: net/http
// does it for them.
func NewServer(addr string, handler http.Handler) *http.Server {
	return &http.Server{
		Addr: addr, Handler: handler,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       ReadTime,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    MaxHeader,
		BaseContext:       func(net.Listener) context.Context { return context.Background() },
	}
}

// asker is what answers to one request depend on.
type asker struct {
	api   *API
	texts i18n.Texts
}

type askerKey struct{}

// texts are those of the asker's language.
func (a *API) texts(ctx context.Context) i18n.Texts {
	if asker, ok := ctx.Value(askerKey{}).(*asker); ok {
		return asker.texts
	}
	return a.cfg.Bundle.For(a.cfg.Site.Languages...)
}

// harden is around everything: the asker's language, a limit for bodies, safe headers, and an answer when we panic.
func (a *API) harden(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		langs := append([]string{}, a.cfg.Site.Languages...)
		if wanted := r.Header.Get("Accept-Language"); wanted != "" {
			langs = []string{wanted}
		}
		r = r.WithContext(context.WithValue(r.Context(), askerKey{}, &asker{api: a, texts: a.cfg.Bundle.For(langs...)}))
		s := &statusWriter{ResponseWriter: w}
		w = s
		w.Header().Set("X-Content-Type-Options", "nosniff")
		w.Header().Set("Cache-Control", "no-store")
		defer a.recover(s, r)
		if r.ContentLength > MaxBody {
			a.write(w, r, a.plain(r.Context(), wire.CodeTooLarge))
			return
		}
		if r.Body != nil {
			r.Body = http.MaxBytesReader(w, r.Body, MaxBody)
		}
		next.ServeHTTP(w, r)
	})
}

// recover answers 500 when a handler panicked, or breaks the connection when an answer has already begun.
func (a *API) recover(w *statusWriter, r *http.Request) {
	cause := recover()
	if cause == nil {
		return
	}
	if err, ok := cause.(error); ok && errors.Is(err, http.ErrAbortHandler) {
		panic(cause)
	}
	a.cfg.Log.ErrorContext(r.Context(), "panic", "cause", fmt.Sprint(cause), "route", r.Pattern, "stack", string(debug.Stack()))
	if w.status != 0 {
		panic(http.ErrAbortHandler)
	}
	a.write(w, r, a.plain(r.Context(), wire.CodeInternal))
}

// sameOrigin refuses what another site makes a browser send with its cookie, with a problem.
func (a *API) sameOrigin(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if a.cfg.Auth.Foreign(r) {
			a.write(w, r, a.plain(r.Context(), string(queue.NotAllowed)))
			return
		}
		next.ServeHTTP(w, r)
	})
}

// lost answers what mux does not know with a problem instead of plain text.
func (a *API) lost(mux *http.ServeMux) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if _, pattern := mux.Handler(r); pattern != "" {
			mux.ServeHTTP(w, r)
			return
		}
		var allow []string
		for _, m := range []string{http.MethodGet, http.MethodPost, http.MethodDelete} {
			other := *r
			other.Method = m
			if _, pattern := mux.Handler(&other); pattern != "" {
				allow = append(allow, m)
			}
		}
		p := a.plain(r.Context(), string(queue.NotFound))
		if len(allow) > 0 {
			w.Header().Set("Allow", strings.Join(allow, ", "))
			p = a.plain(r.Context(), string(queue.NotAllowed))
			p.Status, p.Title = http.StatusMethodNotAllowed, http.StatusText(http.StatusMethodNotAllowed)
		}
		a.write(w, r, p)
	})
}

// strictJSON is JSON in valid UTF-8 only: encoding/json would silently put replacement characters into what it reads.
var strictJSON = huma.Format{
	Marshal: huma.DefaultJSONFormat.Marshal,
	Unmarshal: func(data []byte, v any) error {
		if !utf8.Valid(data) {
			return errors.New("not valid UTF-8")
		}
		return json.Unmarshal(data, v)
	},
}

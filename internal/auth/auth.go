// Package auth tells who asks: clerks by a session cookie, devices and programs by a bearer token.
package auth

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"time"

	"github.com/alexedwards/scs/v2"

	"westerkappeln.de/wartemarke/internal/hall"
	"westerkappeln.de/wartemarke/internal/queue"
)

// How long a clerk stays signed in.
const (
	Lifetime = 12 * time.Hour // since the sign-in
	Idle     = 2 * time.Hour  // since the last request
	// seenStep keeps a page that asks often from writing the session at every request.
	seenStep = time.Minute
	// storeLimit is how long the store may take when no request waits for it.
	storeLimit = 5 * time.Second
)

// CookieName is the session cookie of the staff listener.
const CookieName = "wartemarke"

// Names of what a session holds.
const (
	keyUser     = "user"
	keyPassword = "password" // fingerprint of the password's hash: a new password ends all sessions
	keySeen     = "seen"     // Unix seconds
)

// Config is what an Auth is made of.
type Config struct {
	Hall   *hall.Hall
	Now    func() time.Time // internal/clock in production
	Log    *slog.Logger
	Secure bool // the staff listener is reached by https only: the cookie says so
	// Guard of the staff listener; default is one without a proxy.
	Guard *http.CrossOriginProtection
}

// Auth knows who is signed in.
type Auth struct {
	cfg      Config
	sessions *scs.SessionManager
	limits   *limiter
	marks    marks
	hashing  chan struct{} // one sign-in at a time: each takes 19 MiB

	wrong, limited atomic.Int64 // sign-ins
}

// New makes an Auth whose sessions live in the hall's store, under a hash of their token.
func New(cfg Config) *Auth {
	a := &Auth{
		cfg: cfg, sessions: scs.New(), marks: marks{kept: map[[32]byte]time.Time{}},
		hashing: make(chan struct{}, 1),
	}
	if a.cfg.Guard == nil {
		a.cfg.Guard = http.NewCrossOriginProtection()
	}
	// The name stays out of the log: it may be a password that somebody typed into the wrong field.
	a.limits = newLimiter(func(address string) { cfg.Log.Warn("too many failed sign-ins", "address", address) })
	s := a.sessions
	s.Store = cfg.Hall
	s.Lifetime = Lifetime
	s.Cookie.Name = CookieName
	s.Cookie.Secure = cfg.Secure
	s.Cookie.Persist = false // desks share machines: it ends with the browser
	return a
}

type contextKey struct{}

// who is what Middleware found out.
type who struct {
	actor hall.Actor
	kind  string   // of the token: user, kiosk, display; "" for a session
	token [32]byte // hash of the bearer token
}

// ActorFrom gives who asks; ok is false when nobody is signed in.
func ActorFrom(ctx context.Context) (actor hall.Actor, ok bool) {
	w, ok := ctx.Value(contextKey{}).(who)
	return w.actor, ok
}

// DeviceKind is "kiosk" or "display" when a paired device asks, else "".
func DeviceKind(ctx context.Context) string {
	w, _ := ctx.Value(contextKey{}).(who)
	if w.actor.Kind != hall.Device {
		return ""
	}
	return w.kind
}

// Middleware finds out who asks, by bearer token or session, and puts it into the context. It lets everybody pass;
// Require and the API's table of routes decide. It refuses requests that another site makes a browser send.
func (a *Auth) Middleware(next http.Handler) http.Handler {
	withSession := a.withSession(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		found, ok, err := a.bySession(r.Context())
		if err != nil {
			a.fail(w, r, err)
			return
		}
		if ok {
			r = r.WithContext(context.WithValue(r.Context(), contextKey{}, found))
		}
		next.ServeHTTP(w, r)
	}))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		token, ok := bearer(r)
		if !ok {
			if a.Foreign(r) {
				http.Error(w, "This request came from another site and was refused.", http.StatusForbidden)
				return
			}
			withSession.ServeHTTP(w, r)
			return
		}
		hash := HashToken(token)
		actor, kind, err := a.cfg.Hall.ByToken(r.Context(), hash)
		switch {
		case err == nil:
			r = r.WithContext(context.WithValue(r.Context(), contextKey{}, who{actor, kind, hash}))
		case !isRefusal(err):
			a.fail(w, r, err)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// Still tells whether who asked in ctx may still ask: a stream stays open for days, and meanwhile a device may be unpaired
// and a clerk signed out.
func (a *Auth) Still(ctx context.Context) (bool, error) {
	w, ok := ctx.Value(contextKey{}).(who)
	if !ok {
		return false, nil
	}
	if w.kind != "" {
		now, _, err := a.cfg.Hall.ByToken(ctx, w.token)
		if err != nil && !isRefusal(err) {
			return false, fmt.Errorf("token: %w", err)
		}
		return err == nil && now == w.actor, nil
	}
	// What ctx holds of the session is as old as the request; other requests have kept it alive since.
	fresh, cancel := context.WithTimeout(context.Background(), storeLimit)
	defer cancel()
	fresh, err := a.sessions.Load(fresh, a.sessions.Token(ctx))
	if err != nil {
		return false, fmt.Errorf("session: %w", err)
	}
	now, ok, err := a.bySession(fresh)
	return ok && now.actor == w.actor, err
}

// bySession gives the clerk of the session in ctx, and ends a session that is idle too long, whose user is gone or
// whose password was changed.
func (a *Auth) bySession(ctx context.Context) (who, bool, error) {
	name := a.sessions.GetString(ctx, keyUser)
	if name == "" {
		return who{}, false, nil
	}
	now := a.cfg.Now()
	seen := a.seen(ctx)
	user, err := a.cfg.Hall.User(ctx, name)
	if err != nil && !isRefusal(err) {
		return who{}, false, fmt.Errorf("user of a session: %w", err)
	}
	if err != nil || now.Sub(seen) > Idle || fingerprint(user) != a.sessions.GetString(ctx, keyPassword) {
		if err := a.end(ctx); err != nil && !isFull(err) { // what cannot be deleted is over all the same
			return who{}, false, err
		}
		return who{}, false, nil
	}
	if now.Sub(seen) > seenStep {
		a.mark(ctx, now)
	}
	return who{actor: hall.Actor{Kind: hall.Staff, ID: user.Name, Role: user.Role}}, true, nil
}

func fingerprint(u hall.User) string {
	sum := sha256.Sum256([]byte(u.Password))
	return hex.EncodeToString(sum[:8])
}

func isRefusal(err error) bool {
	var refusal *queue.Refusal
	return errors.As(err, &refusal)
}

// Require lets only staff of at least this role through. Who is not signed in is sent to /login, and from there back.
func (a *Auth) Require(role hall.Role, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		actor, ok := ActorFrom(r.Context())
		switch {
		case ok && actor.Kind == hall.Staff && actor.Role.Includes(role):
			next.ServeHTTP(w, r)
		case ok:
			http.Error(w, http.StatusText(http.StatusForbidden), http.StatusForbidden)
		case r.Method == http.MethodGet || r.Method == http.MethodHead:
			http.Redirect(w, r, "/login?next="+url.QueryEscape(r.URL.RequestURI()), http.StatusSeeOther)
		default:
			http.Error(w, http.StatusText(http.StatusUnauthorized), http.StatusUnauthorized)
		}
	})
}

// fail answers when the store cannot be asked.
func (a *Auth) fail(w http.ResponseWriter, r *http.Request, err error) {
	if r.Context().Err() == nil {
		a.cfg.Log.Error("cannot tell who asks", "error", err)
	}
	if strings.HasPrefix(r.URL.Path, "/api/") {
		w.Header().Set("Content-Type", "application/problem+json")
		w.WriteHeader(http.StatusServiceUnavailable)
		fmt.Fprintln(w, `{"status":503,"code":"unavailable","title":"Service Unavailable"}`) // to a client that is gone: nothing to do
		return
	}
	http.Error(w, http.StatusText(http.StatusServiceUnavailable), http.StatusServiceUnavailable)
}

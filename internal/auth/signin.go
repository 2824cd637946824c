package auth

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/alexedwards/argon2id"

	"westerkappeln.de/wartemarke/internal/hall"
)

// ErrWrong says that name and password do not go together. It never tells which of them is wrong.
var ErrWrong = errors.New("name or password is wrong")

// TooManyError says that too many sign-ins failed, and until when to wait.
type TooManyError struct{ Until time.Time }

func (e *TooManyError) Error() string { return "too many failed sign-ins" }

// stranger is compared with when a name is unknown, so that the answer takes as long.
var stranger = sync.OnceValues(func() (string, error) { return HashPassword("nobody has this password") })

// SignIn checks name and password and starts a session for the request r, which must have come through Middleware.
// Call it before anything is answered. Errors: ErrWrong, *TooManyError, the refusal DiskFull when nobody can be signed in;
// anything else is internal.
func (a *Auth) SignIn(ctx context.Context, r *http.Request, name, password string) error {
	err := a.signIn(ctx, r, strings.TrimSpace(name), password)
	var wait *TooManyError
	switch {
	case errors.Is(err, ErrWrong):
		a.wrong.Add(1)
	case errors.As(err, &wait):
		a.limited.Add(1)
	}
	return err
}

// FailedSignIns is how many failed since the start: because name or password was wrong, and because too many had been.
func (a *Auth) FailedSignIns() (wrong, limited int64) { return a.wrong.Load(), a.limited.Load() }

func (a *Auth) signIn(ctx context.Context, r *http.Request, name, password string) error {
	if name == "" || len(name) > 100 || len(password) > MaxPassword {
		return ErrWrong
	}
	address := host(r.RemoteAddr)
	if until := a.limits.take(name, address, a.cfg.Now()); !until.IsZero() {
		return &TooManyError{Until: until}
	}
	user, err := a.verify(ctx, name, password)
	if err != nil {
		return err
	}
	a.limits.succeed(name, address)
	// A new token: one that somebody planted before the sign-in is worth nothing after it.
	if err := a.sessions.RenewToken(ctx); err != nil {
		return fmt.Errorf("new session: %w", err)
	}
	a.sessions.Put(ctx, keyUser, user.Name)
	a.sessions.Put(ctx, keyPassword, fingerprint(user))
	a.sessions.Put(ctx, keySeen, a.cfg.Now().Unix())
	if err := a.begin(ctx); err != nil {
		return fmt.Errorf("new session: %w", err)
	}
	return nil
}

// verify compares the password, one at a time.
func (a *Auth) verify(ctx context.Context, name, password string) (hall.User, error) {
	user, err := a.cfg.Hall.User(ctx, name)
	known := err == nil
	if err != nil && !isRefusal(err) {
		return hall.User{}, fmt.Errorf("user: %w", err)
	}
	hash := user.Password
	if !known {
		if hash, err = stranger(); err != nil {
			return hall.User{}, err
		}
	}
	select {
	case a.hashing <- struct{}{}:
		defer func() { <-a.hashing }()
	case <-ctx.Done():
		return hall.User{}, ctx.Err()
	}
	match, err := argon2id.ComparePasswordAndHash(password, hash)
	switch {
	case err != nil:
		return hall.User{}, fmt.Errorf("compare password: %w", err)
	case !match || !known:
		return hall.User{}, ErrWrong
	}
	return user, nil
}

// SignOut ends the session in ctx. Call it before anything is answered.
func (a *Auth) SignOut(ctx context.Context) error { return a.end(ctx) }

// host is the address without the port.
func host(remote string) string {
	if h, _, err := net.SplitHostPort(remote); err == nil {
		return h
	}
	return remote
}

package hall

import (
	"context"
	"crypto/sha256"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"westerkappeln.de/wartemarke/internal/queue"
)

// Kinds of tokens.
const (
	KindUser    = "user"
	KindKiosk   = "kiosk"
	KindDisplay = "display"
)

// properName tells whether people can read, type and tell a name: 1 to 100 printable characters, blanks only between them.
func properName(name string) bool {
	unseen := func(r rune) bool { return !unicode.IsPrint(r) }
	return name != "" && utf8.ValidString(name) && utf8.RuneCountInString(name) <= 100 && strings.TrimSpace(name) == name &&
		!strings.ContainsFunc(name, unseen)
}

// PutUser adds or replaces a user. Refusals: Invalid (name: 1 to 100 printable characters without blanks around; role), Conflict
// (name) when another user's differs in capital letters only.
func (h *Hall) PutUser(ctx context.Context, u User) error {
	if !properName(u.Name) {
		return invalid("name")
	}
	if !u.Role.Includes(Clerk) {
		return invalid("role")
	}
	return h.update(ctx, Actor{Kind: System}, func(c *change) error {
		users, err := c.tx.Users()
		if err != nil {
			return err
		}
		for _, other := range users {
			if other.Name != u.Name && strings.EqualFold(other.Name, u.Name) {
				return &queue.Refusal{Code: queue.Conflict, Field: "name"}
			}
		}
		return c.tx.PutUser(u)
	})
}

// User by name. Refusal: NotFound.
func (h *Hall) User(ctx context.Context, name string) (User, error) {
	var u User
	err := h.cfg.Store.View(ctx, func(tx Tx) error {
		var found bool
		var err error
		if u, found, err = tx.User(name); err == nil && !found {
			err = notFound()
		}
		return err
	})
	return u, err
}

// Users, without password hashes, by name.
func (h *Hall) Users(ctx context.Context) ([]User, error) {
	var users []User
	err := h.cfg.Store.View(ctx, func(tx Tx) error {
		var err error
		users, err = tx.Users()
		return err
	})
	for i := range users {
		users[i].Password = ""
	}
	return users, err
}

// RemoveUser forgets a user and the token (admin). Sessions end with the next request, since each asks for its user; a counter
// that the user has open stays open until somebody closes it. Refusals: NotFound, NotAllowed.
func (h *Hall) RemoveUser(ctx context.Context, cmd Command, name string) error {
	return h.do(ctx, cmd, "remove user", name, func(c *change) error {
		if err := c.mayAs(Admin); err != nil {
			return err
		}
		_, found, err := c.tx.User(name)
		if err != nil {
			return err
		}
		if !found {
			return notFound()
		}
		if err := c.tx.DropTokens(KindUser, name); err != nil {
			return err
		}
		return c.tx.DropUser(name)
	})
}

// PutToken stores the SHA-256 of a bearer token for a user (kind "user") or device (kind "kiosk", "display"); pairing a name
// again replaces its token. Refusals: NotFound (user), Invalid (kind, name), Conflict when the name is a device of another
// kind.
func (h *Hall) PutToken(ctx context.Context, hash [32]byte, kind, name, area string) error {
	if !properName(name) || name == hallDevice && kind != KindUser {
		return invalid("name")
	}
	return h.update(ctx, Actor{Kind: System}, func(c *change) error {
		switch kind {
		case KindUser:
			_, found, err := c.tx.User(name)
			if err != nil {
				return err
			}
			if !found {
				return notFound()
			}
		case KindKiosk, KindDisplay:
			if err := c.pair(kind, name, area); err != nil {
				return err
			}
		default:
			return invalid("kind")
		}
		return c.tx.PutToken(Token{Hash: hash, Kind: kind, Name: name, Area: area})
	})
}

// pair writes the device; its name is its id.
func (c *change) pair(kind, name, area string) error {
	d, found, err := c.tx.Device(name)
	switch {
	case err != nil:
		return err
	case found && d.Kind != kind:
		return ErrTaken
	}
	before := d.words()
	d.ID, d.Name, d.Kind, d.Area, d.Paired, d.Seen, d.Silent = name, name, kind, area, c.now, c.now, false
	return c.putDevice(d, before)
}

// ByToken gives the actor of a token's hash. Refusal: NotFound, also when its user or device is gone.
func (h *Hall) ByToken(ctx context.Context, hash [32]byte) (a Actor, kind string, err error) {
	err = h.cfg.Store.View(ctx, func(tx Tx) error {
		t, found, err := tx.Token(hash)
		if err != nil {
			return err
		}
		if !found {
			return notFound()
		}
		kind = t.Kind
		if kind != KindUser {
			a = Actor{Kind: Device, ID: t.Name, Area: t.Area}
			return nil
		}
		u, found, err := tx.User(t.Name)
		if err == nil && !found {
			err = notFound()
		}
		a = Actor{Kind: Staff, ID: u.Name, Role: u.Role}
		return err
	})
	return a, kind, err
}

// Unpair forgets a device and its token (admin); its troubles end. Refusals: NotFound, NotAllowed.
func (h *Hall) Unpair(ctx context.Context, cmd Command, device string) error {
	return h.do(ctx, cmd, "unpair", device, func(c *change) error {
		if err := c.mayAs(Admin); err != nil {
			return err
		}
		d, found, err := c.tx.Device(device)
		if err != nil {
			return err
		}
		if !found {
			return notFound()
		}
		before := d.words()
		d.Troubles, d.Silent = nil, false
		if err := c.putDevice(d, before); err != nil {
			return err
		}
		if err := c.tx.DropTokens(d.Kind, d.Name); err != nil {
			return err
		}
		return c.tx.DropDevice(device)
	})
}

// FindCtx, CommitCtx and DeleteCtx, with their twins, are the session store of alexedwards/scs. Only the SHA-256 of a
// session's token is stored, so nobody can sign in with a backup.
func (h *Hall) FindCtx(ctx context.Context, token string) (b []byte, found bool, err error) {
	err = h.cfg.Store.View(ctx, func(tx Tx) error {
		var expiry time.Time
		b, expiry, found, err = tx.Session(sha256.Sum256([]byte(token)))
		if found && !h.cfg.Now().Before(expiry) {
			b, found = nil, false
		}
		return err
	})
	return b, found, err
}

// CommitCtx adds or replaces a session. The session manager counts its lifetime from the machine's clock and has no other;
// what is kept is that long after the hall's time, by which FindCtx judges it.
func (h *Hall) CommitCtx(ctx context.Context, token string, b []byte, expiry time.Time) error {
	expiry = h.cfg.Now().Add(time.Until(expiry))
	return refused(h.cfg.Store.Update(ctx, func(tx Tx) error {
		return tx.PutSession(sha256.Sum256([]byte(token)), b, expiry)
	}))
}

// DeleteCtx deletes a session; one that is gone already is fine.
func (h *Hall) DeleteCtx(ctx context.Context, token string) error {
	return refused(h.cfg.Store.Update(ctx, func(tx Tx) error {
		return tx.DropSession(sha256.Sum256([]byte(token)))
	}))
}

// Find is FindCtx.
func (h *Hall) Find(token string) ([]byte, bool, error) {
	return h.FindCtx(context.Background(), token)
}

// Commit is CommitCtx.
func (h *Hall) Commit(token string, b []byte, expiry time.Time) error {
	return h.CommitCtx(context.Background(), token, b, expiry)
}

// Delete is DeleteCtx.
func (h *Hall) Delete(token string) error { return h.DeleteCtx(context.Background(), token) }

package sqlite

import (
	"encoding/json"
	"time"

	"westerkappeln.de/wartemarke/internal/catalogue"
	"westerkappeln.de/wartemarke/internal/hall"
)

func (t *tx) CatalogueVersion() (int64, error) {
	version, _, err := one(t, scanInt, `SELECT version FROM catalogue WHERE id = 1`)
	return version, err
}

func (t *tx) Catalogue() (catalogue.Catalogue, error) {
	c, _, err := one(t, func(row scanner) (c catalogue.Catalogue, err error) {
		var body []byte
		if err := row.Scan(&body); err != nil {
			return c, err
		}
		return c, json.Unmarshal(body, &c)
	}, `SELECT body FROM catalogue WHERE id = 1`)
	return c, err
}

func (t *tx) PutCatalogue(c catalogue.Catalogue) error {
	body, err := text(c)
	if err != nil {
		return err
	}
	_, err = t.exec(`INSERT INTO catalogue (id, version, body) VALUES (1, 1, ?)
		ON CONFLICT (id) DO UPDATE SET version = catalogue.version + 1, body = excluded.body`, body)
	return err
}

func scanUser(row scanner) (u hall.User, err error) {
	err = row.Scan(&u.Name, &u.Role, &u.Password)
	return u, err
}

func (t *tx) PutUser(u hall.User) error {
	_, err := t.exec(`INSERT INTO users (name, role, password) VALUES (?, ?, ?)
		ON CONFLICT (name) DO UPDATE SET role = excluded.role, password = excluded.password`, u.Name, string(u.Role), u.Password)
	return err
}

func (t *tx) User(name string) (hall.User, bool, error) {
	return one(t, scanUser, `SELECT name, role, password FROM users WHERE name = ?`, name)
}

func (t *tx) Users() ([]hall.User, error) {
	return list(t, scanUser, `SELECT name, role, password FROM users ORDER BY name`)
}

func (t *tx) DropUser(name string) error {
	_, err := t.exec(`DELETE FROM users WHERE name = ?`, name)
	return err
}

func (t *tx) PutToken(k hall.Token) error {
	_, err := t.exec(`INSERT INTO tokens (hash, kind, name, area) VALUES (?, ?, ?, ?)
		ON CONFLICT (kind, name) DO UPDATE SET hash = excluded.hash, area = excluded.area`, k.Hash[:], k.Kind, k.Name, k.Area)
	return err
}

func (t *tx) Token(hash [32]byte) (hall.Token, bool, error) {
	return one(t, func(row scanner) (k hall.Token, err error) {
		var h []byte
		err = row.Scan(&h, &k.Kind, &k.Name, &k.Area)
		copy(k.Hash[:], h)
		return k, err
	}, `SELECT hash, kind, name, area FROM tokens WHERE hash = ?`, hash[:])
}

func (t *tx) DropTokens(kind, name string) error {
	_, err := t.exec(`DELETE FROM tokens WHERE kind = ? AND name = ?`, kind, name)
	return err
}

func (t *tx) Session(token [32]byte) (data []byte, expiry time.Time, found bool, err error) {
	type session struct {
		data   []byte
		expiry int64
	}
	s, found, err := one(t, func(row scanner) (s session, err error) { err = row.Scan(&s.data, &s.expiry); return s, err },
		`SELECT data, expiry FROM sessions WHERE token = ?`, token[:])
	return s.data, instant(s.expiry), found, err
}

func (t *tx) PutSession(token [32]byte, data []byte, expiry time.Time) error {
	if data == nil {
		data = []byte{} // nil would be NULL
	}
	_, err := t.exec(`INSERT INTO sessions (token, data, expiry) VALUES (?, ?, ?)
		ON CONFLICT (token) DO UPDATE SET data = excluded.data, expiry = excluded.expiry`, token[:], data, nanos(expiry))
	return err
}

func (t *tx) DropSession(token [32]byte) error {
	_, err := t.exec(`DELETE FROM sessions WHERE token = ?`, token[:])
	return err
}

func (t *tx) DropSessions(before time.Time) (int, error) {
	return t.exec(`DELETE FROM sessions WHERE expiry < ?`, nanos(before))
}

const selectDevice = `SELECT id, name, kind, area, paired, seen, version, printer, scanner, troubles, silent, since FROM devices `

func scanDevice(row scanner) (hall.DeviceInfo, error) {
	var d hall.DeviceInfo
	var paired, seen int64
	var troubles, since string
	err := row.Scan(&d.ID, &d.Name, &d.Kind, &d.Area, &paired, &seen, &d.Version, &d.Printer, &d.Scanner, &troubles, &d.Silent, &since)
	if err != nil {
		return d, err
	}
	d.Paired, d.Seen = instant(paired), instant(seen)
	if err := json.Unmarshal([]byte(troubles), &d.Troubles); err != nil {
		return d, err
	}
	return d, json.Unmarshal([]byte(since), &d.Since)
}

func (t *tx) Devices() ([]hall.DeviceInfo, error) {
	return list(t, scanDevice, selectDevice+`ORDER BY name`)
}

func (t *tx) Device(id string) (hall.DeviceInfo, bool, error) {
	return one(t, scanDevice, selectDevice+`WHERE id = ?`, id)
}

func (t *tx) PutDevice(d hall.DeviceInfo) error {
	troubles, err := text(d.Troubles)
	if err != nil {
		return err
	}
	since, err := text(d.Since)
	if err != nil {
		return err
	}
	_, err = t.exec(`INSERT INTO devices (id, name, kind, area, paired, seen, version, printer, scanner, troubles, silent, since)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET name = excluded.name, kind = excluded.kind, area = excluded.area, paired = excluded.paired,
		seen = excluded.seen, version = excluded.version, printer = excluded.printer, scanner = excluded.scanner,
		troubles = excluded.troubles, silent = excluded.silent, since = excluded.since`,
		d.ID, d.Name, d.Kind, d.Area, nanos(d.Paired), nanos(d.Seen), d.Version, d.Printer, d.Scanner, troubles, d.Silent, since)
	return err
}

func (t *tx) DropDevice(id string) error {
	_, err := t.exec(`DELETE FROM devices WHERE id = ?`, id)
	return err
}

func (t *tx) Clock() (hall.Clock, error) {
	c, _, err := one(t, func(row scanner) (c hall.Clock, err error) {
		var seen, since int64
		err = row.Scan(&seen, &c.Day, &c.Trouble, &since, &c.Revision)
		c.Seen, c.Since = instant(seen), instant(since)
		return c, err
	}, `SELECT seen, day, trouble, since, revision FROM clock WHERE id = 1`)
	return c, err
}

func (t *tx) PutClock(c hall.Clock) error {
	_, err := t.exec(`INSERT INTO clock (id, seen, day, trouble, since, revision) VALUES (1, ?, ?, ?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET seen = excluded.seen, day = excluded.day, trouble = excluded.trouble, since = excluded.since,
		revision = excluded.revision`, nanos(c.Seen), string(c.Day), c.Trouble, nanos(c.Since), c.Revision)
	return err
}

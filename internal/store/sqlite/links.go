package sqlite

import "westerkappeln.de/wartemarke/internal/hall"

const (
	link      = `SELECT appointment, kind FROM links WHERE hash = ?`
	dropLinks = `DELETE FROM links WHERE appointment = ? AND kind = ?`
)

func (t *tx) PutLink(hash [32]byte, l hall.Link) error {
	_, err := t.exec(`INSERT INTO links (hash, appointment, kind) VALUES (?, ?, ?)
		ON CONFLICT (hash) DO UPDATE SET appointment = excluded.appointment, kind = excluded.kind`, hash[:], l.Appointment, string(l.Kind))
	return err
}

func (t *tx) Link(hash [32]byte) (hall.Link, bool, error) {
	return one(t, func(row scanner) (l hall.Link, err error) {
		err = row.Scan(&l.Appointment, &l.Kind)
		return l, err
	}, link, hash[:])
}

func (t *tx) DropLinks(appointment string, kind hall.LinkKind) error {
	_, err := t.exec(dropLinks, appointment, string(kind))
	return err
}

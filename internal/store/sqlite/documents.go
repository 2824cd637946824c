package sqlite

import "westerkappeln.de/wartemarke/internal/hall"

const (
	selectDocument = `SELECT id, appointment, name, kind, size, added FROM documents `
	documentByID   = selectDocument + `WHERE id = ?`
	documentsOf    = selectDocument + `WHERE appointment = ? ORDER BY added, id`
	documentIDs    = `SELECT id FROM documents ORDER BY id`
)

func scanDocument(row scanner) (d hall.Document, err error) {
	var added int64
	err = row.Scan(&d.ID, &d.Appointment, &d.Name, &d.Kind, &d.Size, &added)
	d.Added = instant(added)
	return d, err
}

func (t *tx) PutDocument(d hall.Document) error {
	_, err := t.exec(`INSERT INTO documents (id, appointment, name, kind, size, added) VALUES (?, ?, ?, ?, ?, ?)
		ON CONFLICT (id) DO UPDATE SET appointment = excluded.appointment, name = excluded.name, kind = excluded.kind,
		size = excluded.size, added = excluded.added`, d.ID, d.Appointment, d.Name, d.Kind, d.Size, nanos(d.Added))
	return err
}

func (t *tx) Document(id string) (hall.Document, bool, error) {
	return one(t, scanDocument, documentByID, id)
}

func (t *tx) DocumentsOf(appointment string) ([]hall.Document, error) {
	return list(t, scanDocument, documentsOf, appointment)
}

func (t *tx) DocumentIDs() ([]string, error) {
	return list(t, scanText, documentIDs)
}

// DropDocument scrubs: the name that a citizen gave the file may be their own.
func (t *tx) DropDocument(id string) error {
	n, err := t.exec(`DELETE FROM documents WHERE id = ?`, id)
	t.scrub = t.scrub || n > 0
	return err
}

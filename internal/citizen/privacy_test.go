package citizen_test

import (
	"database/sql"
	"slices"
	"strings"
	"testing"
	"time"

	"westerkappeln.de/wartemarke/internal/citizen"
)

// TestPrivacyNamesEveryColumn: each column in which the store keeps something about a person is named by a record of the
// privacy page, and the page names no column that is not there.
func TestPrivacyNamesEveryColumn(t *testing.T) {
	w := newTown(t, true)
	db, err := sql.Open("sqlite3", w.file)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var stored []string
	for _, table := range []string{"contacts", "mails", "documents"} {
		rows, err := db.QueryContext(w.ctx, "SELECT name FROM pragma_table_info(?)", table)
		if err != nil {
			t.Fatal(err)
		}
		for rows.Next() {
			var column string
			if err := rows.Scan(&column); err != nil {
				t.Fatal(err)
			}
			stored = append(stored, table+"."+column)
		}
		if err := rows.Err(); err != nil {
			t.Fatal(err)
		}
	}
	if len(stored) < 20 {
		t.Fatalf("columns %q", stored)
	}
	var named []string
	for _, r := range citizen.Records() {
		named = append(named, r.Columns...)
	}
	slices.Sort(stored)
	slices.Sort(named)
	if !slices.Equal(stored, named) {
		t.Errorf("stored %q\nnamed  %q", stored, named)
	}
}

// TestPrivacySaysWhatIsSet: the page follows the settings.
func TestPrivacySaysWhatIsSet(t *testing.T) {
	all := newTown(t, true, func(c *citizen.Config) { c.Keep = 5 * 24 * time.Hour }).get("/privacy")
	all.expect(t, 200, "Ihre E-Mail-Adresse und der geheime Teil", "Dateien, die Sie schicken", "Bis 5 Tage nach dem Termin", "Frau Beispiel", "keine Cookies")
	if strings.Contains(all.body, "book_") {
		t.Errorf("a text is missing: %s", all.body)
	}
	few := newTown(t, false, func(c *citizen.Config) { c.Documents = nil; c.Keep = 36 * time.Hour }).get("/privacy")
	few.expect(t, 200, "Ihr Name", "Bis 36 Stunden nach dem Termin")
	for _, s := range []string{"Ihre E-Mail-Adresse", "Dateien, die", "Mailserver"} {
		if strings.Contains(few.body, s) {
			t.Errorf("says %q, which is not stored", s)
		}
	}
}

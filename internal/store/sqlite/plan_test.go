package sqlite

import (
	"context"
	"path/filepath"
	"strings"
	"testing"
)

// What runs in every check-in and booking must be found by an index that leads to it, not by going through the day or the table.
func TestQueryPlans(t *testing.T) {
	ctx := context.Background()
	s, err := Open(ctx, filepath.Join(t.TempDir(), "hall.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}()
	for query, index := range map[string]string{
		ticketOfAppointment: "tickets_appointment",
		ticketByNumber:      "tickets_number",
		openTickets:         "tickets_day",
		openBefore:          "tickets_open",
		lastFinished:        "tickets_day",
		announced:           "events_announced",
		appointmentByID:     "appointments_1 (id=?)",
		appointmentByCode:   "(code=?)",
		appointmentByKey:    "(import_key=?)",
		appointmentsIn:      "appointments_start (start>? AND start<?)",
		importedFrom:        "(start>?)",
		lapsed:              "appointments_until (until<?)",
		foreignCodes:        "appointments_foreign (start>?)",
		ofMail:              "contacts_mail (mail_key=?)",
		wantEarlier:         "contacts_earlier (earlier>?)",
		selectContact:       "contacts_1 (appointment=?)",
		namesFrom:           "appointments_start (start>?)",
		nextWish:            "contacts_earlier (earlier>?)",
		dropKeys:            "appointments_keyed (start<?)",
		placesIn:            "PRIMARY KEY (pool=? AND start>? AND start<?)",
		placesOf:            "places_appointment (appointment=?)",
		keepPlaces:          "places_appointment (appointment=?)",
		restPlaces:          "places_appointment (appointment=?)",
		dropPlaces:          "places_appointment (appointment=?)",
		rested:              "places_",
		dropRested:          "places_",
		link:                "links_1 (hash=?)",
		dropLinks:           "links_appointment (appointment=?)",
		mailByID:            "mails_1 (id=?)",
		dueMails:            "mails_due (state=? AND due<?)",
		mailsIn:             "mails_state (state=?)",
		mailsOf:             "mails_appointment (appointment=?)",
		documentByID:        "documents_1 (id=?)",
		documentsOf:         "documents_appointment (appointment=?)",
	} {
		args := make([]any, strings.Count(query, "?"))
		for i := range args {
			args[i] = "x"
		}
		rows, err := s.writer.db.QueryContext(ctx, "EXPLAIN QUERY PLAN "+query, args...)
		if err != nil {
			t.Fatal(err)
		}
		var plan []string
		for rows.Next() {
			var id, parent, unused int
			var detail string
			if err := rows.Scan(&id, &parent, &unused, &detail); err != nil {
				t.Fatal(err)
			}
			plan = append(plan, detail)
		}
		if err := rows.Close(); err != nil {
			t.Fatal(err)
		}
		all := strings.Join(plan, "\n")
		if !strings.Contains(all, index) || strings.Contains(all, "SCAN") {
			t.Errorf("%s\nis not found by %s alone:\n%s", query, index, all)
		}
	}
}

// Package importer reads appointments that another system has booked. It only reads and checks; the hall stores them.
package importer

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"

	"westerkappeln.de/wartemarke/internal/booking"
)

// Largest list that is read.
const (
	MaxSize = 10 << 20 // bytes
	MaxRows = 100_000  // appointments
)

// Row is one appointment of a list.
type Row struct {
	Line      int          // 1-based, where it begins in the file
	ID        string       // by which the other system knows it, also when it is moved; empty: it has none
	Code      booking.Code // of the other system, normalised; empty: we make one
	Service   string       // id in the catalogue; may be empty in a cancelled row with an ID or a code
	Start     time.Time    // in the site's time zone; may be zero in a cancelled row with an ID or a code
	Name      string       // personal data, may be empty
	Mail      string       // personal data, may be empty
	Quantity  int          // pieces of the service, 1 to 99
	Cancelled bool         // the other system has cancelled it
}

// Key knows the row again when it is imported once more: the other system's id ("ics:" or "id:" before it), else the code
// after "code:", else 64 hex digits after "row:", a hash of service, start, name and mail, so that it says nothing about
// the person. With an id or a code a row keeps its key when it is moved.
func (r Row) Key() string {
	switch {
	case r.ID != "":
		return r.ID
	case r.Code != "":
		return "code:" + string(r.Code)
	}
	sum := sha256.New()
	for _, part := range []string{r.Service, r.Start.UTC().Format(time.RFC3339), r.Name, strings.ToLower(r.Mail)} {
		// With its length before each, no part can run into the next.
		fmt.Fprintf(sum, "%d:%s", len(part), part)
	}
	return "row:" + hex.EncodeToString(sum.Sum(nil))
}

// Issue is why a line cannot be imported.
type Issue struct {
	Line    int    // 1-based, 0 for the whole file
	Message string // what is wrong and what is allowed; never personal data beyond the wrong field itself
}

func (i Issue) String() string {
	if i.Line == 0 {
		return i.Message
	}
	return fmt.Sprintf("line %d: %s", i.Line, i.Message)
}

// Issues is an error that names every broken line of a file.
type Issues []Issue

// A file that is wrong all over is read no further after maxIssues, and its message ends after shownIssues.
const (
	maxIssues   = 1000
	shownIssues = 200
)

// Error has a line for each issue; after 200 it only counts.
func (i Issues) Error() string {
	var lines []string
	for n, issue := range i {
		if n == shownIssues {
			lines = append(lines, fmt.Sprintf("… and %d more", len(i)-n))
			break
		}
		lines = append(lines, issue.String())
	}
	return strings.Join(lines, "\n")
}

// Site is what the rows of a list are checked against.
type Site struct {
	Location *time.Location
	Services []string            // ids of the catalogue
	Names    map[string][]string // names of each service, in all languages: calendars call them so
	Default  string              // service of calendar entries that name none; empty: such a list is refused
}

func (s Site) knows(service string) bool { return slices.Contains(s.Services, service) }

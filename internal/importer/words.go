package importer

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"regexp"

	"westerkappeln.de/wartemarke/internal/queue"
)

// refused is a file that was put aside.
type refused struct {
	file, report string // names in refused/
	cause        error
}

func (r *refused) Error() string {
	return fmt.Sprintf("%s was refused: %s; refused/%s says why", r.file, summary(r.cause), r.report)
}

func (r *refused) Unwrap() error { return r.cause }

// shown is the reason for staff.
func shown(err error) string {
	var aside *refused
	var issues Issues
	var refusal *queue.Refusal
	switch {
	case errors.As(err, &aside):
		return aside.Error()
	case errors.As(err, &issues) && len(issues) > 0:
		if wrongLines(issues) < 2 {
			return "the list was refused: " + issues[0].String()
		}
		return fmt.Sprintf("the list was refused (wrong lines: %d): %s", wrongLines(issues), issues[0])
	case errors.As(err, &refusal):
		return worded(refusal)
	}
	return bare(err).Error()
}

// logged is the reason for the log: less than shown, as names of files and wrong fields may be about citizens.
func logged(err error) string {
	var path *fs.PathError
	var link *os.LinkError
	switch {
	case errors.As(err, &path):
		return path.Op + ": " + path.Err.Error()
	case errors.As(err, &link):
		return link.Op + ": " + link.Err.Error()
	}
	return summary(err)
}

// detailed is all that is wrong, for the file beside one that was put aside.
func detailed(err error) string {
	var issues Issues
	if errors.As(err, &issues) {
		return issues.Error()
	}
	return summary(err)
}

// summary says what is wrong without repeating any field.
func summary(err error) string {
	var issues Issues
	var refusal *queue.Refusal
	switch {
	case errors.As(err, &issues) && len(issues) > 0:
		return counted(issues)
	case errors.As(err, &refusal):
		return worded(refusal)
	}
	return bare(err).Error()
}

// counted says how many lines are wrong and where that begins.
func counted(issues Issues) string {
	n := wrongLines(issues)
	switch {
	case issues[0].Line == 0:
		return issues[0].Message // about the list as a whole
	case n == 1:
		return fmt.Sprintf("line %d is wrong", issues[0].Line)
	}
	return fmt.Sprintf("%d lines are wrong, the first is line %d", n, issues[0].Line)
}

// wrongLines counts the lines with mistakes; 0 when it is about the list as a whole.
func wrongLines(issues Issues) int {
	lines := map[int]bool{}
	for _, issue := range issues {
		if issue.Line > 0 {
			lines[issue.Line] = true
		}
	}
	return len(lines)
}

// share is how the hall says how much a list would cancel.
var share = regexp.MustCompile(`^[0-9]+ of [0-9]+$`)

// worded says a refusal of the hall in words, without what it says of a citizen.
func worded(r *queue.Refusal) string {
	switch {
	case r.Code == queue.TooMuch && r.Field == "rows" && share.MatchString(r.Number):
		return "would cancel " + r.Number + " appointments; that smells like a broken export"
	case r.Code == queue.TooMuch && r.Field == "rows":
		return "would cancel more than half of the appointments to come; that smells like a broken export"
	case r.Code == queue.DiskFull:
		return "the database cannot be written: no space left on its disk, or a faulty one (disk_full)"
	case r.Code == queue.ClockJumped:
		return "waits until the server's clock is confirmed (clock_jumped)"
	}
	return "the server refuses it (" + string(r.Code) + ")"
}

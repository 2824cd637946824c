package importer

import "fmt"

// list gathers the rows of a file, or what is wrong with it.
type list struct {
	rows   []Row
	issues Issues
	keys   map[string]int // line of each key
	codes  map[string]int // line of each code
}

// add takes a row, unless something is wrong with it or it is there already.
func (l *list) add(row Row, wrong Issues) {
	if len(wrong) > 0 {
		l.issues = append(l.issues, wrong...)
		return
	}
	if l.keys == nil {
		l.keys, l.codes = map[string]int{}, map[string]int{}
	}
	if before, twice := l.codes[string(row.Code)]; twice && row.Code != "" {
		l.note(Issue{row.Line, fmt.Sprintf("code %q stands in line %d already; each appointment needs its own", short(string(row.Code)), before)})
		return
	}
	if before, twice := l.keys[row.Key()]; twice {
		what := "is the same appointment as line %d"
		if row.ID != "" {
			what = "id stands in line %d already; each appointment needs its own"
		}
		l.note(Issue{row.Line, fmt.Sprintf(what, before)})
		return
	}
	l.codes[string(row.Code)], l.keys[row.Key()] = row.Line, row.Line
	l.rows = append(l.rows, row)
	if len(l.rows) > MaxRows {
		l.issues = Issues{{row.Line, fmt.Sprintf("the list has more than %d appointments; import it in parts", MaxRows)}}
	}
}

func (l *list) note(issue Issue) { l.issues = append(l.issues, issue) }

// full tells that reading on is of no use.
func (l *list) full() bool { return len(l.issues) >= maxIssues || len(l.rows) > MaxRows }

func (l *list) result() ([]Row, error) {
	switch {
	case len(l.issues) >= maxIssues:
		return nil, append(l.issues, Issue{Message: "the rest of the file was not checked"})
	case len(l.issues) > 0:
		return nil, l.issues
	}
	return l.rows, nil
}

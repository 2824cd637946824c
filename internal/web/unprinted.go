package web

import (
	"slices"
	"strconv"
	"strings"

	"westerkappeln.de/wartemarke/internal/hall"
)

// foldedTroubles gives the troubles with what can be mended first, and all numbers without paper as one row after them: an
// empty printer makes one for each ticket, and a row for each would push the work off the page.
func (w *Web) foldedTroubles(p Page, all []hall.Trouble) []troubleRow {
	var causes, unprinted []hall.Trouble
	for _, t := range all {
		if t.Number != "" && (t.Word == "not_printed" || t.Word == "print_unknown") {
			unprinted = append(unprinted, t)
		} else {
			causes = append(causes, t)
		}
	}
	if len(unprinted) < 2 {
		return w.troubles(p, append(causes, unprinted...))
	}
	var numbers, names []string
	since := unprinted[0].Since
	for _, t := range unprinted {
		numbers = append(numbers, t.Number)
		if !slices.Contains(names, t.Name) {
			names = append(names, t.Name)
		}
		if t.Since.Before(since) {
			since = t.Since
		}
	}
	slices.Sort(numbers)
	numbers = slices.Compact(numbers)
	return append(w.troubles(p, causes), troubleRow{Word: "not_printed", Name: strings.Join(names, ", "), Grave: true, Since: p.Clock(since),
		Text: p.T("web_unprinted", "Count", len(numbers), "Numbers", ranges(numbers)), Do: p.T("web_unprinted_do")})
}

// ranges shortens sorted numbers: A001, A002, A003, B001 become "A001–A003, B001".
func ranges(numbers []string) string {
	var out []string
	for i := 0; i < len(numbers); {
		j := i
		for j+1 < len(numbers) && follows(numbers[j], numbers[j+1]) {
			j++
		}
		switch j - i {
		case 0:
			out = append(out, numbers[i])
		case 1:
			out = append(out, numbers[i], numbers[j])
		default:
			out = append(out, numbers[i]+"–"+numbers[j])
		}
		i = j + 1
	}
	return strings.Join(out, ", ")
}

// follows tells whether b is the next number of the same letter.
func follows(a, b string) bool {
	split := func(s string) (string, int) {
		i := strings.IndexAny(s, "0123456789")
		n, err := strconv.Atoi(s[max(i, 0):])
		if i < 0 || err != nil {
			return s, -1
		}
		return s[:i], n
	}
	la, na := split(a)
	lb, nb := split(b)
	return na >= 0 && la == lb && nb == na+1
}

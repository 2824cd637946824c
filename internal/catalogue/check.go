package catalogue

import (
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Calendars are the public holidays that Holidays.Calendar may name.
var Calendars = []string{"DE-NW"}

// The forms of names.
var (
	idForm       = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,63}$`)
	letterForm   = regexp.MustCompile(`^[A-Z]$`)
	languageForm = regexp.MustCompile(`^[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$`)
	leikaForm    = regexp.MustCompile(`^[0-9]{14}$`) // LeiKa-Schlüssel: 14 digits
)

const (
	maxText     = 500  // characters of one text
	maxMinutes  = 480  // a service, a slot: one working day
	maxDays     = 730  // how far ahead one may book
	maxLimit    = 9999 // walk-ins a day, people at once
	maxQuantity = 99   // pieces of a service in one visit
)

// Check names what is wrong in c, in the order of its fields; none if c is right. The lines are 0.
func (c Catalogue) Check() Issues {
	k := check{}
	for i, d := range c.Departments {
		key := at("department", i+1)
		k.id(&k.departments, key, d.ID)
		k.text(join(key, "name"), d.Name, true)
	}
	for i, a := range c.Areas {
		key := at("area", i+1)
		k.id(&k.areas, key, a.ID)
		k.text(join(key, "name"), a.Name, true)
	}
	for i, s := range c.Series {
		k.seriesOf(at("series", i+1), s)
	}
	for i, s := range c.Services {
		k.service(at("service", i+1), s)
	}
	for i, g := range c.Groups {
		k.group(at("group", i+1), g)
	}
	for i, counter := range c.Counters {
		key := at("counter", i+1)
		k.id(&k.counters, key, counter.ID)
		k.text(join(key, "label"), counter.Label, true)
		k.ref(join(key, "area"), "area", k.areas, counter.Area)
		k.refs(join(key, "services"), "service", k.services, counter.Services)
	}
	for i, o := range c.Openings {
		k.opening(at("opening", i+1), c, o)
		if first := slices.IndexFunc(c.Openings, func(other Opening) bool { return reflect.DeepEqual(o, other) }); first < i {
			k.issue(at("opening", i+1), "is the same as %s; leave one of them out", at("opening", first+1))
		}
	}
	if cal := c.Holidays.Calendar; cal != "" && !slices.Contains(Calendars, cal) {
		k.issue("holidays.calendar", "%q is not known; allowed are %s, or none", short(cal), strings.Join(Calendars, ", "))
	}
	for i, r := range c.Closed {
		key := at("closed", i+1)
		from, to := k.date(join(key, "from"), r.From, true), k.date(join(key, "to"), r.To, true)
		if from && to && r.From > r.To {
			k.issue(join(key, "to"), "%s is before from, %s", r.To, r.From)
		}
		k.refs(join(key, "departments"), "department", k.departments, r.Departments)
		k.text(join(key, "name"), r.Name, false)
	}
	return k.issues
}

// check collects issues, and the names that references may use.
type check struct {
	issues                                                 Issues
	departments, areas, series, services, groups, counters names
}

// names are the ids of one kind, each with the key of what has it, and all of them in the order of the file.
type names struct {
	key   map[string]string
	order []string
}

func (n *names) add(id, key string) (first string, fresh bool) {
	if first, ok := n.key[id]; ok {
		return first, false
	}
	if n.key == nil {
		n.key = map[string]string{}
	}
	n.key[id] = key
	n.order = append(n.order, id)
	return key, true
}

// String lists the names for a message.
func (n names) String() string {
	const most = 12
	switch {
	case len(n.order) == 0:
		return "none, as the file has none"
	case len(n.order) > most:
		return strings.Join(n.order[:most], ", ") + " …"
	}
	return strings.Join(n.order, ", ")
}

func (k *check) issue(key, format string, args ...any) {
	k.issues = append(k.issues, Issue{Key: key, Message: fmt.Sprintf(format, args...)})
}

// id checks an id and notes it for the references.
func (k *check) id(kind *names, key, id string) {
	switch {
	case id == "":
		k.issue(join(key, "id"), "is missing; allowed are a–z, 0–9 and -, such as \"buergerbuero\"")
		return
	case !idForm.MatchString(id):
		k.issue(join(key, "id"), "%q is no id; allowed are a–z, 0–9 and -, at most 64, not - first", short(id))
	}
	if first, fresh := kind.add(id, key); !fresh {
		k.issue(join(key, "id"), "%q is taken by %s; each needs its own", short(id), first)
	}
}

func (k *check) seriesOf(key string, s Series) {
	letter := join(key, "letter")
	if !letterForm.MatchString(s.Letter) {
		k.issue(letter, "%q is no letter; allowed is one of A to Z", short(s.Letter))
	}
	if first, fresh := k.series.add(s.Letter, key); !fresh {
		k.issue(letter, "%q is taken by %s; each series needs its own", short(s.Letter), first)
	}
	k.between(join(key, "daily_limit"), s.DailyLimit, 0, maxLimit)
}

func (k *check) service(key string, s Service) {
	k.id(&k.services, key, s.ID)
	k.ref(join(key, "department"), "department", k.departments, s.Department)
	k.ref(join(key, "series"), "series", k.series, s.Series)
	k.ref(join(key, "area"), "area", k.areas, s.Area)
	if s.LeiKa != "" && !leikaForm.MatchString(s.LeiKa) {
		k.issue(join(key, "leika"), "%q is no LeiKa key; allowed are 14 digits, or none", short(s.LeiKa))
	}
	k.text(join(key, "name"), s.Name, true)
	k.text(join(key, "fee"), s.Fee, false)
	for _, language := range slices.Sorted(maps.Keys(s.Bring)) {
		k.language(join(key, "bring"), language)
		for n, text := range s.Bring[language] {
			k.words(at(join(join(key, "bring"), language), n+1), text)
		}
	}
	k.between(join(key, "minutes"), s.Minutes, 1, maxMinutes)
	k.between(join(key, "walk_in_due_minutes"), s.WalkInDueMinutes, 0, maxMinutes)
	k.between(join(key, "max_quantity"), s.MaxQuantity, 0, maxQuantity)
}

func (k *check) group(key string, g Group) {
	k.id(&k.groups, key, g.ID)
	k.text(join(key, "name"), g.Name, true)
	if len(g.Services) == 0 {
		k.issue(join(key, "services"), "is empty; allowed are %s", k.services)
	}
	k.refs(join(key, "services"), "service", k.services, g.Services)
	k.between(join(key, "capacity"), g.Capacity, 1, maxLimit)
}

// text checks a text in all languages. German is the fallback, so a text that is there needs it.
func (k *check) text(key string, t Text, required bool) {
	if _, german := t["de"]; !german && (required || len(t) > 0) {
		k.issue(key, "has no German text; it needs at least { de = \"…\" }")
	}
	for _, language := range slices.Sorted(maps.Keys(t)) {
		k.language(key, language)
		k.words(join(key, language), t[language])
	}
}

func (k *check) language(key, language string) {
	if !languageForm.MatchString(language) {
		k.issue(join(key, language), "%q is no language; allowed are tags such as de, de-simple, en", short(language))
	}
}

func (k *check) words(key, text string) {
	switch {
	case !utf8.ValidString(text):
		k.issue(key, "is not UTF-8")
	case strings.TrimSpace(text) == "":
		k.issue(key, "is empty")
	case utf8.RuneCountInString(text) > maxText:
		k.issue(key, "has %d characters; at most %d are allowed", utf8.RuneCountInString(text), maxText)
	case strings.ContainsFunc(text, unicode.IsControl):
		k.issue(key, "has a line break or another control character; allowed is one line of text")
	}
}

func (k *check) between(key string, n, least, most int) {
	if n < least || n > most {
		k.issue(key, "is %d; allowed is %d to %d", n, least, most)
	}
}

func (k *check) ref(key, kind string, known names, id string) {
	if _, ok := known.key[id]; ok {
		return
	}
	if id == "" {
		k.issue(key, "is missing; allowed are %s", known)
		return
	}
	k.issue(key, "there is no %s %q; allowed are %s", kind, short(id), known)
}

func (k *check) refs(key, kind string, known names, ids []string) {
	for i, id := range ids {
		k.ref(at(key, i+1), kind, known, id)
		k.once(key, ids, i)
	}
}

// once names the second of two equal items.
func (k *check) once(key string, items []string, i int) {
	if slices.Contains(items[:i], items[i]) {
		k.issue(at(key, i+1), "%q is there twice", short(items[i]))
	}
}

package catalogue

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// Diff says what changes from old to c, a line each, such as "service personalausweis: minutes 15 → 20"; none when nothing does.
// The lines come in c's order, what is gone after what stays, kind by kind. Openings and closed ranges have no id; their
// days and times stand for it.
func (c Catalogue) Diff(old Catalogue) []string {
	var lines []string
	sections, before := reflect.ValueOf(c), reflect.ValueOf(old)
	for i := range sections.NumField() {
		kind := sections.Type().Field(i).Tag.Get("toml")
		section, was := sections.Field(i), before.Field(i)
		if section.Kind() == reflect.Struct {
			lines = append(lines, changes(kind, fields(section), fields(was))...)
			continue
		}
		lines = append(lines, diffItems(kind, items(section), items(was))...)
	}
	return lines
}

// item is one table of a catalogue as text.
type item struct {
	name   string
	fields []field
}

// field is one value as text; the empty text is no value.
type field struct{ key, value string }

// items are the tables of a list, each with a name that no other has.
func items(list reflect.Value) []item {
	var all []item
	seen := map[string]int{}
	for i := range list.Len() {
		name := itemName(list.Index(i).Interface())
		if seen[name]++; seen[name] > 1 {
			name = fmt.Sprintf("%s (%d)", name, seen[name])
		}
		all = append(all, item{name: name, fields: fields(list.Index(i))})
	}
	return all
}

// itemName is what people tell the tables of one kind apart by.
func itemName(of any) string {
	switch v := of.(type) {
	case Department:
		return v.ID
	case Area:
		return v.ID
	case Series:
		return v.Letter
	case Service:
		return v.ID
	case Group:
		return v.ID
	case Counter:
		return v.ID
	case Opening:
		name := strings.Join(slices.Concat(v.Departments, v.Services, v.Days, v.Dates), " ") + " " + v.From + "–" + v.To
		if v.ValidFrom != "" || v.ValidTo != "" {
			name += " (" + strings.TrimSpace(v.ValidFrom+" – "+v.ValidTo) + ")"
		}
		return name
	case Closed:
		return strings.TrimSpace(v.From + "–" + v.To + " " + strings.Join(v.Departments, " "))
	}
	return fmt.Sprint(of)
}

// fields are the values of a table, a text or list in each language apart, as text.
func fields(table reflect.Value) []field {
	var all []field
	for i := range table.NumField() {
		key, v := table.Type().Field(i).Tag.Get("toml"), table.Field(i)
		switch {
		case v.Kind() == reflect.Map:
			keys := map[string]reflect.Value{}
			for _, k := range v.MapKeys() {
				keys[k.String()] = v.MapIndex(k)
			}
			for _, language := range languages(keys) {
				all = append(all, field{key + "." + language, literal(keys[language])})
			}
		case v.Kind() == reflect.Slice && v.Len() == 0, v.Kind() == reflect.String && v.IsZero():
		default:
			all = append(all, field{key, literal(v)})
		}
	}
	return all
}

func diffItems(kind string, now, before []item) []string {
	was := map[string][]field{}
	for _, it := range before {
		was[it.name] = it.fields
	}
	var lines, stay, stayed []string
	is := map[string]bool{}
	for _, it := range now {
		is[it.name] = true
		old, known := was[it.name]
		if !known {
			lines = append(lines, fmt.Sprintf("%s %s: new", kind, it.name))
			continue
		}
		stay = append(stay, it.name)
		lines = append(lines, changes(kind+" "+it.name, it.fields, old)...)
	}
	for _, it := range before {
		if is[it.name] {
			stayed = append(stayed, it.name)
		} else {
			lines = append(lines, fmt.Sprintf("%s %s: removed", kind, it.name))
		}
	}
	// The order of a kind is the order on the screens.
	if !slices.Equal(stay, stayed) {
		lines = append(lines, fmt.Sprintf("%s: order is now %s", kind, strings.Join(stay, ", ")))
	}
	return lines
}

// changes has a line for each field that differs.
func changes(label string, now, before []field) []string {
	value := func(fields []field, key string) string {
		if i := slices.IndexFunc(fields, func(f field) bool { return f.key == key }); i >= 0 {
			return fields[i].value
		}
		return "none"
	}
	var lines []string
	for _, f := range now {
		if old := value(before, f.key); old != f.value {
			lines = append(lines, fmt.Sprintf("%s: %s %s → %s", label, f.key, old, f.value))
		}
	}
	for _, f := range before {
		if value(now, f.key) == "none" {
			lines = append(lines, fmt.Sprintf("%s: %s %s → none", label, f.key, f.value))
		}
	}
	return lines
}

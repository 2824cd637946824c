package importer

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// zones finds the time zone that a TZID means, each once.
type zones struct {
	site  *time.Location
	known map[string]*time.Location
}

// find gives the zone of a TZID: an IANA name, also behind a path as in /citadel.org/20070227_1/Europe/Berlin, or the one
// that its VTIMEZONE names. Outlook's names, such as "W. Europe Standard Time" or "(UTC+01:00) Amsterdam, Berlin", mean the
// site's zone when their VTIMEZONE has the offsets of the site's in the year of the time.
func (z *zones) find(tzid string, owner *calendar, year int) (*time.Location, error) {
	if tzid == "" {
		return z.site, nil
	}
	defined := owner.zones[tzid]
	key := tzid
	if defined != nil {
		key = fmt.Sprint(tzid, "\n", defined.location, defined.offsets, year)
	}
	if loc, ok := z.known[key]; ok {
		return loc, nil
	}
	loc := z.load(tzid, defined, year)
	if loc == nil {
		return nil, fmt.Errorf("TZID %q is no time zone that is known here; give the time with an IANA zone such as %s, or in UTC", short(tzid), z.site)
	}
	if z.known == nil {
		z.known = map[string]*time.Location{}
	}
	z.known[key] = loc
	return loc, nil
}

func (z *zones) load(tzid string, defined *timezone, year int) *time.Location {
	names := []string{tzid}
	if parts := strings.Split(tzid, "/"); len(parts) > 2 {
		names = append(names, strings.Join(parts[len(parts)-2:], "/"), strings.Join(parts[len(parts)-3:], "/"))
	}
	if defined != nil {
		names = append(names, defined.location)
	}
	for _, name := range names {
		// To Go "" is UTC and "Local" is the machine's zone.
		if name == "" || strings.EqualFold(name, "local") {
			continue
		}
		if loc, err := time.LoadLocation(name); err == nil {
			return loc
		}
	}
	if defined != nil && slices.Equal(sorted(defined.offsets), sorted(offsets(z.site, year))) {
		return z.site
	}
	return nil
}

// offsets are those of a zone in winter and summer, as VTIMEZONE writes them.
func offsets(loc *time.Location, year int) []string {
	return []string{
		time.Date(year, time.January, 1, 12, 0, 0, 0, loc).Format("-0700"),
		time.Date(year, time.July, 1, 12, 0, 0, 0, loc).Format("-0700"),
	}
}

func sorted(texts []string) []string {
	texts = slices.Clone(texts)
	slices.Sort(texts)
	return slices.Compact(texts)
}

package citizen

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"westerkappeln.de/wartemarke/internal/catalogue"
	"westerkappeln.de/wartemarke/internal/page"
	"westerkappeln.de/wartemarke/internal/queue"
)

// maxChosen bounds what is read from an address; the rules allow fewer.
const maxChosen = 20

// choice is the services that somebody wants to come for, each once.
type choice []queue.Visit

// chosen reads a choice from an address: s=personalausweis.1&s=reisepass.2. What makes no sense is for the rules to refuse.
func chosen(q url.Values) choice {
	var c choice
	for _, s := range q["s"] {
		if len(c) == maxChosen {
			break
		}
		id, count := s, 1
		if i := strings.LastIndexByte(s, '.'); i >= 0 {
			n, err := strconv.Atoi(s[i+1:])
			if err != nil {
				n = 0
			}
			id, count = s[:i], n
		}
		c = append(c, queue.Visit{ID: id, Quantity: count})
	}
	return c
}

// picked reads a choice from the form of the first page: service=ID for each that is ticked, and n.ID how often.
func picked(q url.Values) choice {
	var c choice
	for _, id := range q["service"] {
		if len(c) == maxChosen {
			break
		}
		if slices.ContainsFunc(c, func(v queue.Visit) bool { return v.ID == id }) {
			continue
		}
		n := 1
		if text := q.Get("n." + id); text != "" {
			var err error
			if n, err = strconv.Atoi(text); err != nil {
				n = 0
			}
		}
		c = append(c, queue.Visit{ID: id, Quantity: n})
	}
	return c
}

// write puts the choice into an address.
func (c choice) write(q url.Values) {
	q.Del("s")
	for _, v := range c {
		q.Add("s", v.ID+"."+strconv.Itoa(v.Quantity))
	}
}

// of gives how often the service is chosen, 0 for not at all.
func (c choice) of(id string) int {
	for _, v := range c {
		if v.ID == id {
			return v.Quantity
		}
	}
	return 0
}

// Chosen is one service of a choice, for people.
type Chosen struct {
	Name     page.Words
	Quantity int
	Fee      page.Words
	Bring    []page.Words
}

// describe gives the services of a visit that the catalogue still knows.
func describe(p Page, cat catalogue.Catalogue, services []queue.Visit) []Chosen {
	var out []Chosen
	for _, v := range services {
		s, ok := cat.Service(v.ID)
		if !ok {
			continue
		}
		out = append(out, Chosen{Name: p.Words(s.Name), Quantity: v.Quantity, Fee: tied(p.Words(s.Fee)), Bring: inList(p, s.Bring)})
	}
	return out
}

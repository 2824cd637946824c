package hall

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"

	"westerkappeln.de/wartemarke/internal/catalogue"
	"westerkappeln.de/wartemarke/internal/queue"
)

// scene is what one transaction sees of the hall: the time, the day, the catalogue, and once asked for the open tickets
// and counters.
type scene struct {
	h     *Hall
	tx    Tx
	now   time.Time
	day   queue.Day
	clock Clock
	// trouble of the clock now, "" when all is well; clock.Trouble is what was known before
	trouble string
	// base is the revision that the transaction began with; a change's clock is one ahead
	base int64
	// own: this scene belongs to a change, which must not touch what others share
	own bool
	cat *catalogue.Catalogue

	loaded  bool
	tickets []queue.Ticket // open ones, kept up to date by change
	opened  map[string]OpenCounter
	lengths map[string]time.Duration
	waits   map[string]queue.Wait
}

// look sets time, day and catalogue for a read. A day that has not been begun by a change is empty already.
func (s *scene) look() error {
	var err error
	if s.clock, err = s.tx.Clock(); err != nil {
		return err
	}
	s.base = s.clock.Revision
	s.now, s.trouble = s.h.judge(s.clock)
	s.day = max(s.clock.Day, queue.DayOf(s.now, s.h.cfg.Location))
	s.cat, err = s.h.loadCatalogue(s)
	return err
}

// load gives the open tickets and counters of the day, from the store or, when nothing has changed since, from memory.
func (s *scene) load() error {
	if s.loaded {
		return nil
	}
	if s.h.remembered(s) {
		s.loaded = true
		if s.own {
			s.tickets, s.opened = slices.Clone(s.tickets), maps.Clone(s.opened)
		}
		return nil
	}
	var err error
	if s.tickets, err = s.tx.OpenTickets(s.day); err != nil {
		return err
	}
	open, err := s.tx.OpenCounters(s.day)
	if err != nil {
		return err
	}
	s.opened = make(map[string]OpenCounter, len(open))
	for _, o := range open {
		s.opened[o.ID] = o
	}
	s.loaded = true
	return nil
}

// memory is what a scene loaded, as of a revision. What is in it is never changed.
type memory struct {
	revision int64
	day      queue.Day
	tickets  []queue.Ticket
	opened   map[string]OpenCounter
}

// remembered fills the scene from memory, if the store is still at that revision.
func (h *Hall) remembered(s *scene) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	m := h.memory
	if m.opened == nil || m.revision != s.base || m.day != s.day {
		return false
	}
	s.tickets, s.opened = m.tickets, m.opened
	return true
}

// remember keeps what the scene loaded, or a committed change made of it.
func (h *Hall) remember(s *scene) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if s.cat == h.catalogue && h.revision == s.base {
		h.revision = s.clock.Revision
	}
	if !s.loaded {
		return
	}
	if s.clock.Revision >= h.memory.revision || h.memory.opened == nil {
		h.memory = memory{revision: s.clock.Revision, day: s.day, tickets: slices.Clip(s.tickets), opened: s.opened}
	}
}

// seats are all counters, as the rules want them.
func (s *scene) seats() []queue.Seat {
	seats := make([]queue.Seat, 0, len(s.cat.Counters))
	for _, c := range s.cat.Counters {
		seats = append(seats, s.seat(c))
	}
	return seats
}

func (s *scene) seat(c catalogue.Counter) queue.Seat {
	_, open := s.opened[c.ID]
	return queue.Seat{ID: c.ID, Services: c.Services, Area: c.Area, Open: open}
}

// at gives the ticket that occupies the counter.
func (s *scene) at(counter string) (queue.Ticket, bool) {
	for _, t := range s.tickets {
		if t.Counter == counter && t.State.AtCounter() {
			return t, true
		}
	}
	return queue.Ticket{}, false
}

// find gives a ticket by id or by today's number.
func (s *scene) find(idOrNumber string) (queue.Ticket, error) {
	if err := s.load(); err != nil {
		return queue.Ticket{}, err
	}
	for _, t := range s.tickets {
		if t.ID == idOrNumber {
			return t, nil
		}
	}
	if series, num, ok := parseNumber(idOrNumber); ok {
		t, found, err := s.tx.TicketByNumber(s.day, series, num)
		if err != nil || found {
			return t, err
		}
	}
	t, found, err := s.tx.Ticket(idOrNumber)
	if err == nil && !found {
		err = notFound()
	}
	return t, err
}

// place is the label of a counter, nil if there is none.
func (s *scene) place(counter string) catalogue.Text {
	if c, ok := s.cat.Counter(counter); ok {
		return c.Label
	}
	return nil
}

// view puts beside a ticket what a reader wants.
func (s *scene) view(t queue.Ticket) (View, error) {
	v := View{Ticket: t, Place: s.place(t.Counter), Locked: t.Locked(s.now)}
	if t.State != queue.Waiting {
		return v, nil
	}
	waits, err := s.allWaits()
	if err != nil {
		return View{}, err
	}
	v.Wait = waits[t.ID]
	return v, nil
}

func (s *scene) views(tickets []queue.Ticket) ([]View, error) {
	views := make([]View, 0, len(tickets))
	for _, t := range tickets {
		v, err := s.view(t)
		if err != nil {
			return nil, err
		}
		views = append(views, v)
	}
	return views, nil
}

// inState gives the open tickets of one state, in calling order.
func (s *scene) inState(state queue.State) []queue.Ticket {
	var found []queue.Ticket
	for _, t := range s.tickets {
		if t.State == state {
			found = append(found, t)
		}
	}
	s.h.cfg.Queue.Sort(found)
	return found
}

// parseNumber reads a printed number such as "A017" or "a17".
func parseNumber(text string) (series string, num int, ok bool) {
	i := 0
	for i < len(text) && (text[i] < '0' || text[i] > '9') {
		i++
	}
	if i == 0 || i == len(text) || len(text)-i > 3 {
		return "", 0, false
	}
	for _, d := range []byte(text[i:]) {
		if d < '0' || d > '9' {
			return "", 0, false
		}
		num = num*10 + int(d-'0')
	}
	return strings.ToUpper(text[:i]), num, num > 0
}

// sort puts waiting tickets first, in calling order, and the others by number.
func (s *scene) sort(tickets []queue.Ticket) {
	s.h.cfg.Queue.Sort(tickets)
	slices.SortStableFunc(tickets, func(a, b queue.Ticket) int {
		switch aw, bw := a.State == queue.Waiting, b.State == queue.Waiting; {
		case aw && bw:
			return 0
		case aw:
			return -1
		case bw:
			return 1
		}
		return byNumber(a, b)
	})
}

// byNumber orders for people who look for a number.
func byNumber(a, b queue.Ticket) int {
	return cmp.Or(cmp.Compare(a.Series, b.Series), cmp.Compare(a.Num, b.Num), a.Arrived.Compare(b.Arrived))
}

func areasOf(t queue.Ticket, counter catalogue.Counter, known bool) []string {
	areas := []string{t.Area}
	if known && counter.Area != "" && !slices.Contains(areas, counter.Area) {
		areas = append(areas, counter.Area)
	}
	return areas
}

package hall

import (
	"time"

	"westerkappeln.de/wartemarke/internal/catalogue"
	"westerkappeln.de/wartemarke/internal/queue"
)

const (
	learnDays  = 28          // "recent days" of DOMAIN's Waiting time: four weeks hold enough visits of rare services
	learnAgain = time.Minute // learned durations are read again after this
)

// learned keeps the mean durations for a while, so that a read does not go through weeks of visits.
type learned struct {
	at        time.Time
	version   int64
	durations map[string]time.Duration
}

// durations are the learned means, with the catalogue's minutes as prior.
func (s *scene) durations() (map[string]time.Duration, error) {
	if s.lengths != nil {
		return s.lengths, nil
	}
	h := s.h
	h.mu.Lock()
	known := h.learned
	version := h.version
	h.mu.Unlock()
	age := s.now.Sub(known.at)
	if known.durations != nil && known.version == version && age >= 0 && age < learnAgain {
		s.lengths = known.durations
		return s.lengths, nil
	}
	since := queue.DayOf(s.now.AddDate(0, 0, -learnDays), h.cfg.Location)
	samples, err := s.tx.Durations(since)
	if err != nil {
		return nil, err
	}
	s.lengths = queue.Learn(prior(*s.cat), samples)
	h.mu.Lock()
	h.learned = learned{at: s.now, version: version, durations: s.lengths}
	h.mu.Unlock()
	return s.lengths, nil
}

func prior(cat catalogue.Catalogue) map[string]time.Duration {
	planned := make(map[string]time.Duration, len(cat.Services))
	for _, s := range cat.Services {
		if s.Minutes > 0 {
			planned[s.ID] = time.Duration(s.Minutes) * time.Minute
		}
	}
	return planned
}

// queueLoad is what an estimate is made from.
func (s *scene) queueLoad() (queue.Load, error) {
	if err := s.load(); err != nil {
		return queue.Load{}, err
	}
	durations, err := s.durations()
	return queue.Load{Tickets: s.tickets, Seats: s.seats(), Durations: durations}, err
}

// allWaits are the waits of all waiting tickets, made once for a state of the queue.
func (s *scene) allWaits() (map[string]queue.Wait, error) {
	if s.waits != nil {
		return s.waits, nil
	}
	load, err := s.queueLoad()
	if err != nil {
		return nil, err
	}
	s.waits = s.h.cfg.Queue.EstimateAll(load, s.now)
	return s.waits, nil
}

// newcomer is the wait of somebody who would take a walk-in ticket for the service now.
func (s *scene) newcomer(service catalogue.Service) (queue.Wait, error) {
	load, err := s.queueLoad()
	if err != nil {
		return queue.Wait{}, err
	}
	due := s.h.cfg.Queue.WalkInDue(s.now, service.WalkInDueMinutes)
	return s.h.cfg.Queue.Estimate(load, "", service.ID, due, s.now), nil
}

// waiting counts who waits in an area, with a newcomer's wait for the service that most wait for there (the catalogue's
// first among equals, and the area's first when nobody waits).
func (s *scene) waiting(area string) (AreaWaiting, error) {
	if err := s.load(); err != nil {
		return AreaWaiting{}, err
	}
	w := AreaWaiting{Area: area}
	perService := map[string]int{}
	for _, t := range s.tickets {
		if t.State == queue.Waiting && t.Area == area {
			w.Count++
			perService[t.Service]++
		}
	}
	var usual *catalogue.Service
	for i, service := range s.cat.Services {
		if service.Area != area && perService[service.ID] == 0 {
			continue
		}
		if usual == nil || perService[service.ID] > perService[usual.ID] {
			usual = &s.cat.Services[i]
		}
	}
	if usual == nil {
		return w, nil
	}
	var err error
	w.Wait, err = s.newcomer(*usual)
	return w, err
}

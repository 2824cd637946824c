package booking

import (
	"cmp"
	"math"
	"slices"
)

// stretch is a taken lane as seconds since 1970, to not included.
type stretch struct {
	from, to int64
	lane     int
}

// pool is what is taken of one pool, in two orders.
type pool struct{ byFrom, byTo []stretch }

// index sorts places by their pools. Places that are none (empty, or in a lane below 0) are left out.
func index(taken []Place) map[string]pool {
	stretches := map[string][]stretch{}
	for _, p := range taken {
		if p.Lane >= 0 && p.From.Before(p.To) {
			stretches[p.Pool] = append(stretches[p.Pool], stretch{p.From.Unix(), p.To.Unix(), p.Lane})
		}
	}
	pools := make(map[string]pool, len(stretches))
	for name, byFrom := range stretches {
		byTo := slices.Clone(byFrom)
		slices.SortFunc(byFrom, func(a, b stretch) int { return cmp.Compare(a.from, b.from) })
		slices.SortFunc(byTo, func(a, b stretch) int { return cmp.Compare(a.to, b.to) })
		pools[name] = pool{byFrom, byTo}
	}
	return pools
}

// lanes are those of a pool that somebody may take: first to limit-1, of capacity in all.
type lanes struct{ limit, capacity int }

// window counts the busy lanes of a pool in a stretch of time that only moves forward.
type window struct {
	pool
	lanes
	in, out int         // how many of byFrom have come in, how many of byTo have gone out
	count   []int       // of the places in the window, by lane, below capacity
	beyond  map[int]int // the same from capacity on
	busy    int         // lanes with a place
	below   int         // of these below limit
}

func newWindow(p pool, l lanes) *window {
	return &window{pool: p, lanes: l, count: make([]int, l.capacity), beyond: map[int]int{}}
}

// free moves the window to [from, to), neither before the last one's, and tells whether a lane is free there all the time.
//
// A lane beyond the capacity (an import, or from before the capacity was lowered) is a visit that takes place all the same: it
// counts against the capacity, so that no more are sold than people can serve.
func (w *window) free(from, to int64) bool {
	for ; w.in < len(w.byFrom) && w.byFrom[w.in].from < to; w.in++ {
		w.add(w.byFrom[w.in].lane, 1)
	}
	for ; w.out < len(w.byTo) && w.byTo[w.out].to <= from; w.out++ {
		w.add(w.byTo[w.out].lane, -1)
	}
	return w.below < w.limit && w.busy < w.capacity
}

// add changes the count of a lane by 1 or -1.
func (w *window) add(lane, by int) {
	var was, is int
	if lane < len(w.count) {
		was = w.count[lane]
		is = was + by
		w.count[lane] = is
	} else {
		was = w.beyond[lane]
		is = was + by
		w.beyond[lane] = is
	}
	if (was == 0) == (is == 0) {
		return
	}
	w.busy += by
	if lane < w.limit {
		w.below += by
	}
}

// ends is until when each lane is taken.
type ends map[int]int64

// ends are those of the places that begin before to.
func (p pool) ends(to int64) ends {
	e := ends{}
	for _, s := range p.byFrom {
		if s.from >= to {
			break
		}
		e[s.lane] = max(e.of(s.lane), s.to)
	}
	return e
}

// of is the end of a lane, long ago if it was never taken.
func (e ends) of(lane int) int64 {
	if end, taken := e[lane]; taken {
		return end
	}
	return math.MinInt64
}

// fit chooses a free lane for [from, to): the one that became free last, so that gaps stay as large as they can be. Nobody
// was in a lane before since, the beginning of the opening. The lanes from kept on are taken first if there are any; they are
// for those who may take all. False when none is free, as window.free has it.
func (p pool) fit(from, to, since int64, l lanes, kept int) (int, bool) {
	ends := p.ends(to)
	busy := 0
	for _, end := range ends {
		if end > from {
			busy++
		}
	}
	if busy >= l.capacity {
		return 0, false
	}
	best, found := 0, false
	better := func(lane int) bool {
		if !found || (lane >= kept) != (best >= kept) {
			return !found || lane >= kept
		}
		return ends.of(lane) > max(ends.of(best), since)
	}
	for lane := range l.limit {
		if ends.of(lane) <= from && better(lane) {
			best, found = lane, true
		}
	}
	return best, found
}

// first is the lowest lane that is free in [from, to).
func (p pool) first(from, to int64) int {
	ends := p.ends(to)
	for lane := 0; ; lane++ {
		if ends.of(lane) <= from {
			return lane
		}
	}
}

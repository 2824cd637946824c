package visitor

import (
	"container/list"
	"net/netip"
	"time"

	"golang.org/x/time/rate"
)

// table holds the buckets of networks. A bucket is kept only once something was taken from it, and goes only when it is full
// again: then it says no more than a fresh one. So a place costs its owner a token, and forgetting gives nobody anything.
type table struct {
	max   int
	limit rate.Limit
	burst int

	at  map[netip.Prefix]*list.Element
	age *list.List // of *entry; front: longest since something was taken
}

type entry struct {
	key    netip.Prefix
	bucket *rate.Limiter
}

func newTable(size int, limit rate.Limit, burst int) *table {
	return &table{max: size, limit: limit, burst: burst, at: map[netip.Prefix]*list.Element{}, age: list.New()}
}

// bucket gives the network's, or a fresh one for keep, or nil when there is no room for it.
func (t *table) bucket(key netip.Prefix, now time.Time) *rate.Limiter {
	if e, ok := t.at[key]; ok {
		return e.Value.(*entry).bucket
	}
	if len(t.at) >= t.max && !t.forget(now) {
		return nil
	}
	return rate.NewLimiter(t.limit, t.burst)
}

// keep notes that something was taken from the bucket just given.
func (t *table) keep(key netip.Prefix, b *rate.Limiter) {
	if e, ok := t.at[key]; ok {
		t.age.MoveToBack(e)
		return
	}
	t.at[key] = t.age.PushBack(&entry{key, b})
}

// forget drops the oldest bucket if it is full again.
func (t *table) forget(now time.Time) bool {
	front := t.age.Front()
	oldest := front.Value.(*entry)
	if oldest.bucket.TokensAt(now) < float64(t.burst) {
		return false
	}
	t.age.Remove(front)
	delete(t.at, oldest.key)
	return true
}

package stream

import (
	"sync"

	"westerkappeln.de/wartemarke/internal/hall"
)

// Once gives a function that encodes each event a single time, however many listeners ask for it. It remembers the
// newest events only; the bytes are shared, so nobody may change them.
func Once(encode func(hall.Event) []byte) func(hall.Event) []byte {
	var mu sync.Mutex
	type entry struct {
		seq  int64
		data []byte
	}
	var kept [256]entry
	return func(e hall.Event) []byte {
		mu.Lock()
		defer mu.Unlock()
		slot := &kept[uint64(e.Seq)%uint64(len(kept))]
		if slot.data == nil || slot.seq != e.Seq {
			*slot = entry{seq: e.Seq, data: encode(e)}
		}
		return slot.data
	}
}

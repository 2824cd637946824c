package client

import (
	"bytes"
	"testing"

	"westerkappeln.de/wartemarke/internal/wire"
)

// Whatever comes over the line, reading it ends with an error and neither hangs nor grows without limit.
func FuzzRead(f *testing.F) {
	for _, s := range []string{"", "\n\n", "data: {}\n\n", "id: 1\nevent: x\ndata: {\"seq\":1}\n\n", ": beat\n\n", "data\ndata:\n\n", "data: [[[[\n\n"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		lines := 0
		if err := read(bytes.NewReader(data), func() { lines++ }, func(wire.Event) {}); err == nil {
			t.Error("a stream that ended gave no error")
		}
		if limit := bytes.Count(data, []byte("\n")) + 1; lines > limit {
			t.Errorf("%d lines read of %d", lines, limit)
		}
	})
}

package escpos

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func auto(s Status) Event   { return Event{Kind: AutomaticStatus, Status: s} }
func fence(id string) Event { return Event{Kind: FenceReply, ID: FenceID([]byte(id))} }
func real(b byte) Event     { return Event{Kind: RealTime, Byte: b} }

func TestParser(t *testing.T) {
	for name, c := range map[string]struct {
		in   string
		want []Event
	}{
		"well":             {"\x10\x00\x00\x00", []Event{auto(Status{})}},
		"paper low":        {"\x10\x00\x03\x00", []Event{auto(Status{PaperLow: true})}},
		"paper out":        {"\x18\x00\x0f\x00", []Event{auto(Status{Offline: true, PaperLow: true, PaperOut: true})}},
		"cover":            {"\x38\x00\x00\x0f", []Event{auto(Status{Offline: true, CoverOpen: true})}},
		"cutter":           {"\x18\x08\x00\x00", []Event{auto(Status{Offline: true, Cutter: true})}},
		"fatal":            {"\x18\x20\x00\x00", []Event{auto(Status{Offline: true, Fatal: true})}},
		"hot":              {"\x18\x40\x00\x00", []Event{auto(Status{Offline: true, AutoRecover: true})}},
		"recoverable":      {"\x18\x04\x00\x00", []Event{auto(Status{Offline: true, Recoverable: true})}},
		"feed button":      {"\x50\x00\x00\x00", []Event{auto(Status{Feeding: true})}},
		"real time":        {"\x12\x1a\x16", []Event{real(0x12), real(0x1a), real(0x16)}},
		"fence":            {"\x37\x22ACGK\x00", []Event{fence("ACGK")}},
		"fence twice":      {"\x37\x22ACGK\x00\x37\x22ACGK\x00", []Event{fence("ACGK"), fence("ACGK")}},
		"status in fence":  {"\x37\x22A\x10\x00\x00\x00CG\x18\x00\x0f\x00K\x00", []Event{auto(Status{}), auto(Status{Offline: true, PaperLow: true, PaperOut: true}), fence("ACGK")}},
		"answer in fence":  {"\x37\x22AC\x12GK\x00", []Event{real(0x12), fence("ACGK")}},
		"answer in status": {"\x10\x00\x12\x00\x00", []Event{real(0x12), auto(Status{})}},
		"XON in all":       {"\x37\x11\x22A\x13CGK\x11\x00\x10\x13\x00\x00\x00", []Event{fence("ACGK"), auto(Status{})}},
		"cleared":          {"\x37\x25\x00", []Event{{Kind: Cleared}}},
		"paper sensor":     {"\x00\x03", []Event{{Kind: PaperByte}, {Kind: PaperByte, Byte: 3}}},
		"model name":       {"\x5fTM-T20\x00\x10\x00\x00\x00", []Event{auto(Status{})}},
		"broken status":    {"\x10\x00\x10\x00\x00\x00", []Event{auto(Status{})}},
		"broken fence":     {"\x37\x22AC\x37\x22ACGK\x00", []Event{fence("ACGK")}},
		"noise block":      {"\x3d\x10\x00\x00\x00", []Event{auto(Status{})}},
		"noise":            {"\xff\xfe\x81\x37\x22ACGK\x00", []Event{fence("ACGK")}},
	} {
		t.Run(name, func(t *testing.T) {
			var p Parser
			got := p.Feed([]byte(c.in))
			if !slices.Equal(got, c.want) {
				t.Errorf("got  %+v\nwant %+v", got, c.want)
			}
		})
	}
}

// What a printer says comes out whole however the line cuts it up, and with
// automatic status and flow control between any two bytes.
func TestParserDoesNotCareForCuts(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		status := []byte{0x10, 0, 3, 0}
		var in []byte
		var want []Event
		for range rapid.IntRange(1, 20).Draw(t, "fences") {
			id := NewFenceID('A', rapid.IntRange(0, 4095).Draw(t, "n"))
			for _, b := range append(append([]byte{0x37, 0x22}, id[:]...), 0) {
				if rapid.Bool().Draw(t, "status between") {
					in = append(in, status...)
					want = append(want, auto(Status{PaperLow: true}))
				}
				if rapid.Bool().Draw(t, "XON between") {
					in = append(in, 0x11)
				}
				in = append(in, b)
			}
			want = append(want, Event{Kind: FenceReply, ID: id})
		}
		var p Parser
		var got []Event
		for len(in) > 0 {
			n := rapid.IntRange(1, len(in)).Draw(t, "cut")
			got = append(got, p.Feed(in[:n])...)
			in = in[n:]
		}
		if !slices.Equal(got, want) {
			t.Fatalf("got  %+v\nwant %+v", got, want)
		}
	})
}

// After any noise the parser finds its way back within one status.
func FuzzParser(f *testing.F) {
	f.Add([]byte{0x37, 0x22, 'A', 'C', 0x10, 0, 0, 0, 'G', 'K', 0})
	f.Add([]byte{0x3d, 'x', 0x10, 0x12, 0x5f, 0xff})
	f.Fuzz(func(t *testing.T, noise []byte) {
		var whole, single Parser
		got := whole.Feed(noise)
		var one []Event
		for _, b := range noise {
			one = append(one, single.Feed([]byte{b})...)
		}
		if !slices.Equal(got, one) {
			t.Fatalf("whole %+v, byte by byte %+v", got, one)
		}
		if len(whole.block) > blockMax+1 {
			t.Fatalf("holds %d bytes", len(whole.block))
		}
		whole.Feed([]byte{0x10, 0, 0, 0, 0})
		end := whole.Feed([]byte{0x37, 0x22, 'A', 'C', 'G', 'K', 0})
		if !slices.Contains(end, fence("ACGK")) {
			t.Errorf("lost a fence after % x: %+v", noise, end)
		}
	})
}

func TestAnswers(t *testing.T) {
	for _, c := range []struct {
		n, b byte
		want Status
	}{
		{1, 0x1a, Status{Offline: true}}, {1, 0x16, Status{}},
		{2, 0x16, Status{CoverOpen: true}}, {3, 0x1a, Status{Cutter: true}},
		{3, 0x32, Status{Fatal: true}}, {3, 0x52, Status{AutoRecover: true}}, {3, 0x16, Status{Recoverable: true}},
		{4, 0x12, Status{}}, {4, 0x1e, Status{PaperLow: true}}, {4, 0x72, Status{PaperOut: true}},
		{4, 0x7e, Status{PaperLow: true, PaperOut: true}},
	} {
		var s Status
		if s.Apply(c.n, c.b); s != c.want {
			t.Errorf("DLE EOT %d, %02x: %+v", c.n, c.b, s)
		}
	}
}

// A fence's letters can be taken for nothing else a printer says.
func TestFenceIDs(t *testing.T) {
	seen := make(map[FenceID]bool)
	for _, kind := range []byte("ACE") {
		for n := range 4096 {
			id := NewFenceID(kind, n)
			if seen[id] {
				t.Fatalf("%s twice", id)
			}
			seen[id] = true
			for _, b := range id {
				if b&0x93 == 0x10 || b&0x93 == 0x12 || startsBlock(b) || b == 0x11 || b == 0x13 {
					t.Fatalf("%s holds %02x", id, b)
				}
			}
		}
	}
}

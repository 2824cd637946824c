package escpos

// Kind says what an Event is.
type Kind int

const (
	AutomaticStatus Kind = iota // Status is set
	RealTime                    // Byte answers some DLE EOT n
	FenceReply                  // ID is set
	Cleared                     // the buffers were cleared (DLE DC4 8)
	PaperByte                   // Byte answers GS r 1
)

// Event is one thing a printer said.
type Event struct {
	Kind   Kind
	Status Status
	Byte   byte
	ID     FenceID
}

// Parser cuts a printer's bytes into Events. Every kind of answer is known by
// its own bits, so answers may come split, doubled, late or mixed with noise;
// nothing is assigned by counting. The zero value is ready.
type Parser struct {
	auto  [4]byte
	autoN int // bytes of auto held
	block []byte
}

// blockMax bounds an answer that never ends.
const blockMax = 80

// Feed takes bytes as they come and returns what they completed.
func (p *Parser) Feed(b []byte) []Event {
	var events []Event
	for _, c := range b {
		if ev, ok := p.take(c); ok {
			events = append(events, ev)
		}
	}
	return events
}

func (p *Parser) take(c byte) (Event, bool) {
	if c == 0x11 || c == 0x13 {
		return Event{}, false // XON and XOFF may stand anywhere
	}
	if p.autoN > 0 && c&0x90 == 0 {
		p.auto[p.autoN] = c
		p.autoN++
		if p.autoN < 4 {
			return Event{}, false
		}
		p.autoN = 0
		return Event{Kind: AutomaticStatus, Status: autoStatus(p.auto)}, true
	}
	if p.foreign() {
		return p.takeForeign(c)
	}
	if c&0x93 == 0x10 {
		p.auto[0], p.autoN = c, 1
		return Event{}, false
	}
	if c&0x93 == 0x12 {
		return Event{Kind: RealTime, Byte: c}, true
	}
	if startsBlock(c) {
		p.autoN = 0
		p.block = append(p.block[:0], c)
		return Event{}, false
	}
	if p.autoN > 0 { // a status that broke off
		p.autoN = 0
	}
	if len(p.block) > 0 {
		return p.takeBlock(c)
	}
	if c&0x90 == 0 {
		return Event{Kind: PaperByte, Byte: c}, true
	}
	return Event{}, false
}

func startsBlock(c byte) bool {
	return c == 0x37 || c == 0x5F || c == 0x3D || c == 0x3B || c == 0x35
}

// foreign says that the block held is not one we asked for; its text may hold
// any printable byte.
func (p *Parser) foreign() bool { return len(p.block) > 0 && p.block[0] != 0x37 }

func (p *Parser) takeForeign(c byte) (Event, bool) {
	p.block = append(p.block, c)
	if c >= 0x20 && c < 0x7F && len(p.block) <= blockMax {
		return Event{}, false
	}
	// Such answers are words that end with 00; anything else means that noise
	// began the block, and then c may be worth something.
	p.block = p.block[:0]
	if c == 0 {
		return Event{}, false
	}
	return p.take(c)
}

// takeBlock goes on with 37 22 d1 d2 d3 d4 00 or 37 25 00.
func (p *Parser) takeBlock(c byte) (Event, bool) {
	p.block = append(p.block, c)
	b := p.block
	switch {
	case len(b) == 2 && (c == 0x22 || c == 0x25):
	case len(b) == 3 && b[1] == 0x25 && c == 0:
		p.block = p.block[:0]
		return Event{Kind: Cleared}, true
	case len(b) > 2 && len(b) < 7 && b[1] == 0x22 && c != 0:
	case len(b) == 7 && b[1] == 0x22 && c == 0:
		p.block = p.block[:0]
		return Event{Kind: FenceReply, ID: FenceID(b[2:6])}, true
	default:
		p.block = p.block[:0]
	}
	return Event{}, false
}

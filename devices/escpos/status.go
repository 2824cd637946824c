package escpos

// Status is what a printer says about itself.
type Status struct {
	Offline     bool // takes no data for now; one of the others says why, if any
	CoverOpen   bool
	Feeding     bool // somebody presses the feed button
	PaperLow    bool
	PaperOut    bool
	Recoverable bool // an error DLE ENQ can end
	Cutter      bool
	Fatal       bool // power it off and have it repaired
	AutoRecover bool // too hot; it waits by itself
}

// autoStatus reads the four bytes of automatic status (GS a).
func autoStatus(b [4]byte) Status {
	return Status{
		Offline: b[0]&0x08 != 0, CoverOpen: b[0]&0x20 != 0, Feeding: b[0]&0x40 != 0,
		Recoverable: b[1]&0x04 != 0, Cutter: b[1]&0x08 != 0, Fatal: b[1]&0x20 != 0, AutoRecover: b[1]&0x40 != 0,
		PaperLow: b[2]&0x03 != 0, PaperOut: b[2]&0x0C != 0,
	}
}

// Ask is the real-time request DLE EOT n.
func Ask(n byte) []byte { return []byte{0x10, 0x04, n} }

// Apply reads the answer to DLE EOT n into s. The byte does not say which n it
// answers: only use it while one kind of question is open.
func (s *Status) Apply(n, b byte) {
	switch n {
	case 1:
		s.Offline = b&0x08 != 0
	case 2:
		s.CoverOpen = b&0x04 != 0
	case 3:
		s.Recoverable, s.Cutter, s.Fatal, s.AutoRecover = b&0x04 != 0, b&0x08 != 0, b&0x20 != 0, b&0x40 != 0
	case 4:
		s.PaperLow, s.PaperOut = b&0x0C != 0, b&0x60 != 0
	}
}

// AutoStatus switches on automatic status for online, errors and paper; the
// printer answers with its status at once.
func AutoStatus() []byte { return []byte{gs, 'a', 0x0E} }

// PaperSensor is GS r 1, answered in order with the data by one byte.
func PaperSensor() []byte { return []byte{gs, 'r', 1} }

// Continue (DLE ENQ 1) goes on after a recoverable error has been put right.
func Continue() []byte { return []byte{0x10, 0x05, 1} }

// ClearBuffers (DLE DC4 8) drops everything the printer has not printed; it
// answers with an Event of kind Cleared.
func ClearBuffers() []byte { return []byte{0x10, 0x14, 8, 1, 3, 20, 1, 6, 2, 8} }

// FenceID marks one place in the data. It holds only letters and digits that
// cannot be taken for a status byte, so an automatic status between its bytes
// does not spoil it.
type FenceID [4]byte

// fenceSymbols have bit 0 set, which status bytes have not, and are none of the
// bytes that begin a block.
const fenceSymbols = "ACEGIKMOQSUWY139"

// NewFenceID makes the id for n, 0 to 4095, of a kind named by one of the
// letters A, C, E, G.
func NewFenceID(kind byte, n int) FenceID {
	return FenceID{kind, fenceSymbols[n>>8&15], fenceSymbols[n>>4&15], fenceSymbols[n&15]}
}

// Fence (GS ( H, function 48) asks the printer to say id once everything before
// it is printed.
func Fence(id FenceID) []byte {
	return append([]byte{gs, '(', 'H', 6, 0, 0x30, 0x30}, id[:]...)
}

// Remember stores Fence(id) in the printer's memory as its macro (GS :), and
// Recall runs it (GS ^). A printer that was switched off in between has
// forgotten it and says nothing, so a reply shows that nothing sent since was
// lost. ESC @ does not clear a macro.
func Remember(id FenceID) []byte {
	return append(append([]byte{gs, ':'}, Fence(id)...), gs, ':')
}

// Recall makes the printer say the remembered fence.
func Recall() []byte { return []byte{gs, '^', 1, 0, 0} }

// Resync gets a printer out of a command that was cut short: as many zero bytes
// as the longest command of ours can lack, which print nothing.
func Resync() []byte { return make([]byte, 8192) }

package escpos

// Receipt is what one ticket shows, from top to bottom. It is data: sizes and
// words, no bytes of any printer.
type Receipt struct {
	Items []Item
}

// Item is one of Text, Pair, QR, Feed, Rule and Image.
type Item interface{ item() }

// Align is where a line stands; the zero value is left.
type Align int

const (
	Left Align = iota
	Center
	Right
)

// Text is a paragraph; it is wrapped at words, and a line feed begins a new
// line. Control characters are dropped, so no text can command the printer.
// Characters the printer lacks become the nearest it has, or "?".
type Text struct {
	Text            string
	Width, Height   int // times the normal size, 1 to 8; 0 is 1
	Bold, Underline bool
	Invert          bool // white on black
	Align           Align
}

// Pair is one line with a word at each edge, such as a name and its value. If
// both do not fit beside each other they take two lines.
type Pair struct {
	Left, Right   string
	Width, Height int // as in Text
	Bold          bool
}

// Level is how much of a QR code may be lost: L 7 %, M 15 %, Q 25 %, H 30 %.
type Level string

const (
	LevelL Level = "L"
	LevelM Level = "M"
	LevelQ Level = "Q"
	LevelH Level = "H"
)

// QR is a code in the middle of the line.
type QR struct {
	Data   string // at most 500 bytes; longer data prints nothing
	Module int    // dots a module, 1 to 16; 0 is 6 (0.75 mm)
	Level  Level  // M when empty
}

// Feed moves the paper by normal lines.
type Feed struct{ Lines int }

// Rule is a line across the paper.
type Rule struct{}

// Image is a picture in black and white, in the middle of the line. Rows are
// padded to whole bytes; the highest bit is the leftmost dot and 1 is black.
type Image struct {
	Width, Height int // dots
	Bits          []byte
}

func (Text) item()  {}
func (Pair) item()  {}
func (QR) item()    {}
func (Feed) item()  {}
func (Rule) item()  {}
func (Image) item() {}

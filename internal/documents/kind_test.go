package documents

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/png"
	"strings"
	"testing"

	"westerkappeln.de/wartemarke/internal/queue"
)

func TestKinds(t *testing.T) {
	gray := image.NewGray(image.Rect(0, 0, 1, 1))
	gray.Set(0, 0, color.Gray{7})
	var smallest bytes.Buffer
	if err := png.Encode(&smallest, gray); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		content []byte
		want    string
	}{
		"a PDF":                            {pdf("x"), PDF},
		"a PDF behind a mail's head":       {append(bytes.Repeat([]byte("x"), 1019), pdf("x")...), PDF},
		"a PDF with some bytes at its end": {append(pdf("x"), bytes.Repeat([]byte("\n"), 1000)...), PDF},
		"a JPEG":                           {jpegFile(t), JPEG},
		"a JPEG with a film at its end":    {append(jpegFile(t), "\x00\x00\x00\x18ftypmp42"...), JPEG},
		"a JPEG with fill bytes":           {bytes.Replace(jpegFile(t), []byte("\xff\xda"), []byte("\xff\xff\xff\xda"), 1), JPEG},
		"a PNG":                            {pngFile(t), PNG},
		"a PNG of one pixel":               {smallest.Bytes(), PNG},
		"a PNG that says it is a PDF":      {withChunk(pngFile(t), "tEXt", "%PDF-1.7\n%%EOF"), PNG},
	} {
		t.Run(name, func(t *testing.T) {
			if got, err := kindOf(c.content); got != c.want || err != nil {
				t.Errorf("got %q, %v", got, err)
			}
		})
	}
}

// withChunk puts a chunk after the first.
func withChunk(file []byte, kind, data string) []byte {
	const at = 8 + 25 // signature, IHDR
	chunk := binary.BigEndian.AppendUint32(nil, uint32(len(data)))
	chunk = append(chunk, kind+data...)
	chunk = binary.BigEndian.AppendUint32(chunk, crc32.ChecksumIEEE(chunk[4:]))
	return bytes.Join([][]byte{file[:at], chunk, file[at:]}, nil)
}

// claiming gives the PNG another width and height, with the right check sum.
func claiming(file []byte, width, height uint32) []byte {
	file = bytes.Clone(file)
	binary.BigEndian.PutUint32(file[16:], width)
	binary.BigEndian.PutUint32(file[20:], height)
	binary.BigEndian.PutUint32(file[29:], crc32.ChecksumIEEE(file[12:29]))
	return file
}

func TestWhatIsNoDocument(t *testing.T) {
	s := open(t)
	photo, graphic, paper := jpegFile(t), pngFile(t), pdf("x")
	for name, content := range map[string][]byte{
		"empty":                 nil,
		"text":                  []byte("Guten Tag"),
		"a page":                []byte("<!doctype html><script>alert(1)</script>"),
		"a GIF":                 []byte("GIF89a\x01\x00\x01\x00\x00\x00\x00;"),
		"a program":             []byte("MZ\x90\x00" + strings.Repeat("\x00", 100)),
		"a ZIP":                 []byte("PK\x03\x04" + strings.Repeat("\x00", 100)),
		"a PDF cut off":         paper[:len(paper)-10],
		"a PDF that ends early": append(pdf("x"), bytes.Repeat([]byte("\n"), 1100)...),
		"a PDF that is deep in": append(bytes.Repeat([]byte("x"), 1024), paper...),
		"only a PDF's head":     []byte("%PDF-1.7"),
		"only a JPEG's head":    photo[:20],
		"half a JPEG":           photo[:len(photo)/2],
		"a JPEG without end":    photo[:len(photo)-2],
		"a JPEG without scan":   append(bytes.Clone(photo[:bytes.Index(photo, []byte("\xff\xda"))]), 0xff, 0xd9),
		"only a PNG's head":     graphic[:20],
		"half a PNG":            graphic[:len(graphic)/2],
		"a PNG without end":     graphic[:len(graphic)-12],
		"a PNG with a bad bit":  append(bytes.Clone(graphic[:100]), append([]byte{graphic[100] ^ 1}, graphic[101:]...)...),
		"a PNG without data":    append(bytes.Clone(graphic[:33]), graphic[len(graphic)-12:]...),
		"more than 100 MP":      claiming(graphic, 10_001, 10_000),
		"a line of 2,000 Mpx":   claiming(graphic, 2_000_000_000, 1),
		"no width":              claiming(graphic, 0, 10),
		"a JPEG's and PDF's":    append([]byte("\xff\xd8\xff"), paper...),
	} {
		t.Run(name, func(t *testing.T) {
			_, err := s.Put(t.Context(), bytes.NewReader(content))
			refused(t, err, queue.BadDocument)
		})
	}
	empty(t, s)
	if kind, err := kindOf(claiming(graphic, 10_000, 10_000)); kind != PNG || err != nil {
		t.Errorf("100 megapixels: %q, %v", kind, err)
	}
}

package documents

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"image"
	_ "image/jpeg" // DecodeConfig
	_ "image/png"
	"net/http"

	"westerkappeln.de/wartemarke/internal/queue"
)

// The kinds of documents, as MIME types.
const (
	PDF  = "application/pdf"
	JPEG = "image/jpeg"
	PNG  = "image/png"
)

// maxPixels of a picture: 100 megapixels, more than a phone takes. A small file can claim a picture that no viewer has the
// memory for.
const maxPixels = 100_000_000

// pdfMargin is how far from the start and the end of a PDF its marks may be (PDF Reference 1.7, appendix H, notes 13 and 18).
const pdfMargin = 1024

// kindOf tells by content what a document is, and whether it has its end: one that was cut off on its way can be sent again
// now, but not at the counter. Pictures are not decoded, only measured.
func kindOf(content []byte) (string, error) {
	kind := http.DetectContentType(content)
	var fine bool
	switch kind {
	case JPEG:
		fine = measured(content, "jpeg") && wholeJPEG(content)
	case PNG:
		fine = measured(content, "png") && wholePNG(content)
	default:
		kind, fine = PDF, wholePDF(content)
	}
	if !fine {
		return "", &queue.Refusal{Code: queue.BadDocument}
	}
	return kind, nil
}

func wholePDF(content []byte) bool {
	head, tail := content[:min(len(content), pdfMargin)], content[max(0, len(content)-pdfMargin):]
	return bytes.Contains(head, []byte("%PDF-")) && bytes.Contains(tail, []byte("%%EOF"))
}

func measured(content []byte, format string) bool {
	c, name, err := image.DecodeConfig(bytes.NewReader(content))
	return err == nil && name == format && c.Width > 0 && c.Height > 0 && c.Width <= maxPixels/c.Height
}

// wholeJPEG walks the segments up to the end of the image (ITU-T T.81, B.1). What phones append after it is not looked at.
func wholeJPEG(content []byte) bool {
	const startOfScan, endOfImage = 0xDA, 0xD9
	rest := content[2:] // start of image
	scanned := false
	for {
		// In a scan, 0xFF is followed by 0 or a restart marker; elsewhere only fill bytes may stand before a marker.
		at := 0
		for ; at+1 < len(rest); at++ {
			if rest[at] == 0xFF && rest[at+1] != 0 && rest[at+1] != 0xFF && (rest[at+1] < 0xD0 || rest[at+1] > 0xD7) {
				break
			}
		}
		if at+1 >= len(rest) {
			return false
		}
		marker := rest[at+1]
		rest = rest[at+2:]
		if marker == endOfImage {
			return scanned
		}
		if len(rest) < 2 {
			return false
		}
		scanned = scanned || marker == startOfScan
		size := int(binary.BigEndian.Uint16(rest))
		if size < 2 || size > len(rest) {
			return false
		}
		rest = rest[size:]
	}
}

// wholePNG walks the chunks up to the last one and compares their check sums (PNG specification, 5.3).
func wholePNG(content []byte) bool {
	rest, data := content[8:], false // signature
	for len(rest) >= 12 {
		size := binary.BigEndian.Uint32(rest)
		if uint64(size)+12 > uint64(len(rest)) {
			return false
		}
		chunk, sum := rest[4:8+size], binary.BigEndian.Uint32(rest[8+size:])
		if crc32.ChecksumIEEE(chunk) != sum {
			return false
		}
		switch string(chunk[:4]) {
		case "IDAT":
			data = true
		case "IEND":
			return data
		}
		rest = rest[12+size:]
	}
	return false
}

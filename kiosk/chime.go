package kiosk

import (
	"bytes"
	"encoding/binary"
	"math"
)

// Sound of the warning that a screen is about to go: two short soft tones, nothing like the gong of a call.
const (
	chimeRate = 22050 // samples a second
	chimeTone = 660.0 // Hz
	chimeLen  = 0.14  // seconds of each tone
	chimeRest = 0.1   // seconds between them
	chimeLoud = 0.25  // of full scale
)

// Chime is that sound as a WAV file: 16 bit, one channel.
func Chime() []byte {
	var pcm []int16
	for range 2 {
		n := int(chimeLen * chimeRate)
		for i := range n {
			// The tone swells and fades, so that it does not click.
			swell := math.Sin(math.Pi * float64(i) / float64(n))
			wave := math.Sin(2 * math.Pi * chimeTone * float64(i) / chimeRate)
			pcm = append(pcm, int16(chimeLoud*math.MaxInt16*swell*wave))
		}
		pcm = append(pcm, make([]int16, int(chimeRest*chimeRate))...)
	}
	size := uint32(2 * len(pcm))
	var b bytes.Buffer
	for _, v := range []any{
		[]byte("RIFF"), 36 + size, []byte("WAVEfmt "), uint32(16), uint16(1), uint16(1),
		uint32(chimeRate), uint32(2 * chimeRate), uint16(2), uint16(16), []byte("data"), size, pcm,
	} {
		if err := binary.Write(&b, binary.LittleEndian, v); err != nil {
			panic(err) // cannot be: all are of fixed size, and a buffer takes everything
		}
	}
	return b.Bytes()
}

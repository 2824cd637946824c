package kiosk

import (
	"bytes"
	"encoding/binary"
	"testing"
)

func TestChimeIsAWave(t *testing.T) {
	wav := Chime()
	if !bytes.HasPrefix(wav, []byte("RIFF")) || string(wav[8:16]) != "WAVEfmt " {
		t.Fatalf("begins %q", wav[:16])
	}
	if got := binary.LittleEndian.Uint32(wav[4:]); int(got) != len(wav)-8 {
		t.Errorf("says %d bytes, has %d", got, len(wav)-8)
	}
	if got := binary.LittleEndian.Uint32(wav[40:]); int(got) != len(wav)-44 {
		t.Errorf("says %d bytes of sound, has %d", got, len(wav)-44)
	}
}

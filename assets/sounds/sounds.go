// Package sounds embeds what the display plays.
package sounds

import _ "embed"

// Gong is the two-tone gong before an announcement: WAV, 16 kHz, mono, 16 bit, about 2 s, peak -3 dBFS.
//
//go:generate ./gong.sh
//go:embed gong.wav
var Gong []byte

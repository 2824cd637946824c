#!/bin/sh
# Makes gong.wav: two soft bell tones (e", c") that also carry for people who hear high notes badly.
set -eu
cd "$(dirname "$0")"
bell() { # bell FREQUENCY SILENCE-BEFORE
	echo "|sox -n -p synth 1.5 sin $1 sin $(($1 * 2)) sin $(($1 * 3)) remix 1v0.5,2v0.2,3v0.08 fade l 0.004 1.5 1.49 pad $2 0"
}
sox -R -m "$(bell 659 0)" "$(bell 523 0.55)" -r 16000 -b 16 -c 1 gong.wav gain -n -3

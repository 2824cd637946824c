package virtual

import "bytes"

const (
	dle = 0x10
	esc = 0x1B
	fs  = 0x1C
	gs  = 0x1D
)

// maxCommand bounds one command; a picture strip that claims more is noise.
const maxCommand = 128 << 10

// length says how many bytes the command that begins with c has: 0 when that
// cannot be known yet, 1 for a letter, 2 for a command this printer lacks.
func length(c []byte) int {
	switch c[0] {
	case esc:
		return escLength(c)
	case gs:
		return gsLength(c)
	case fs:
		return fsLength(c)
	case dle:
		return dleLength(c)
	}
	return 1
}

func escLength(c []byte) int {
	if len(c) < 2 {
		return 0
	}
	switch c[1] {
	case 'a', 'd', 'J', 'R', 't', 'E', 'G', '-', '!', '3', 'M', ' ', '{', 'V', 'K', 'e', '=', 'r', 'T', 'u':
		return 3
	case '$', '\\', 'c':
		return 4
	case 'p':
		return 5
	case 'W':
		return 10
	case 'D': // tabs, up to a zero
		return until(c, 2)
	case '*':
		if len(c) < 5 {
			return 0
		}
		n := int(c[3]) + int(c[4])<<8
		if c[2] >= 32 {
			n *= 3
		}
		return 5 + n
	}
	return 2
}

func gsLength(c []byte) int {
	if len(c) < 2 {
		return 0
	}
	switch c[1] {
	case '!', 'a', 'r', 'I', 'B', 'H', 'h', 'w', 'f', 'b', '/', 'j', 'c':
		return 3
	case 'L', 'W', 'P', '$', '\\':
		return 4
	case '^':
		return 5
	case 'V':
		if len(c) < 3 {
			return 0
		}
		if c[2] <= 1 || c[2] == 48 || c[2] == 49 {
			return 3
		}
		return 4
	case '(':
		return sized(c)
	case '8': // GS 8 L: as GS ( L with a longer length
		if len(c) < 7 {
			return 0
		}
		return 7 + int(c[3]) + int(c[4])<<8 + int(c[5])<<16 + int(c[6])<<24
	case 'v':
		if len(c) < 8 {
			return 0
		}
		return 8 + (int(c[4])+int(c[5])<<8)*(int(c[6])+int(c[7])<<8)
	case 'k':
		if len(c) < 4 {
			return 0
		}
		if c[2] >= 65 {
			return 4 + int(c[3])
		}
		return until(c, 3)
	case '*':
		if len(c) < 4 {
			return 0
		}
		return 4 + 8*int(c[2])*int(c[3])
	}
	return 2
}

func fsLength(c []byte) int {
	if len(c) < 2 {
		return 0
	}
	switch c[1] {
	case '!', 'C', '-', 'W':
		return 3
	case 'S', 'p':
		return 4
	case '(':
		return sized(c)
	}
	return 2
}

func dleLength(c []byte) int {
	if len(c) < 2 {
		return 0
	}
	switch c[1] {
	case 0x04, 0x05:
		return 3
	case 0x14:
		if len(c) < 3 {
			return 0
		}
		if c[2] == 8 {
			return 10
		}
		return 5
	}
	return 1
}

// sized is for commands of the form x ( y pL pH and p bytes.
func sized(c []byte) int {
	if len(c) < 5 {
		return 0
	}
	return 5 + int(c[3]) + int(c[4])<<8
}

// until is for commands that end with a zero byte.
func until(c []byte, from int) int {
	if len(c) <= from {
		return 0
	}
	if i := bytes.IndexByte(c[from:], 0); i >= 0 {
		return from + i + 1
	}
	return 0
}

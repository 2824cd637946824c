// Package fonts embeds Fira Sans (SIL Open Font License 1.1, see OFL.txt), the typeface of KERN: Latin and Cyrillic,
// with 1, I, l and 0, O that differ (DIN 1450).
package fonts

import _ "embed"

// The three weights used on screens and boards, as TrueType.
var (
	//go:embed FiraSans-Regular.ttf
	Regular []byte
	//go:embed FiraSans-Medium.ttf
	Medium []byte
	//go:embed FiraSans-Bold.ttf
	Bold []byte
)

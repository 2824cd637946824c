// Package look is the one appearance of terminal and call board: KERN's colours, Fira Sans, sizes in millimetres, and
// text that fits its box.
//
// Both programs run Fyne with one canvas unit per pixel (see OnePixelUnits), so that millimetres can be turned into
// canvas units by the screen's own size.
package look

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/theme"

	"westerkappeln.de/wartemarke/assets/fonts"
)

// Options say how the person in front of the screen wants it.
type Options struct {
	Contrast bool // at least 7:1 everywhere
	Large    bool // text larger by LargeFactor
}

// LargeFactor is how much larger text gets by Options.Large. The ordinary sizes already meet EN 301 549 5.1.4
// (x-height of 16 CSS pixels at 500 mm); this is for those who want still more.
const LargeFactor = 1.3

// Theme is our fyne.Theme. It knows no stock colour, shadow or icon of Fyne's; names it does not know are text on
// background.
type Theme struct {
	opts    Options
	palette palette
}

// New returns the theme for o.
func New(o Options) *Theme {
	t := &Theme{opts: o, palette: light}
	if o.Contrast {
		t.palette = strong
	}
	return t
}

// Options the theme was made with.
func (t *Theme) Options() Options { return t.opts }

// TextScale is the factor for ordinary text sizes: 1, or LargeFactor.
func (t *Theme) TextScale() float32 {
	if t.opts.Large {
		return LargeFactor
	}
	return 1
}

// stock maps Fyne's own names to ours, for the canvas background and anything of Fyne's that may ever show.
var stock = map[fyne.ThemeColorName]fyne.ThemeColorName{
	theme.ColorNameBackground:          ColorBackground,
	theme.ColorNameOverlayBackground:   ColorBackground,
	theme.ColorNameMenuBackground:      ColorSurface,
	theme.ColorNameHeaderBackground:    ColorSurface,
	theme.ColorNameInputBackground:     ColorSurface,
	theme.ColorNameButton:              ColorField,
	theme.ColorNameDisabledButton:      ColorSurface,
	theme.ColorNamePressed:             ColorPressed,
	theme.ColorNameHover:               ColorField,
	theme.ColorNameDisabled:            ColorMuted,
	theme.ColorNamePlaceHolder:         ColorMuted,
	theme.ColorNameInputBorder:         ColorBorder,
	theme.ColorNameSeparator:           ColorDivider,
	theme.ColorNameScrollBar:           ColorBorder,
	theme.ColorNamePrimary:             ColorAction,
	theme.ColorNameFocus:               ColorAction,
	theme.ColorNameHyperlink:           ColorAction,
	theme.ColorNameSelection:           ColorPressed,
	theme.ColorNameForegroundOnPrimary: ColorOnAction,
	theme.ColorNameForegroundOnError:   ColorOnAction,
	theme.ColorNameForegroundOnSuccess: ColorOnAction,
	theme.ColorNameForegroundOnWarning: ColorOnAction,
	theme.ColorNameError:               ColorBad,
	theme.ColorNameSuccess:             ColorGood,
	theme.ColorNameWarning:             ColorWarn,
}

// Color returns the colour of our names and of Fyne's. The variant does not matter: light and dark are our own choice,
// not the desktop's.
func (t *Theme) Color(name fyne.ThemeColorName, _ fyne.ThemeVariant) color.Color {
	if name == theme.ColorNameShadow {
		return color.Transparent
	}
	if ours, ok := stock[name]; ok {
		name = ours
	}
	if c, ok := t.palette[name]; ok {
		return c
	}
	return t.palette[ColorText]
}

// Font returns Fira Sans in regular or bold.
func (t *Theme) Font(s fyne.TextStyle) fyne.Resource {
	if s.Bold {
		return Bold.resource()
	}
	return Regular.resource()
}

// Icon returns Fyne's icons; our screens use assets/icons instead.
func (t *Theme) Icon(n fyne.ThemeIconName) fyne.Resource { return theme.DefaultTheme().Icon(n) }

// Size returns KERN's metrics in canvas units: padding 16 (space-default), radius 8 (border-radius-large), body text
// 21 (font-size-medium-adaptive).
func (t *Theme) Size(n fyne.ThemeSizeName) float32 {
	switch n {
	case theme.SizeNamePadding, theme.SizeNameInnerPadding:
		return 16
	case theme.SizeNameInputRadius, theme.SizeNameSelectionRadius:
		return 8
	case theme.SizeNameInputBorder, theme.SizeNameSeparatorThickness:
		return 2
	case theme.SizeNameText:
		return 21 * t.TextScale()
	case theme.SizeNameHeadingText:
		return 48 * t.TextScale()
	case theme.SizeNameSubHeadingText:
		return 32 * t.TextScale()
	}
	return theme.DefaultTheme().Size(n)
}

// Weight of the typeface.
type Weight int

// The weights we embed.
const (
	Regular Weight = iota
	Medium
	Bold
)

// One resource per weight for the whole program: Fyne caches faces by the resource's identity.
var (
	regular = fyne.NewStaticResource("FiraSans-Regular.ttf", fonts.Regular)
	medium  = fyne.NewStaticResource("FiraSans-Medium.ttf", fonts.Medium)
	bold    = fyne.NewStaticResource("FiraSans-Bold.ttf", fonts.Bold)
)

func (w Weight) resource() fyne.Resource {
	switch w {
	case Medium:
		return medium
	case Bold:
		return bold
	}
	return regular
}

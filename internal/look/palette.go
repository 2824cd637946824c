package look

import (
	"image/color"

	"fyne.io/fyne/v2"
)

// Names of our colours, for text, boxes and icons. They are looked up in the theme, so a change of contrast changes
// everything on the next refresh.
const (
	ColorBackground fyne.ThemeColorName = "look.background" // the whole screen
	ColorSurface    fyne.ThemeColorName = "look.surface"    // a calm panel on it
	ColorField      fyne.ThemeColorName = "look.field"      // a large touch field
	ColorPressed    fyne.ThemeColorName = "look.pressed"    // the field while a finger is on it
	ColorText       fyne.ThemeColorName = "look.text"
	ColorMuted      fyne.ThemeColorName = "look.muted"    // second-rank text
	ColorBorder     fyne.ThemeColorName = "look.border"   // edge of something that can be touched, ≥ 3:1
	ColorDivider    fyne.ThemeColorName = "look.divider"  // decoration only
	ColorAction     fyne.ThemeColorName = "look.action"   // the one accent
	ColorOnAction   fyne.ThemeColorName = "look.onAction" // text and icons on the accent
	ColorActionDown fyne.ThemeColorName = "look.actionDown"
	ColorInfo       fyne.ThemeColorName = "look.info"
	ColorInfoBack   fyne.ThemeColorName = "look.infoBack"
	ColorGood       fyne.ThemeColorName = "look.good"
	ColorGoodBack   fyne.ThemeColorName = "look.goodBack"
	ColorWarn       fyne.ThemeColorName = "look.warn"
	ColorWarnBack   fyne.ThemeColorName = "look.warnBack"
	ColorBad        fyne.ThemeColorName = "look.bad"
	ColorBadBack    fyne.ThemeColorName = "look.badBack"
)

// Colours of KERN 2.7.2, tokens as in @kern-ux/native/dist/kern.css.
var (
	white = color.NRGBA{0xff, 0xff, 0xff, 0xff}
	black = color.NRGBA{0, 0, 0, 0xff}

	neutral025                 = oklch(96.72, 0.0041, 271.37)
	neutral200                 = oklch(82.04, 0.0253, 278.29)
	neutral500                 = oklch(56.94, 0.0532, 275.53)
	neutral650                 = oklch(46.61, 0.0574, 276.44)
	neutral900                 = oklch(25.07, 0.0381, 276.75)
	neutral950                 = oklch(20.23, 0.0321, 277.67)
	darkblue050                = oklch(93.90, 0.0174, 264.48)
	darkblue700                = oklch(42.84, 0.1689, 265.02)
	darkblue850                = oklch(31.01, 0.1884, 265.02)
	lightblue050, lightblue600 = oklch(93.28, 0.0544, 213.68), oklch(49.29, 0.0962, 228.10)
	turquois050, turquois600   = oklch(93.09, 0.0428, 170.49), oklch(48.73, 0.0985, 168.19)
	orange050, orange600       = oklch(93.57, 0.0683, 84.88), oklch(50.70, 0.1152, 63.44)
	red050, red600             = oklch(93.89, 0.0292, 28.12), oklch(52.37, 0.2002, 29.28)
	lightblue150, turquois150  = oklch(85.58, 0.1038, 219.26), oklch(85.17, 0.0907, 170.67)
	orange150, red150          = oklch(86.68, 0.1248, 80.17), oklch(87.06, 0.0660, 30.06)
	yellow100, yellow025       = oklch(90.78, 0.1781, 98.73), oklch(96.11, 0.1392, 105.66)
)

type palette map[fyne.ThemeColorName]color.NRGBA

// light is KERN's light theme: text and controls as its tokens of layout, action and feedback say.
var light = palette{
	ColorBackground: white,
	ColorSurface:    neutral025,
	ColorField:      white,
	ColorPressed:    darkblue050,
	ColorText:       neutral950,
	ColorMuted:      neutral650,
	ColorBorder:     neutral500,
	ColorDivider:    neutral200,
	ColorAction:     darkblue700,
	ColorOnAction:   white,
	ColorActionDown: darkblue850,
	ColorInfo:       lightblue600,
	ColorInfoBack:   lightblue050,
	ColorGood:       turquois600,
	ColorGoodBack:   turquois050,
	ColorWarn:       orange600,
	ColorWarnBack:   orange050,
	ColorBad:        red600,
	ColorBadBack:    red050,
}

// strong is for people who see little: light on black, one yellow accent, everything at least 7:1
// (EN 301 549 5.1, WCAG 2.2 1.4.6).
var strong = palette{
	ColorBackground: black,
	ColorSurface:    neutral950,
	ColorField:      black,
	ColorPressed:    neutral900,
	ColorText:       white,
	ColorMuted:      neutral025,
	ColorBorder:     white,
	ColorDivider:    neutral200,
	ColorAction:     yellow100,
	ColorOnAction:   black,
	ColorActionDown: yellow025,
	ColorInfo:       lightblue150,
	ColorInfoBack:   neutral950,
	ColorGood:       turquois150,
	ColorGoodBack:   neutral950,
	ColorWarn:       orange150,
	ColorWarnBack:   neutral950,
	ColorBad:        red150,
	ColorBadBack:    neutral950,
}

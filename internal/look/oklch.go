package look

import (
	"image/color"
	"math"
)

// oklch turns a CSS colour oklch(l% c h) into 8-bit sRGB; l in percent, c unbounded, h in degrees.
// The matrices are those of CSS Color 4 (Ottosson's Oklab). KERN's tokens lie inside sRGB, so clipping only takes off
// rounding noise.
func oklch(l, c, h float64) color.NRGBA {
	l /= 100
	sin, cos := math.Sincos(h * math.Pi / 180)
	a, b := c*cos, c*sin
	cube := func(v float64) float64 { return v * v * v }
	lc := cube(l + 0.3963377774*a + 0.2158037573*b)
	mc := cube(l - 0.1055613458*a - 0.0638541728*b)
	sc := cube(l - 0.0894841775*a - 1.2914855480*b)
	return color.NRGBA{
		R: gamma(4.0767416621*lc - 3.3077115913*mc + 0.2309699292*sc),
		G: gamma(-1.2684380046*lc + 2.6097574011*mc - 0.3413193965*sc),
		B: gamma(-0.0041960863*lc - 0.7034186147*mc + 1.7076147010*sc),
		A: 0xff,
	}
}

// gamma turns a linear channel into its 8-bit sRGB value.
func gamma(v float64) uint8 {
	if v <= 0.0031308 {
		v *= 12.92
	} else {
		v = 1.055*math.Pow(v, 1/2.4) - 0.055
	}
	return uint8(math.Round(255 * math.Min(1, math.Max(0, v))))
}

// Ratio is the contrast of two opaque colours, 1 to 21 (WCAG 2.2, "contrast ratio").
func Ratio(x, y color.Color) float64 {
	a, b := luminance(x), luminance(y)
	if a < b {
		a, b = b, a
	}
	return (a + 0.05) / (b + 0.05)
}

// luminance is the relative luminance of WCAG 2.2.
func luminance(c color.Color) float64 {
	r, g, b, _ := c.RGBA()
	lin := func(v uint32) float64 {
		f := float64(v) / 0xffff
		if f <= 0.04045 {
			return f / 12.92
		}
		return math.Pow((f+0.055)/1.055, 2.4)
	}
	return 0.2126*lin(r) + 0.7152*lin(g) + 0.0722*lin(b)
}

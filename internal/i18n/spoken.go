package i18n

import (
	"strconv"
	"strings"
	"unicode"
)

// Spoken returns a ticket's number as it is spoken in lang: "A017" is "A siebzehn" in German, "A seventeen" in
// English. Letters stay as they are, the digits after them, 0 to 999, become a word. A language without words of its
// own gets the bare figures ("A 17"), which a voice of that language reads rightly. Anything else is returned as it is.
func Spoken(lang, number string) string {
	letters := strings.TrimRightFunc(number, unicode.IsDigit)
	n, err := strconv.Atoi(number[len(letters):])
	if err != nil || n > 999 {
		return number
	}
	var word string
	switch base, _, _ := strings.Cut(lang, "-"); base {
	case "de":
		word = german(n)
	case "en":
		word = english(n)
	default:
		word = strconv.Itoa(n)
	}
	return strings.TrimSpace(letters + " " + word)
}

var (
	germanSmall = [...]string{
		"null", "eins", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun", "zehn", "elf", "zwölf",
		"dreizehn", "vierzehn", "fünfzehn", "sechzehn", "siebzehn", "achtzehn", "neunzehn",
	}
	germanTens   = [...]string{2: "zwanzig", "dreißig", "vierzig", "fünfzig", "sechzig", "siebzig", "achtzig", "neunzig"}
	englishSmall = [...]string{
		"zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
		"thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
	}
	englishTens = [...]string{2: "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"}
)

// german spells 0 to 999: ones before tens, all in one word, "eins" only at the end.
func german(n int) string {
	switch {
	case n < 20:
		return germanSmall[n]
	case n < 100 && n%10 == 0:
		return germanTens[n/10]
	case n < 100:
		return germanOne(n%10) + "und" + germanTens[n/10]
	case n%100 == 0:
		return germanOne(n/100) + "hundert"
	default:
		return germanOne(n/100) + "hundert" + german(n%100)
	}
}

func germanOne(n int) string {
	if n == 1 {
		return "ein"
	}
	return germanSmall[n]
}

// english spells 0 to 999 as in Britain, with "and" after the hundred.
func english(n int) string {
	switch {
	case n < 20:
		return englishSmall[n]
	case n < 100 && n%10 == 0:
		return englishTens[n/10]
	case n < 100:
		return englishTens[n/10] + "-" + englishSmall[n%10]
	case n%100 == 0:
		return englishSmall[n/100] + " hundred"
	default:
		return englishSmall[n/100] + " hundred and " + english(n%100)
	}
}

package hall

import (
	"context"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"westerkappeln.de/wartemarke/internal/queue"
)

const mostFound = 50 // people of one name: who asks for more has to say more

// FindByName are the booked and unconfirmed appointments from today on whose contact's name holds every word of the text, by
// start, at most 50. Capital letters and accents do not count, and ä is found as a and as ae, ß as ss. (Find is taken: the
// session store's.) Refusal: Invalid (Field name: less than 2 letters, or more than 100 characters).
func (h *Hall) FindByName(ctx context.Context, name string) ([]Listed, error) {
	words := wordsOf(name)
	if words == nil {
		return nil, invalid("name")
	}
	var found []Listed
	err := h.view(ctx, func(s *scene) error {
		all, err := s.tx.Names(beginOf(queue.DayOf(s.now, h.cfg.Location), h.cfg.Location))
		if err != nil {
			return err
		}
		for _, n := range all {
			if len(found) == mostFound {
				return nil
			}
			if !words.in(n.Name) {
				continue
			}
			a, known, err := s.tx.Appointment(n.Appointment)
			if err != nil {
				return err
			}
			if !known || !s.isListed(a) {
				continue
			}
			l, err := s.listed(a)
			if err != nil {
				return err
			}
			found = append(found, l)
		}
		return nil
	})
	return found, err
}

// spelling is a word or name without capitals and accents, in either way to write an umlaut without its dots.
type spelling struct{ short, long string }

// words are what a name is searched for.
type words []spelling

// wordsOf a search; nil when it says too little or too much.
func wordsOf(text string) words {
	letters := 0
	for _, r := range text {
		if unicode.IsLetter(r) {
			letters++
		}
	}
	if letters < 2 || utf8.RuneCountInString(text) > 100 {
		return nil
	}
	var all words
	for word := range strings.FieldsSeq(text) {
		all = append(all, spell(word))
	}
	return all
}

// in tells whether a name holds each of the words.
func (all words) in(name string) bool {
	n := spell(name)
	for _, w := range all {
		if !strings.Contains(n.short, w.short) && !strings.Contains(n.long, w.long) {
			return false
		}
	}
	return true
}

var (
	umlauts = strings.NewReplacer("ä", "ae", "ö", "oe", "ü", "ue")
	// letters that Unicode does not take for another one with an accent, but people do
	likeLetters = strings.NewReplacer("ß", "ss", "ł", "l", "ø", "o", "đ", "d", "ı", "i", "æ", "ae", "œ", "oe", "þ", "th", "ð", "d", "ς", "σ")
)

func spell(text string) spelling {
	text = likeLetters.Replace(norm.NFC.String(strings.ToLower(text)))
	return spelling{unaccented(text), unaccented(umlauts.Replace(text))}
}

func unaccented(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return r
	}, norm.NFD.String(text))
}

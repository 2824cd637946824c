package hall

import (
	"context"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"westerkappeln.de/wartemarke/internal/queue"
)

const mostFound = 50 // people of one name: who asks for more has to say more

// FindByName are the booked and unconfirmed appointments from today on whose contact's name holds every word of the text, by
// start, at most 50. Capital letters and accents do not count, and ä is found as a and as ae, ß as ss. (Find is taken: the
// session store's.) Refusal: Invalid (Field name: less than 2 letters, or more than 100 characters).
func (h *Hall) FindByName(ctx context.Context, name string) ([]Listed, error) {
	words := foldedWords(name)
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
			if !holdsAll(n.Name, words) {
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

// foldedWords are those of a search, nil when it says too little or too much.
func foldedWords(text string) []string {
	letters := 0
	for _, r := range text {
		if unicode.IsLetter(r) {
			letters++
		}
	}
	if letters < 2 || len(text) > 400 || len([]rune(text)) > 100 {
		return nil
	}
	return strings.Fields(text)
}

// holdsAll tells whether each word is in the name, in either way to write an umlaut without dots.
func holdsAll(name string, words []string) bool {
	short, long := folded(name, shortUmlauts), folded(name, longUmlauts)
	for _, w := range words {
		if !strings.Contains(short, folded(w, shortUmlauts)) && !strings.Contains(long, folded(w, longUmlauts)) {
			return false
		}
	}
	return true
}

var (
	shortUmlauts = strings.NewReplacer()
	longUmlauts  = strings.NewReplacer("ä", "ae", "ö", "oe", "ü", "ue")
	// letters that are no base letter with an accent in Unicode, but look like one
	likeLetters = strings.NewReplacer("ß", "ss", "ł", "l", "ø", "o", "đ", "d", "ı", "i", "æ", "ae", "œ", "oe", "þ", "th", "ð", "d")
)

// folded is text in small letters without accents.
func folded(text string, umlauts *strings.Replacer) string {
	text = likeLetters.Replace(umlauts.Replace(norm.NFC.String(strings.ToLower(text))))
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return r
	}, norm.NFD.String(text))
}

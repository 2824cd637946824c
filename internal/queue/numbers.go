package queue

// Number gives the next number of a series after last (0 on a new day): 1…999, wrapping past numbers that are still
// open. Refusal: NumbersOut.
func Number(last int, open func(num int) bool) (int, error) {
	n := min(max(last, 0), LastNumber)
	for range LastNumber {
		n = n%LastNumber + 1
		if !open(n) {
			return n, nil
		}
	}
	return 0, &Refusal{Code: NumbersOut}
}

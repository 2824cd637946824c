package wire

import "time"

// PublicQueue is what anybody may know about the queue: the town's app and homepage show it.
type PublicQueue struct {
	At    time.Time    `json:"at" doc:"when these figures were taken; they are up to 10 s old"`
	Areas []PublicArea `json:"areas"`
}

// PublicArea is how many wait in an area, and how long a newcomer would wait, in minutes.
type PublicArea struct {
	ID    string `json:"id"`
	Name  Text   `json:"name"`
	Count int    `json:"count"`
	Low   int    `json:"low"`
	High  int    `json:"high"`
}

//go:build e2e

// Command floor is what the benchmarks are compared with: the least that a program of this kind costs on this machine, with none
// of our code in it.
//
//	floor window   a bare Fyne window of 1920×1080; each byte on standard input changes the number on it
//	floor events   a bare net/http server; it prints its address, streams to whoever gets /, and a POST to / is an event for all
package main

import (
	"errors"
	"fmt"
	"os"
)

func main() {
	var err error
	switch {
	case len(os.Args) == 2 && os.Args[1] == "window":
		err = window()
	case len(os.Args) == 2 && os.Args[1] == "events":
		err = events()
	default:
		err = errors.New("usage: floor window|events")
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "floor:", err)
		os.Exit(1)
	}
}

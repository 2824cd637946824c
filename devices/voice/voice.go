// Package voice plays a gong and speaks, one announcement at a time, by running commands.
//
// Two commands do the work, both configurable:
//
//   - Play gets a sound (WAV) on standard input and returns when it was heard. Default: aplay (alsa-utils).
//   - Speak gets a sentence on standard input and writes the speech as WAV to standard output, which is then played.
//     Default: espeak-ng. A command that writes nothing is taken to have spoken by itself.
//
// A machine without a sound card names commands that write down what they got.
package voice

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"strings"
	"syscall"
	"time"
)

// Options say how to make sound.
type Options struct {
	Play   []string      // default: aplay -q [-D Device] -
	Speak  []string      // default: espeak-ng -v {lang} -s 140 --stdin --stdout
	Device string        // ALSA device for the default Play, such as "plughw:1,0"; "" is the default device
	Gong   []byte        // WAV played first; none: no gong
	Limit  time.Duration // longest run of one command; default 20 s
}

// Phrase is one sentence and the BCP 47 tag of its language.
type Phrase struct {
	Lang string
	Text string
}

// Player makes announcements. It is safe for concurrent use: announcements never overlap.
type Player struct {
	play, speak []string
	gong        []byte
	limit       time.Duration
	busy        chan struct{} // holds a token while one announcement is made
}

// killWait bounds how long a killed command's pipes may stay open, e.g. held by a grandchild that left its group.
const killWait = 500 * time.Millisecond

// New returns a player. It starts nothing.
func New(o Options) *Player {
	p := &Player{play: o.Play, speak: o.Speak, gong: o.Gong, limit: o.Limit, busy: make(chan struct{}, 1)}
	if len(p.play) == 0 {
		p.play = []string{"aplay", "-q"}
		if o.Device != "" {
			p.play = append(p.play, "-D", o.Device)
		}
		p.play = append(p.play, "-")
	}
	if len(p.speak) == 0 {
		// 140 words a minute: slower than the default 175, for a hall with an echo and for people who hear badly.
		p.speak = []string{"espeak-ng", "-v", "{lang}", "-s", "140", "--stdin", "--stdout"}
	}
	if p.limit <= 0 {
		p.limit = 20 * time.Second
	}
	return p
}

// Announce plays the gong and then speaks the phrases in order. It waits until an announcement that is being made is
// over, and returns when its own is, or soon after ctx ends, with the commands killed.
//
// An error says which command failed and why. A language that cannot be spoken does not keep the next from being
// spoken; but once nothing can be played, the rest is left out.
func (p *Player) Announce(ctx context.Context, phrases ...Phrase) error {
	select {
	case p.busy <- struct{}{}:
		defer func() { <-p.busy }()
	case <-ctx.Done():
		return ctx.Err()
	}
	if len(p.gong) > 0 {
		if _, err := p.run(ctx, p.play, "", p.gong); err != nil {
			return fmt.Errorf("gong: %w", err)
		}
	}
	var failed []error
	for _, ph := range phrases {
		sound, err := p.run(ctx, p.speak, ph.Lang, []byte(ph.Text+"\n"))
		if err != nil {
			failed = append(failed, fmt.Errorf("speak %s: %w", ph.Lang, err))
			continue
		}
		if len(sound) == 0 {
			continue
		}
		if _, err := p.run(ctx, p.play, ph.Lang, sound); err != nil {
			failed = append(failed, fmt.Errorf("play speech: %w", err))
			break
		}
	}
	return errors.Join(failed...)
}

// run runs one command in a process group of its own, so that a shell's children die with it.
func (p *Player) run(ctx context.Context, command []string, lang string, in []byte) ([]byte, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	limited, cancel := context.WithTimeout(ctx, p.limit)
	defer cancel()
	args := fill(command, lang)
	cmd := exec.CommandContext(limited, args[0], args[1:]...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.WaitDelay = killWait
	cmd.Stdin = bytes.NewReader(in)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	err := cmd.Run()
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case limited.Err() != nil:
		return nil, fmt.Errorf("%s: no end within %v", args[0], p.limit)
	case err != nil:
		return nil, fmt.Errorf("%s: %w%s", args[0], err, complaint(errs.String()))
	}
	return out.Bytes(), nil
}

// fill puts the language, without region and variant, where the command asks for it: espeak-ng has no "de-simple".
func fill(command []string, lang string) []string {
	base, _, _ := strings.Cut(lang, "-")
	args := make([]string, len(command))
	for i, a := range command {
		args[i] = strings.ReplaceAll(a, "{lang}", base)
	}
	return args
}

// complaint is the first line of what a command wrote to standard error, at most 200 bytes.
func complaint(s string) string {
	line, _, _ := strings.Cut(strings.TrimSpace(s), "\n")
	if line == "" {
		return ""
	}
	return ": " + line[:min(len(line), 200)]
}

package auth

import (
	"errors"
	"fmt"
	"unicode/utf8"

	"github.com/alexedwards/argon2id"
)

// Password lengths. The lower one counts characters, the upper one bytes.
const (
	MinPassword = 10
	MaxPassword = 512
)

// Errors of HashPassword.
var (
	ErrShort = fmt.Errorf("the password needs at least %d characters", MinPassword)
	ErrLong  = fmt.Errorf("the password may have at most %d bytes", MaxPassword)
)

// params are argon2id's at 19 MiB and two passes (OWASP Password Storage Cheat Sheet), for a small box.
var params = &argon2id.Params{Memory: 19 * 1024, Iterations: 2, Parallelism: 1, SaltLength: 16, KeyLength: 32}

// HashPassword gives the argon2id hash of a password, in the form of the reference implementation. Errors: ErrShort,
// ErrLong.
func HashPassword(password string) (string, error) {
	switch {
	case !utf8.ValidString(password):
		return "", errors.New("the password is not valid UTF-8")
	case utf8.RuneCountInString(password) < MinPassword:
		return "", ErrShort
	case len(password) > MaxPassword:
		return "", ErrLong
	}
	hash, err := argon2id.CreateHash(password, params)
	if err != nil {
		return "", fmt.Errorf("hash password: %w", err)
	}
	return hash, nil
}

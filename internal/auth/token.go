package auth

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"strings"
)

// TokenPrefix marks our bearer tokens, so that a scanner for leaked secrets can find one.
const TokenPrefix = "wm_"

// NewToken makes a bearer token of 256 random bits and its SHA-256, which is all that is stored. A plain hash is enough
// for a secret that nobody can guess.
func NewToken() (token string, hash [32]byte) {
	var random [32]byte
	rand.Read(random[:]) // crypto/rand never fails: it ends the program instead
	token = TokenPrefix + base64.RawURLEncoding.EncodeToString(random[:])
	return token, HashToken(token)
}

// HashToken is the SHA-256 under which a token is stored.
func HashToken(token string) [32]byte { return sha256.Sum256([]byte(token)) }

// bearer reads the token of an Authorization header (RFC 6750 2.1). ok is false when there is none at all; a token of
// another form is returned and known to nobody.
func bearer(r *http.Request) (token string, ok bool) {
	h := r.Header.Get("Authorization")
	if h == "" {
		return "", false
	}
	scheme, token, _ := strings.Cut(h, " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return "", true
	}
	return strings.TrimSpace(token), true
}

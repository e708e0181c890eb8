package engine

import (
	"crypto/rand"
	"crypto/sha1" //nolint:gosec // UUID version 5 is defined with SHA-1; nothing secret hangs on it
	"encoding/hex"
	"strings"
)

// NamedID is the UUID that follows from a name, laid out as version 5.
func NamedID(name string) string {
	sum := sha1.Sum([]byte("terraform-provider-tray/sandbox/" + name)) //nolint:gosec // see the import
	return uuid(sum[:16], 5)
}

// RandomID is the id of an organization, laid out as version 4.
func RandomID() string {
	var raw [16]byte
	_, _ = rand.Read(raw[:]) // it never fails
	return uuid(raw[:], 4)
}

// uuid lays 16 bytes out.
func uuid(raw []byte, version byte) string {
	raw[6] = raw[6]&0x0f | version<<4
	raw[8] = raw[8]&0x3f | 0x80
	h := hex.EncodeToString(raw)
	return strings.Join([]string{h[:8], h[8:12], h[12:16], h[16:20], h[20:]}, "-")
}

// RandomToken is longer than the 36 characters that the vendor's own client asks of a
// token. Nobody can work it out: whoever may use the sandbox reads it from the file, or
// from what the command prints.
func RandomToken() string {
	var raw [20]byte
	_, _ = rand.Read(raw[:]) // it never fails
	return "sandbox-" + hex.EncodeToString(raw[:])
}

// IsUUID accepts the canonical form only, in either case.
func IsUUID(s string) bool {
	if len(s) != 36 {
		return false
	}
	for i, c := range []byte(s) {
		switch {
		case i == 8 || i == 13 || i == 18 || i == 23:
			if c != '-' {
				return false
			}
		case !strings.ContainsRune("0123456789abcdefABCDEF", rune(c)):
			return false
		}
	}
	return true
}

// IsID tells whether s has the shape that the documents give for ids in paths and bodies:
// ^[a-zA-Z0-9-]+$.
func IsID(s string) bool {
	for _, c := range []byte(s) {
		letter := c|0x20 >= 'a' && c|0x20 <= 'z'
		if !letter && (c < '0' || c > '9') && c != '-' {
			return false
		}
	}
	return s != ""
}

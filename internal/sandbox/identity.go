package sandbox

import (
	"crypto/sha1" //nolint:gosec // UUID version 5 is defined with SHA-1; nothing secret hangs on it.
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
)

// Kinds of objects that get an id; each has its own counter, so that the second user is the same user in every run.
const (
	kindUser      = "user"
	kindWorkspace = "workspace"
	kindMember    = "member"
	kindInvite    = "invite"
	kindProject   = "project"
	kindService   = "service"
	kindToken     = "token"

	kindOrganization = "further-organization"
)

// derivedID is the UUID of the n-th object of a kind in its organization, laid out as version 5.
func (t *tx) derivedID(kind string, n int64) string {
	return namedID(fmt.Sprintf("%s%s/%d", t.s.salt, kind, n))
}

func namedID(name string) string {
	sum := sha1.Sum([]byte("terraform-provider-tray/sandbox/" + name)) //nolint:gosec // See the import.
	sum[6] = sum[6]&0x0f | 0x50
	sum[8] = sum[8]&0x3f | 0x80
	h := hex.EncodeToString(sum[:16])
	return strings.Join([]string{h[:8], h[8:12], h[12:16], h[16:20], h[20:]}, "-")
}

// derivedToken is longer than the 36 characters that the vendor's own client asks of a token.
func derivedToken(parts ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(append([]string{"terraform-provider-tray/sandbox/token"}, parts...), "\x00")))
	return "sandbox-" + hex.EncodeToString(sum[:20])
}

// next counts one more object of a kind and returns its number, which is also its place in lists.
func (t *tx) next(kind string) (int64, error) {
	var n int64
	err := t.row("INSERT INTO counters (kind, n) VALUES (?, 1) ON CONFLICT DO UPDATE SET n = n + 1 RETURNING n", kind).Scan(&n)
	return n, err
}

// isUUID accepts the canonical form only, in either case.
func isUUID(s string) bool {
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

// isID tells whether s has the shape that the documents give for ids in paths and bodies: ^[a-zA-Z0-9-]+$.
func isID(s string) bool {
	for _, c := range []byte(s) {
		letter := c|0x20 >= 'a' && c|0x20 <= 'z'
		if !letter && (c < '0' || c > '9') && c != '-' {
			return false
		}
	}
	return s != ""
}

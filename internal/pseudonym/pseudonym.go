// Package pseudonym replaces people's addresses and names by others, so that a snapshot of
// an organization can be handed out, and finds them again for whoever knows them already.
//
// A pseudonym follows from a key and the address, without regard to letter case, so that
// the addresses of a configuration meet those of the snapshot that holds the key. It keeps
// nothing from somebody who has the key and guesses an address: they can see whether it is
// there. Who cannot guess an address does not learn it.
package pseudonym

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"regexp"
	"strings"
	"sync"
)

// Key makes pseudonyms; each snapshot has one of its own.
type Key []byte

const keyBytes = 32

// NewKey is a random key.
func NewKey() Key {
	k := make(Key, keyBytes)
	_, _ = rand.Read(k) // it never fails
	return k
}

// String is the key as ParseKey reads it.
func (k Key) String() string { return base64.StdEncoding.EncodeToString(k) }

// ParseKey reads what String wrote.
func ParseKey(s string) (Key, error) {
	k, err := base64.StdEncoding.DecodeString(s)
	if err != nil || len(k) != keyBytes {
		return nil, errors.New("the key of the pseudonyms is damaged")
	}
	return k, nil
}

// A pseudonym's letters are sixteen, four bits each.
const (
	personLetters = 26
	domainLetters = 12
	topDomain     = ".invalid" // reserved: it never is anybody's
	namePrefix    = "Person "
)

var (
	// address is an address in a text. Slashes are left out, which separate the parts of
	// import ids.
	address = regexp.MustCompile("[a-zA-Z0-9.!#$%&'*+=?^_`{|}~-]+@[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?(?:\\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*")
	// known is a pseudonym of an address, in any spelling, or of a name.
	known = regexp.MustCompile(`[a-pA-P]{26}@[a-p]{12}\.invalid|` + namePrefix + `[a-p]{26}|\b[a-p]{12}\.invalid\b`)
	exact = regexp.MustCompile(`^(?:` + known.String() + `)$`)
)

// Address is the pseudonym of an address. Spellings that differ in case alone have
// pseudonyms that differ in case alone, and one domain is always the same.
func (k Key) Address(of string) string {
	if of == "" || exact.MatchString(of) {
		return of
	}
	folded := strings.ToLower(of)
	domain := ""
	if at := strings.LastIndexByte(folded, '@'); at >= 0 {
		domain = folded[at+1:]
	}
	person := []byte(k.letters("address", folded, personLetters))
	if of != folded {
		spelling := k.sum("spelling", of)
		for i := range person {
			if spelling[i]&1 == 1 {
				person[i] -= 'a' - 'A'
			}
		}
	}
	return string(person) + "@" + k.Domain(domain)
}

// Domain is the pseudonym of the part after the @.
func (k Key) Domain(of string) string {
	if of == "" || strings.HasSuffix(of, topDomain) && len(of) == domainLetters+len(topDomain) {
		return of
	}
	return k.letters("domain", strings.ToLower(of), domainLetters) + topDomain
}

// Name is the pseudonym of a person's name.
func (k Key) Name(of string) string {
	if strings.TrimSpace(of) == "" || exact.MatchString(of) {
		return of
	}
	return namePrefix + k.letters("name", of, personLetters)
}

// Text is a text with pseudonyms in place of all addresses in it.
func (k Key) Text(of string) string {
	return k.TextBut(of, func(string) bool { return false })
}

// TextBut is Text, and leaves the addresses for which stays holds.
func (k Key) TextBut(of string, stays func(address string) bool) string {
	if !strings.Contains(of, "@") {
		return of
	}
	return address.ReplaceAllStringFunc(of, func(found string) string {
		if stays(found) {
			return found
		}
		return k.Address(found)
	})
}

// Find lists the addresses in a text, each as often as it is there.
func Find(text string) []string { return address.FindAllString(text, -1) }

func (k Key) sum(kind, of string) []byte {
	mac := hmac.New(sha256.New, k)
	mac.Write([]byte(kind + "\x00" + of))
	return mac.Sum(nil)
}

// letters are a to p.
func (k Key) letters(kind, of string, n int) string {
	sum := k.sum(kind, of)
	all := make([]byte, n)
	for i := range all {
		all[i] = 'a' + sum[i/2]>>(4*(i%2))&0xf
	}
	return string(all)
}

// Book knows whose pseudonyms are whose: those of the addresses and names it was told. It
// is safe for concurrent use.
type Book struct {
	Key  Key
	real sync.Map // pseudonym -> what it stands for
}

// Hide is Key.Text of a text, whose addresses are known from then on.
func (b *Book) Hide(text string) string {
	if !strings.Contains(text, "@") {
		return text
	}
	return address.ReplaceAllStringFunc(text, func(of string) string { return b.remember(b.Key.Address(of), of) })
}

// HideName is Key.Name of a name, which is known from then on.
func (b *Book) HideName(of string) string { return b.remember(b.Key.Name(of), of) }

// HideDomain is Key.Domain of a domain, which is known from then on.
func (b *Book) HideDomain(of string) string { return b.remember(b.Key.Domain(of), of) }

func (b *Book) remember(pseudonym, of string) string {
	if pseudonym == of {
		return of
	}
	b.real.Store(pseudonym, of)
	if folded := strings.ToLower(pseudonym); folded != pseudonym && !strings.HasPrefix(pseudonym, namePrefix) {
		b.real.LoadOrStore(folded, strings.ToLower(of))
	}
	return pseudonym
}

// Reveal is a text with what is known in place of pseudonyms. A pseudonym in a spelling
// that nobody has told stands for the address in lower case.
func (b *Book) Reveal(text string) string {
	if !strings.Contains(text, topDomain) && !strings.Contains(text, namePrefix) {
		return text
	}
	return known.ReplaceAllStringFunc(text, func(pseudonym string) string {
		for _, spelled := range []string{pseudonym, strings.ToLower(pseudonym)} {
			if of, ok := b.real.Load(spelled); ok {
				return of.(string)
			}
		}
		return pseudonym
	})
}

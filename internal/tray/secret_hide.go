package tray

import (
	"slices"
	"strings"
)

// Hide takes the values in the object out of a text, wherever they stand there.
func (o SecretObject) Hide(text string) string {
	all := o.leaves()
	slices.SortFunc(all, func(a, b string) int { return len(b) - len(a) }) // a value may be a part of another
	for _, leaf := range all {
		text = strings.ReplaceAll(text, leaf, masked)
	}
	return text
}

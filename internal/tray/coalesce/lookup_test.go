package coalesce

import "testing"

// What was written counts until a read that was sent after it has shown it, and from then on for
// less than every read as late. A list tells by its first page, and only at its end.
func TestPrevails_aWriteUntilReadsSentAfterItTellOtherwise(t *testing.T) {
	t.Parallel()
	const at = 5
	for name, c := range map[string]struct {
		confirmed, read, done bool
		began, stamp          uint64
		want                  bool
	}{
		"not seen yet, read before":               {began: at - 1, stamp: at - 1, read: true, want: true},
		"not seen yet, absent from a later list":  {began: at, done: true, want: true},
		"seen, read before":                       {confirmed: true, began: at - 1, stamp: at - 1, read: true, want: true},
		"seen, read at once after":                {confirmed: true, began: at - 1, stamp: at, read: true},
		"seen, absent from a list begun before":   {confirmed: true, began: at - 1, done: true, want: true},
		"seen, absent from a list begun at once":  {confirmed: true, began: at, done: true},
		"seen, absent from a list not at its end": {confirmed: true, began: at, want: true},
	} {
		v := newSnapshot[string](c.began)
		v.Done = c.done
		w := &Write[string]{at: at, confirmed: c.confirmed}
		if got := (&Collection[string]{}).prevails(v, w, c.stamp, c.read); got != c.want {
			t.Errorf("%s: %t", name, got)
		}
	}
}

package engine

import "testing"

func FuzzCursor_onlyOwnCursorsDecode(f *testing.F) {
	f.Add("", int64(1))
	f.Add("AAAAAAAAAAE", int64(7))
	f.Add(encodeCursor("o/users/", 5), int64(5))
	f.Add(encodeCursor("o/workspaces/", 5), int64(1<<62))
	f.Fuzz(func(t *testing.T, text string, seq int64) {
		if got, ok := decodeCursor("o/users/", text); ok && encodeCursor("o/users/", got) != text {
			t.Errorf("%q decodes to %d, whose cursor it is not", text, got)
		}
		if seq <= 0 {
			return
		}
		own := encodeCursor("o/users/", seq)
		if got, ok := decodeCursor("o/users/", own); !ok || got != seq {
			t.Errorf("%d came back as %d, %v", seq, got, ok)
		}
		if _, ok := decodeCursor("o/users/other", own); ok {
			t.Errorf("the cursor of %d decodes in another list", seq)
		}
	})
}

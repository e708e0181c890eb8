//go:build !race

package sandbox

import (
	"runtime"
	"strings"
	"testing"
)

// 1,000 people in 16 workspaces are as many as the product is made for.
func TestPage_staysSmallAndQuickWithAThousandPeople(t *testing.T) {
	w := newWorld(t)
	crowd(w, 1000, 16)
	v := newVisitor(w).come()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	text := v.see("")
	runtime.ReadMemStats(&after)
	// What it allocates is how much work the page is, whatever else the machine does; seconds are not.
	made := (after.TotalAlloc - before.TotalAlloc) >> 20
	t.Logf("%d bytes, and %d MiB on the way", len(text), made)
	if len(text) > 400_000 || made > 100 {
		t.Errorf("%d bytes, and %d MiB on the way", len(text), made)
	}
	if !strings.Contains(text, "1–60 of 1001") || !strings.Contains(v.see("?page=17"), "961–1001 of 1001") {
		t.Error("the pages are not counted")
	}
	if text := v.see("?people=Person+0777"); !strings.Contains(text, "person-0777@example.com in ws-03") || strings.Contains(text, "person-0001@") {
		t.Error("nobody can be found")
	}
}

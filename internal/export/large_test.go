//go:build !race

package export_test

import (
	"runtime"
	"testing"

	"github.com/tray-community/terraform-provider-tray/internal/export"
)

func TestExport_of20MBIsReadWithinABound(t *testing.T) {
	raw := large(20 << 20)
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	e, err := export.Read(raw)
	runtime.GC()
	runtime.ReadMemStats(&after)
	if err != nil || len(e.Connectors) != 1 {
		t.Fatal(err)
	}
	if kept := int64(after.HeapAlloc) - int64(before.HeapAlloc); kept > 8<<20 {
		t.Errorf("it keeps %d MiB beside the document", kept>>20)
	}
	runtime.KeepAlive(raw)
}

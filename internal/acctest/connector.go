package acctest

import (
	"archive/zip"
	"bytes"
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"
)

// ConnectorFiles are those of a small connector as the CDK packs it, which authenticates with
// one of Tray's own services. Body is what one operation does.
func ConnectorFiles(name, version, body string) map[string]string {
	return map[string]string{
		name + "/connector.json":             fmt.Sprintf(`{"name":%q,"version":%q,"title":"Acme CRM","service":{"name":"slack","version":"2"}}`, name, version),
		name + "/package.json":               `{"name":"acme-crm"}`,
		name + "/src/get_it/operation.json":  `{"name":"get_it","title":"Get it","description":"Gets it"}`,
		name + "/src/get_it/handler.ts":      body,
		name + "/src/get_it/input.json":      `{"type":"object"}`,
		name + "/src/get_it/output.json":     `{"type":"object"}`,
		name + "/src/get_it/deep/helpers.ts": "export {}",
	}
}

// Zip packs files. Built is the time stamp of each, and reversed their order: another build
// of the same sources gives another zip.
func Zip(t testing.TB, files map[string]string, built time.Time, reversed bool) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	names := slices.Sorted(maps.Keys(files))
	if reversed {
		slices.Reverse(names)
	}
	for _, name := range names {
		w, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: built})
		if err == nil {
			_, err = w.Write([]byte(files[name]))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

package artifact

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestArtifact_readsWhatTheCDKBuilds(t *testing.T) {
	zipped := pack(t, good())
	got, err := read(zipped)
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(zipped)
	want := Artifact{
		Manifest: Manifest{Name: "acme-crm", Version: "1.0", Title: "Acme CRM", Service: Service{"fz_acme", "1"}},
		Digest:   got.Digest, SHA256: hex.EncodeToString(sum[:]), Sent: hex.EncodeToString(sum[:]), Size: int64(len(zipped)), Files: 4, Content: int64(len(goodManifest) + 19 + 2000),
	}
	if *got != want || len(got.Digest) != 64 {
		t.Errorf("%+v, want %+v", *got, want)
	}
}

// The digest is in people's state: what it is made of must not change.
func TestArtifact_digestStaysAsItIs(t *testing.T) {
	got, err := read(pack(t, good()))
	if err != nil {
		t.Fatal(err)
	}
	if want := "6b99bf8e9de09fd62aa6d3d4765971878000878ced53d8ed03bad38fe4824692"; got.Digest != want {
		t.Errorf("%s, want %s", got.Digest, want)
	}
}

// Wherever a zip was cut off, nothing of it is taken for a connector.
func TestArtifact_cutOffAnywhereIsRefused(t *testing.T) {
	whole := pack(t, good())
	for n := range whole {
		if got, err := read(whole[:n]); err == nil {
			t.Fatalf("%d of %d bytes: %+v", n, len(whole), got)
		}
	}
}

func TestArtifact_digestIsOfContentNotOfBytes(t *testing.T) {
	first, err := read(pack(t, good()))
	if err != nil {
		t.Fatal(err)
	}
	changed := func(change func(*zip.FileHeader)) []entry {
		all := good()
		for i := range all {
			all[i].change = change
		}
		return all
	}
	backwards := good()
	slices.Reverse(backwards)
	for what, entries := range map[string][]entry{
		"another order":        backwards,
		"other times":          changed(func(h *zip.FileHeader) { h.Modified = time.Unix(1.1e9, 0) }),
		"other permissions":    changed(func(h *zip.FileHeader) { h.SetMode(h.Mode() | 0o711) }),
		"stored":               changed(func(h *zip.FileHeader) { h.Method = zip.Store }),
		"comments":             changed(func(h *zip.FileHeader) { h.Comment = "built by hand" }),
		"without its folders":  good()[1:],
		"with an empty folder": with(entry{name: "acme-crm/dist/"}),
	} {
		zipped := pack(t, entries)
		got, err := read(zipped)
		if err != nil || got.Digest != first.Digest {
			t.Errorf("%s: %v %v", what, got, err)
		}
		if err == nil && got.SHA256 == first.SHA256 {
			t.Errorf("%s: the same bytes, so that nothing was tried", what)
		}
	}
	edited, renamed, moved := good(), good(), good()
	edited[3].data += " "
	renamed[2].name += "c"
	moved[3].data, moved[4].data = moved[4].data, moved[3].data
	for what, entries := range map[string][]entry{
		"an edited file": edited, "a renamed file": renamed, "two files changed about": moved,
		"one more file": with(entry{name: "acme-crm/new"}), "one less": good()[:4],
	} {
		if got, err := read(pack(t, entries)); err != nil || got.Digest == first.Digest {
			t.Errorf("%s: %v %v", what, got, err)
		}
	}
}

func TestArtifact_manifestIsChecked(t *testing.T) {
	for want, manifest := range map[string]string{
		`is no JSON object`:                `{"name":`,
		`is no JSON object that describes`: goodManifest + "{}",
		`no usable "name": ""`:             `{"version":"1.0"}`,
		`no usable "name": "../acme"`:      `{"name":"../acme","version":"1.0"}`,
		`no usable "version": ""`:          `{"name":"a","title":"A"}`,
		`"version" that is no string. Put it in quotes, as in "1.0", and build`: `{"name":"a","version":1.0}`,
		`no usable "version": "one"`: `{"name":"a","version":"one"}`,
		`has no "title"`:             `{"name":"a","version":"1.0","title":" "}`,
		`names no "service"`:         `{"name":"a","version":"1.0","title":"A","service":{"version":"1"}}`,
		`without a usable "version"`: `{"name":"a","version":"1.0","title":"A","service":{"name":"s","version":"1.5"}}`,
	} {
		_, err := read(pack(t, []entry{{name: "connector.json", data: manifest}}))
		if err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), `entry "connector.json"`) {
			t.Errorf("%s: %v", manifest, err)
		}
	}
	number := strings.Replace(goodManifest, `"version":"1"`, `"version":1`, 1)
	if got, err := read(pack(t, []entry{{name: "connector.json", data: number}})); err != nil || got.Service.Version != "1" {
		t.Errorf("a service's version as a number, at the top: %v %v", got, err)
	}
}

func TestArtifact_fileThatCannotBeReadSaysWhy(t *testing.T) {
	dir := t.TempDir()
	big := filepath.Join(dir, "big.zip")
	if err := os.WriteFile(big, nil, 0o600); err != nil || os.Truncate(big, MaxSize+1) != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{
		filepath.Join(dir, "none.zip"): "cannot be opened: no such file or directory. Build the connector",
		dir:                            "is no file. Give the path of the zip that the CDK builds",
		big:                            "more than 50 MiB. Leave out what the connector does not need, such as node_modules",
	} {
		_, err := Inspect(path, Service{})
		_, raw, loadErr := Load(path, Service{})
		if err == nil || loadErr == nil || raw != nil || !strings.Contains(err.Error(), want) || err.Error() != loadErr.Error() {
			t.Errorf("%s: %v; %v", path, err, loadErr)
		}
	}
	if _, err := Inspect(filepath.Join(dir, "none.zip"), Service{}); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("%v", err)
	}
}

func TestArtifact_loadReturnsTheBytesThatWereChecked(t *testing.T) {
	path, zipped := filepath.Join(t.TempDir(), "connector.zip"), pack(t, good())
	if err := os.WriteFile(path, zipped, 0o600); err != nil {
		t.Fatal(err)
	}
	inspected, err := Inspect(path, Service{})
	if err != nil {
		t.Fatal(err)
	}
	loaded, raw, err := Load(path, Service{})
	if err != nil || *loaded != *inspected || !bytes.Equal(raw, zipped) {
		t.Errorf("%v %v %v", loaded, inspected, err)
	}
}

// A zip of 20 MB: reading it allocates no part of it, and loading it allocates it once.
func TestArtifact_largeZipTakesLittleMemory(t *testing.T) {
	path := filepath.Join(t.TempDir(), "connector.zip")
	zipped := pack(t, with(entry{name: "acme-crm/big", data: noise(20 << 20), store: true}))
	if err := os.WriteFile(path, zipped, 0o600); err != nil {
		t.Fatal(err)
	}
	if got := allocated(t, func() error { _, err := Inspect(path, Service{}); return err }); got > 2<<20 {
		t.Errorf("inspecting allocated %d KiB", got>>10)
	}
	if got := allocated(t, func() error { _, _, err := Load(path, Service{}); return err }); got > int64(len(zipped))+2<<20 {
		t.Errorf("loading allocated %d KiB", got>>10)
	}
}

// allocated is how many bytes are allocated in all, freed or not.
func allocated(t *testing.T, do func() error) int64 {
	t.Helper()
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	if err := do(); err != nil {
		t.Error(err)
	}
	runtime.ReadMemStats(&after)
	return int64(after.TotalAlloc - before.TotalAlloc)
}

func BenchmarkInspect20MB(b *testing.B) {
	zipped := pack(b, with(entry{name: "acme-crm/big", data: noise(20 << 20), store: true}))
	path := filepath.Join(b.TempDir(), "connector.zip")
	if err := os.WriteFile(path, zipped, 0o600); err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(zipped)))
	for b.Loop() {
		if _, err := Inspect(path, Service{}); err != nil {
			b.Fatal(err)
		}
	}
}

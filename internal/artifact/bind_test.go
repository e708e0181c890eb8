package artifact

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

var crm = Service{Name: "v8_acme-crm", Version: "3"}

// loadAs writes a zip to a file and loads it with a service.
func loadAs(t *testing.T, zipped []byte, to Service) (*Artifact, []byte, error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "connector.zip")
	if err := os.WriteFile(path, zipped, 0o600); err != nil {
		t.Fatal(err)
	}
	inspected, inspectErr := Inspect(path, to)
	loaded, sent, err := Load(path, to)
	if err == nil && (inspectErr != nil || *inspected != *loaded) {
		t.Errorf("a plan sees %+v, %v, and an apply %+v", inspected, inspectErr, loaded)
	}
	return loaded, sent, err
}

// rebinds checks that what is sent with another service differs in that alone.
func rebinds(t *testing.T, zipped []byte, was *Artifact) {
	t.Helper()
	got, sent, err := loadAs(t, zipped, crm)
	var e *Error
	if err != nil {
		if !errors.As(err, &e) {
			t.Errorf("an error of another form: %T %v", err, err)
		}
		return
	}
	again, err := read(sent)
	if err != nil || got.Service != crm || again.Service != crm || again.Digest != got.Digest || again.SHA256 != got.Sent || got.SHA256 != was.SHA256 {
		t.Fatalf("it is %+v, and read again %+v, %v", got, again, err)
	}
	if got.Name != was.Name || got.Version != was.Version || got.Files != was.Files || (got.Digest == was.Digest) != (was.Service == crm) {
		t.Errorf("%+v became %+v", was, got)
	}
	if _, twice, _ := loadAs(t, zipped, crm); !bytes.Equal(sent, twice) {
		t.Error("the same zip and service are sent as other bytes")
	}
}

// everything is what each entry of a zip holds, and of connector.json what its keys say.
func everything(t *testing.T, zipped []byte) map[string]any {
	t.Helper()
	all := map[string]any{}
	z, err := zip.NewReader(bytes.NewReader(zipped), int64(len(zipped)))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range z.File {
		in, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(in)
		if err != nil {
			t.Fatal(err)
		}
		all[f.Name] = string(text)
		if filepath.Base(f.Name) == manifestFile {
			var keys map[string]any
			if err := json.Unmarshal(text, &keys); err != nil {
				t.Fatal(err)
			}
			all[f.Name] = keys
		}
	}
	return all
}

func TestBind_onlyTheServiceIsAnother(t *testing.T) {
	rich := strings.Replace(goodManifest, "{", `{"rawHttp":{"enabled":true},"tags":["a<b",1e400],`, 1)
	for name, entries := range map[string][]entry{"as the CDK packs it": good(), "with more in connector.json": with(entry{name: "x/", data: ""})} {
		zipped := pack(t, entries)
		if name != "as the CDK packs it" {
			zipped = pack(t, []entry{{name: "connector.json", data: rich}, {name: "src/", data: ""}, {name: "src/a.ts", data: "x"}})
		}
		was, err := read(zipped)
		if err != nil {
			t.Fatal(name, err)
		}
		rebinds(t, zipped, was)
		_, sent, err := loadAs(t, zipped, crm)
		if err != nil {
			t.Fatal(name, err)
		}
		if strings.Contains(name, "more") {
			if !bytes.Contains(sent, []byte("1e400")) {
				t.Error("a number was taken for one of ours")
			}
			continue // no float holds it
		}
		want := everything(t, zipped)
		for file, keys := range want {
			if keys, is := keys.(map[string]any); is {
				keys["service"] = map[string]any{"name": crm.Name, "version": crm.Version}
				want[file] = keys
			}
		}
		if got := everything(t, sent); !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %v, want %v", name, got, want)
		}
	}
}

func TestBind_theServiceThatIsThereChangesNoByte(t *testing.T) {
	zipped := pack(t, good())
	was, err := read(zipped)
	if err != nil {
		t.Fatal(err)
	}
	for name, to := range map[string]Service{"none": {}, "the same": was.Service, "the same by name": {Name: was.Service.Name}, "a version": {Version: was.Service.Version}} {
		if got, sent, err := loadAs(t, zipped, to); err != nil || *got != *was || !bytes.Equal(sent, zipped) {
			t.Errorf("%s: %+v %v", name, got, err)
		}
	}
	if got, _, err := loadAs(t, zipped, Service{Name: crm.Name}); err != nil || got.Service != (Service{crm.Name, was.Service.Version}) {
		t.Errorf("without a version: %+v %v", got, err)
	}
}

// What two readers could take for two services is no service that can be replaced: the
// digest is of what is read.
func TestBind_aServiceInAnotherSpelling(t *testing.T) {
	for name, manifest := range map[string]string{
		"twice":      strings.Replace(goodManifest, "{", `{"service":{"name":"x","version":"9"},`, 1),
		"upper case": strings.Replace(goodManifest, `"service"`, `"Service"`, 1),
		"inner":      strings.Replace(goodManifest, `"version":"1"`, `"Version":"1"`, 1),
	} {
		got, sent, err := loadAs(t, pack(t, []entry{{name: "connector.json", data: manifest}}), crm)
		if err != nil {
			var e *Error
			if !errors.As(err, &e) {
				t.Errorf("%s: %v", name, err)
			}
			continue
		}
		if again, err := read(sent); err != nil || got.Service != crm || again.Service != crm {
			t.Errorf("%s: %+v %v", name, again, err)
		}
	}
}

func TestBind_largeZipIsCopiedOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "connector.zip")
	zipped := pack(t, with(entry{name: "acme-crm/big", data: noise(20 << 20), store: true}))
	if err := os.WriteFile(path, zipped, 0o600); err != nil {
		t.Fatal(err)
	}
	if got := allocated(t, func() error { _, err := Inspect(path, crm); return err }); got > 2<<20 {
		t.Errorf("inspecting allocated %d KiB", got>>10)
	}
	if got := allocated(t, func() error { _, _, err := Load(path, crm); return err }); got > 2*int64(len(zipped))+2<<20 {
		t.Errorf("loading allocated %d KiB", got>>10)
	}
}

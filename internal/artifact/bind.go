package artifact

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"hash/crc32"
	"io"
)

// Binding a connector to a service: its zip names the service by the unique name that Tray
// generates, which nobody knows who packs the zip before the service is made.

// bound is connector.json with the service that it is to name, and what it then says. The
// zero Service, and the one that is there, leave every byte of it; without a version it stays
// at the one that is there.
func bound(entry string, raw []byte, to Service) ([]byte, Manifest, error) {
	m, err := parseManifest(entry, raw)
	if err != nil {
		return nil, m, err
	}
	if to.Name == "" {
		to.Name = m.Service.Name
	}
	if to.Version == "" {
		to.Version = m.Service.Version
	}
	if to == m.Service {
		return raw, m, nil
	}
	if raw, err = rewrite(raw, to); err == nil {
		m, err = parseManifest(entry, raw)
	}
	if err == nil && m.Service != to {
		err = manifestError(entry, "has no \"service\" that can be replaced", `Spell "service", "name" and "version" in lower-case letters`)
	}
	return raw, m, err
}

// rewrite replaces one value in a JSON object, and keeps what the others say.
func rewrite(raw []byte, to Service) ([]byte, error) {
	var all, service map[string]json.RawMessage
	if err := json.Unmarshal(raw, &all); err != nil {
		return nil, err
	}
	if err := json.Unmarshal(all["service"], &service); err != nil || service == nil {
		service = map[string]json.RawMessage{}
	}
	for key, text := range map[string]string{"name": to.Name, "version": to.Version} {
		value, err := json.Marshal(text)
		if err != nil {
			return nil, err
		}
		service[key] = value
	}
	value, err := json.Marshal(service)
	if err != nil {
		return nil, err
	}
	all["service"] = value
	return json.Marshal(all)
}

// opened is a zip that was checked.
type opened struct {
	archive  *zip.Reader
	manifest *zip.File
	text     []byte // what connector.json is to say
	rebound  bool   // which is not what it says
}

// pack writes the zip with another connector.json. All else is copied as it is, packed, and
// connector.json is not packed: the same zip and the same service make the same bytes.
func (o opened) pack(w io.Writer) error {
	out := zip.NewWriter(w)
	for _, file := range o.archive.File {
		if file != o.manifest {
			if err := out.Copy(file); err != nil {
				return err
			}
			continue
		}
		head := file.FileHeader
		head.Method, head.Flags, head.Extra = zip.Store, head.Flags&^flagDescriptor, nil
		head.CRC32 = crc32.ChecksumIEEE(o.text)
		head.CompressedSize64, head.UncompressedSize64 = uint64(len(o.text)), uint64(len(o.text))
		entry, err := out.CreateRaw(&head)
		if err == nil {
			_, err = entry.Write(o.text)
		}
		if err != nil {
			return err
		}
	}
	return out.Close()
}

// packed is the zip that is sent in place of one with so many bytes. What is sent is checked
// as what was given, and is what the digest is of.
func (o opened) packed(size int64, want *Artifact) ([]byte, error) {
	b := bytes.NewBuffer(make([]byte, 0, size+int64(len(o.text))+4096))
	if err := o.pack(b); err != nil {
		return nil, &Error{Problem: "cannot be packed anew: " + reason(err), Remedy: remedyBuild, err: err}
	}
	again, err := Read(bytes.NewReader(b.Bytes()), int64(b.Len()), Service{})
	if err == nil && (again.Digest != want.Digest || again.SHA256 != want.Sent) {
		err = &Error{Problem: "has changed while it was read", Remedy: "Wait until the build has ended, and try again"}
	}
	return b.Bytes(), err
}

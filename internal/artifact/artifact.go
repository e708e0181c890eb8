// Package artifact reads the zip that Tray's CDK builds of a custom connector, as a plan
// and an apply need it: whether it is safe to read, what its connector.json says, and a
// digest of its content.
//
// Nobody knows where a zip comes from, so nothing in it is believed: sizes are counted, not
// read off; what two readers of zips could take for two different things is refused; and
// memory does not grow with what a zip claims. Every refusal is an *Error that names the
// entry and says what to do.
//
// # The digest
//
// It is of content, not of bytes, as building the same sources twice gives two different
// zips (time stamps, order, compression). What counts: the path of every file, and its
// uncompressed bytes. What does not: folders, order, time stamps, permissions, compression,
// comments and other attributes of entries.
package artifact

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
)

// The limits. A zip that the CDK builds is some ten kilobytes; Tray documents no limit.
const (
	MaxSize     = 50 << 20  // bytes of the zip
	MaxEntries  = 10_000    // files and folders in it
	MaxEntry    = 64 << 20  // uncompressed bytes of one file
	MaxContent  = 256 << 20 // uncompressed bytes of all files
	MaxManifest = 1 << 20   // uncompressed bytes of connector.json
	// MaxRatio is how much smaller than its content a file of more than a MiB may be: sources and
	// JSON shrink to a tenth, rarely to a thirtieth.
	MaxRatio = 200
)

// Artifact is what a zip holds.
type Artifact struct {
	Manifest
	// Digest is of the content, with the service that the connector is bound to: 64 lower-case
	// hexadecimal digits.
	Digest string
	// SHA256 is of the zip's bytes, for whoever was told them by a build: 64 lower-case
	// hexadecimal digits.
	SHA256 string
	// Sent is the SHA-256 of the zip that is sent: the same, unless the service differs.
	Sent    string
	Size    int64 // bytes of the zip
	Files   int   // without folders
	Content int64 // uncompressed bytes of all files
}

// Inspect reads the zip at a path, as it is when its connector.json names the service to; the
// zero Service leaves what it names. It keeps nothing of the zip in memory.
func Inspect(path string, to Service) (*Artifact, error) {
	file, size, err := open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return Read(file, size, to)
}

// Load is Inspect for who is going to send the zip: it returns the very bytes that were
// checked, so that a file which changes meanwhile makes no difference. Where the service
// differs they are a copy of the zip with that one value set.
func Load(path string, to Service) (*Artifact, []byte, error) {
	file, size, err := open(path)
	if err != nil {
		return nil, nil, err
	}
	defer file.Close()
	raw := make([]byte, size)
	if _, err := io.ReadFull(file, raw); err != nil {
		return nil, nil, &Error{Problem: "cannot be read: " + err.Error(), Remedy: "Wait until the build has ended, and try again"}
	}
	a, o, err := readAs(bytes.NewReader(raw), size, to)
	if err == nil && o.rebound {
		raw, err = o.packed(size, a)
	}
	if err != nil {
		return nil, nil, err
	}
	return a, raw, nil
}

func open(path string) (*os.File, int64, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, 0, &Error{Problem: "cannot be opened: " + reason(err), Remedy: "Build the connector, and check the path", err: err}
	}
	info, err := file.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = &Error{Problem: "is no file", Remedy: "Give the path of the zip that the CDK builds, such as .tray/connector.zip"}
	}
	if err == nil {
		err = checkSize(info.Size())
	}
	if err != nil {
		_ = file.Close()
		return nil, 0, err
	}
	return file, info.Size(), nil
}

func checkSize(size int64) error {
	if size > MaxSize {
		return &Error{Problem: fmt.Sprintf("has %d bytes, more than %d MiB", size, MaxSize>>20), Remedy: remedyContent}
	}
	return nil
}

// Read reads a zip of so many bytes, as Inspect does. It uses no more memory than a few KiB
// beyond its list of entries and its connector.json.
func Read(r io.ReaderAt, size int64, to Service) (*Artifact, error) {
	a, _, err := readAs(r, size, to)
	return a, err
}

func readAs(r io.ReaderAt, size int64, to Service) (*Artifact, opened, error) {
	o, files, err := examine(r, size)
	if err != nil {
		return nil, o, err
	}
	raw, err := contents(o.manifest)
	if err != nil {
		return nil, o, err
	}
	a := &Artifact{Size: size, Files: len(files)}
	if o.text, a.Manifest, err = bound(o.manifest.Name, raw, to); err != nil {
		return nil, o, err
	}
	o.rebound = !bytes.Equal(o.text, raw)
	if a.Digest, a.Content, err = digest(files, o.manifest, o.text); err != nil {
		return nil, o, err
	}
	sum := sha256.New()
	if _, err := io.Copy(sum, io.NewSectionReader(r, 0, size)); err != nil {
		return nil, o, &Error{Problem: "cannot be read: " + reason(err), err: err}
	}
	a.SHA256 = hex.EncodeToString(sum.Sum(nil))
	if a.Sent = a.SHA256; o.rebound {
		sum.Reset()
		if err := o.pack(sum); err != nil {
			return nil, o, &Error{Problem: "cannot be packed anew: " + reason(err), Remedy: remedyBuild, err: err}
		}
		a.Sent = hex.EncodeToString(sum.Sum(nil))
	}
	return a, o, nil
}

// examine opens a zip and returns its files, sorted by path, if nothing in it can do harm.
func examine(r io.ReaderAt, size int64) (o opened, files []*zip.File, err error) {
	if err := checkSize(size); err != nil {
		return o, nil, err
	}
	dir, err := readDirectory(r, size)
	if err != nil {
		return o, nil, err
	}
	o.archive, err = zip.NewReader(r, size)
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) || len(o.archive.File) != len(dir.headers) {
		return o, nil, damaged("is no zip that can be read")
	}
	if files, err = check(o.archive.File); err != nil {
		return o, nil, err
	}
	if err := dir.checkLayout(r, o.archive.File); err != nil {
		return o, nil, err
	}
	o.manifest, err = findManifest(files)
	return o, files, err
}

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
	// Digest is of the content: 64 lower-case hexadecimal digits.
	Digest string
	// SHA256 is of the zip's bytes, for whoever was told them by a build: 64 lower-case
	// hexadecimal digits.
	SHA256  string
	Size    int64 // bytes of the zip
	Files   int   // without folders
	Content int64 // uncompressed bytes of all files
}

// Inspect reads the zip at a path. It keeps nothing of it in memory.
func Inspect(path string) (*Artifact, error) {
	file, size, err := open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return Read(file, size)
}

// Load is Inspect for who is going to send the zip: it returns the very bytes that were
// checked, so that a file which changes meanwhile makes no difference.
func Load(path string) (*Artifact, []byte, error) {
	file, size, err := open(path)
	if err != nil {
		return nil, nil, err
	}
	defer file.Close()
	raw := make([]byte, size)
	if _, err := io.ReadFull(file, raw); err != nil {
		return nil, nil, &Error{Problem: "cannot be read: " + err.Error(), Remedy: "Wait until the build has ended, and try again"}
	}
	a, err := Read(bytes.NewReader(raw), size)
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

// Read reads a zip of so many bytes. It uses no more memory than a few KiB beyond its list
// of entries and its connector.json.
func Read(r io.ReaderAt, size int64) (*Artifact, error) {
	if err := checkSize(size); err != nil {
		return nil, err
	}
	dir, err := readDirectory(r, size)
	if err != nil {
		return nil, err
	}
	archive, err := zip.NewReader(r, size)
	if err != nil && !errors.Is(err, zip.ErrInsecurePath) || len(archive.File) != len(dir.headers) {
		return nil, damaged("is no zip that can be read")
	}
	files, err := check(archive.File)
	if err != nil {
		return nil, err
	}
	if err := dir.checkLayout(r, archive.File); err != nil {
		return nil, err
	}
	manifest, err := findManifest(files)
	if err != nil {
		return nil, err
	}
	a := &Artifact{Size: size, Files: len(files)}
	var raw bytes.Buffer
	if a.Digest, a.Content, err = digest(files, manifest, &raw); err != nil {
		return nil, err
	}
	if a.Manifest, err = parseManifest(manifest.Name, raw.Bytes()); err != nil {
		return nil, err
	}
	sum := sha256.New()
	if _, err := io.Copy(sum, io.NewSectionReader(r, 0, size)); err != nil {
		return nil, &Error{Problem: "cannot be read: " + reason(err), err: err}
	}
	a.SHA256 = hex.EncodeToString(sum.Sum(nil))
	return a, nil
}

package artifact

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"hash"
	"io"
)

// digestDomain tells this digest from any other, and this way of making it from a later one.
const digestDomain = "tray-connector-content-1\n"

// digest reads all files, which are sorted by path, and returns the digest of what they
// hold and how much that is. One of them counts as holding text.
func digest(files []*zip.File, manifest *zip.File, text []byte) (string, int64, error) {
	all := sha256.New()
	_, _ = io.WriteString(all, digestDomain) // a hash never fails
	buffer, one, total := make([]byte, 32<<10), sha256.New(), int64(0)
	for _, file := range files {
		one.Reset()
		n, err := int64(len(text)), error(nil)
		if file == manifest {
			_, _ = one.Write(text)
		} else {
			n, err = unpack(file, one, buffer)
		}
		if err != nil {
			return "", 0, err
		}
		total += n
		// With its length, no path can be taken for the end of another entry.
		writeLength(all, len(file.Name))
		_, _ = io.WriteString(all, file.Name)
		_, _ = all.Write(one.Sum(nil))
	}
	return hex.EncodeToString(all.Sum(nil)), total, nil
}

// contents is what a small file holds.
func contents(file *zip.File) ([]byte, error) {
	var b bytes.Buffer
	_, err := unpack(file, &b, make([]byte, 4<<10))
	return b.Bytes(), err
}

func writeLength(h hash.Hash, n int) {
	var raw [8]byte
	binary.BigEndian.PutUint64(raw[:], uint64(n)) //nolint:gosec // a length
	_, _ = h.Write(raw[:])
}

// unpack writes what a file holds, and not a byte more than it is said to hold.
func unpack(file *zip.File, out io.Writer, buffer []byte) (int64, error) {
	in, err := file.Open()
	if err != nil {
		return 0, refuse(file.Name, "cannot be read: it is damaged or was cut off")
	}
	defer in.Close()
	size := int64(file.UncompressedSize64) //nolint:gosec // checkEntry has bounded it
	n, err := io.CopyBuffer(onlyWriter{out}, io.LimitReader(in, size+1), buffer)
	switch {
	case n > size:
		return n, refuse(file.Name, "holds more than it is said to")
	case err != nil:
		return n, refuse(file.Name, "cannot be unpacked: it is damaged or was cut off")
	case n < size:
		return n, refuse(file.Name, "holds less than it is said to")
	}
	return n, nil
}

// onlyWriter hides whatever else a writer can do, so that the buffer is used.
type onlyWriter struct{ io.Writer }

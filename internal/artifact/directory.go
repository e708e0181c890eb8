package artifact

import (
	"archive/zip"
	"bufio"
	"cmp"
	"encoding/binary"
	"fmt"
	"io"
	"slices"
)

// The records of a zip (PKWARE's APPNOTE, 4.3), in bytes without what is of varying length.
const (
	endLength    = 22
	headerLength = 46 // in the directory
	localLength  = 30 // before the data

	endSignature    = 0x06054b50
	headerSignature = 0x02014b50
	localSignature  = 0x04034b50

	longestComment = 1<<16 - 1
	// longestDescriptor is what may follow an entry's data.
	longestDescriptor = 24
)

// directory is a zip's list of entries. It is read before archive/zip reads it, which
// believes the list to be as long as it likes and keeps all of it.
type directory struct {
	offset  int64
	headers []header
}

type header struct {
	local int64 // where the entry begins
	index int
}

// readDirectory walks the list of entries and counts them.
func readDirectory(r io.ReaderAt, size int64) (*directory, error) {
	end, at, err := findEnd(r, size)
	if err != nil {
		return nil, err
	}
	declared := int(binary.LittleEndian.Uint16(end[10:]))
	length, offset := int64(binary.LittleEndian.Uint32(end[12:])), int64(binary.LittleEndian.Uint32(end[16:]))
	switch {
	case declared == 1<<16-1 || length == 1<<32-1 || offset == 1<<32-1:
		return nil, tooMany("more than 65,534")
	case binary.LittleEndian.Uint32(end[4:]) != 0:
		return nil, &Error{Problem: "is a part of one that is split over several files", Remedy: remedyBuild}
	case offset+length != at:
		return nil, damaged("has a list of entries that is not where it should be")
	}
	dir := &directory{offset: offset}
	in := bufio.NewReader(io.NewSectionReader(r, offset, length))
	for read := int64(0); read < length; {
		var raw [headerLength]byte
		if _, err := io.ReadFull(in, raw[:]); err != nil || binary.LittleEndian.Uint32(raw[:]) != headerSignature {
			return nil, damaged("has a list of entries that cannot be read")
		}
		more := 0
		for _, field := range []int{28, 30, 32} { // name, extra, comment
			more += int(binary.LittleEndian.Uint16(raw[field:]))
		}
		if n, err := in.Discard(more); err != nil || n != more {
			return nil, damaged("has a list of entries that cannot be read")
		}
		read += int64(headerLength + more)
		if len(dir.headers) == MaxEntries {
			return nil, tooMany(fmt.Sprintf("more than %d", MaxEntries))
		}
		dir.headers = append(dir.headers, header{int64(binary.LittleEndian.Uint32(raw[42:])), len(dir.headers)})
	}
	if len(dir.headers) != declared {
		return nil, damaged(fmt.Sprintf("says that it has %d entries, and lists %d", declared, len(dir.headers)))
	}
	return dir, nil
}

func tooMany(number string) *Error {
	return &Error{Problem: "has " + number + " entries", Remedy: remedyContent}
}

// findEnd returns the record that ends a zip, and where it is. Nothing may follow it but
// the comment that it announces.
func findEnd(r io.ReaderAt, size int64) ([]byte, int64, error) {
	tail := make([]byte, min(size, endLength+longestComment))
	if _, err := r.ReadAt(tail, size-int64(len(tail))); err != nil && err != io.EOF {
		return nil, 0, &Error{Problem: "cannot be read: " + reason(err), err: err}
	}
	for i := len(tail) - endLength; i >= 0; i-- {
		if binary.LittleEndian.Uint32(tail[i:]) != endSignature {
			continue
		}
		if comment := int(binary.LittleEndian.Uint16(tail[i+20:])); i+endLength+comment == len(tail) {
			return tail[i : i+endLength], size - int64(len(tail)-i), nil
		}
	}
	return nil, 0, damaged("is no zip")
}

// checkLayout makes sure that who reads a zip from its beginning, as some readers do, finds
// the same entries as who reads its list: each begins where the one before ends, and is
// called the same. Entries that share their data, as those of a bomb do, cannot be so.
func (d *directory) checkLayout(r io.ReaderAt, files []*zip.File) error {
	slices.SortStableFunc(d.headers, func(a, b header) int { return cmp.Compare(a.local, b.local) })
	end, described := int64(0), int64(0)
	for _, h := range d.headers {
		file := files[h.index]
		if gap := h.local - end; gap < 0 {
			return refuse(file.Name, "shares its data with another entry")
		} else if gap > described {
			return refuse(file.Name, "comes after data that belongs to no entry")
		}
		if err := checkLocal(r, h.local, file); err != nil {
			return err
		}
		data, err := file.DataOffset()
		if err != nil {
			return refuse(file.Name, "is not where the list of entries says")
		}
		end, described = data+int64(file.CompressedSize64), 0 //nolint:gosec // checkEntry has bounded it
		if file.Flags&flagDescriptor != 0 {
			described = longestDescriptor
		}
	}
	if gap := d.offset - end; gap < 0 || gap > described {
		return damaged("has data that belongs to no entry")
	}
	return nil
}

func checkLocal(r io.ReaderAt, at int64, file *zip.File) error {
	raw := make([]byte, localLength+len(file.Name))
	if _, err := r.ReadAt(raw, at); err != nil || binary.LittleEndian.Uint32(raw) != localSignature {
		return refuse(file.Name, "is not where the list of entries says")
	}
	if int(binary.LittleEndian.Uint16(raw[26:])) != len(file.Name) || string(raw[localLength:]) != file.Name {
		return refuse(file.Name, "has another name where its data is")
	}
	if binary.LittleEndian.Uint16(raw[8:]) != file.Method {
		return refuse(file.Name, "is compressed in one way by the list of entries and in another where its data is")
	}
	return nil
}

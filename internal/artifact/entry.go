package artifact

import (
	"archive/zip"
	"cmp"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Bits of an entry's flags (PKWARE's APPNOTE, 4.4.4).
const (
	flagEncrypted  = 1 << 0
	flagDescriptor = 1 << 3
	flagStrong     = 1 << 6
	flagMasked     = 1 << 13
)

// check returns the files of a zip, sorted by path, if every entry may be read.
func check(entries []*zip.File) ([]*zip.File, error) {
	files := make([]*zip.File, 0, len(entries))
	kinds := make(map[string]bool, len(entries)) // by path, whether it is a folder
	content := uint64(0)
	for _, entry := range entries {
		if err := checkEntry(entry); err != nil {
			return nil, err
		}
		name, folder := strings.CutSuffix(entry.Name, "/")
		if _, there := kinds[name]; there {
			return nil, refuse(entry.Name, "is there twice")
		}
		kinds[name] = folder
		if folder {
			continue
		}
		if content += entry.UncompressedSize64; content > MaxContent {
			return nil, &Error{Problem: fmt.Sprintf("unpacks to more than %d MiB", MaxContent>>20), Remedy: remedyContent}
		}
		files = append(files, entry)
	}
	for _, file := range files {
		for parent := path.Dir(file.Name); parent != "."; parent = path.Dir(parent) {
			if folder, there := kinds[parent]; there && !folder {
				return nil, refuse(file.Name, "is in a folder that is a file in the same zip")
			}
		}
	}
	slices.SortFunc(files, func(a, b *zip.File) int { return cmp.Compare(a.Name, b.Name) })
	return files, nil
}

func checkEntry(entry *zip.File) error {
	if problem := nameProblem(entry.Name); problem != "" {
		return refuse(entry.Name, problem)
	}
	packed, size := entry.CompressedSize64, entry.UncompressedSize64
	folder := strings.HasSuffix(entry.Name, "/")
	switch kind := entry.Mode() & fs.ModeType; {
	case kind&fs.ModeSymlink != 0:
		return refuse(entry.Name, "is a symbolic link")
	case kind != 0 && kind != fs.ModeDir:
		return refuse(entry.Name, "is neither a file nor a folder")
	case folder != (kind == fs.ModeDir):
		return refuse(entry.Name, "is a folder by its name and a file by its attributes, or the other way round")
	case entry.Flags&(flagEncrypted|flagStrong|flagMasked) != 0:
		return &Error{Entry: entry.Name, Problem: "is encrypted", Remedy: "Pack it without a password: Tray has no means to enter one"}
	case entry.Method != zip.Store && entry.Method != zip.Deflate:
		return refuse(entry.Name, fmt.Sprintf("is compressed by method %d, and a CDK build stores or deflates", entry.Method))
	case folder && (size != 0 || packed > 2): // some tools deflate nothing to two bytes
		return refuse(entry.Name, "is a folder with data")
	case entry.Method == zip.Store && packed != size:
		return refuse(entry.Name, "is stored in another number of bytes than it has")
	case size > MaxEntry || packed > MaxSize:
		return &Error{Entry: entry.Name, Problem: fmt.Sprintf("has more than %d MiB", MaxEntry>>20), Remedy: remedyContent}
	case size > 1<<20 && size/MaxRatio > packed:
		return &Error{
			Entry: entry.Name, Problem: fmt.Sprintf("unpacks to more than %d times its size, as only a bomb does", MaxRatio),
			Remedy: "Take the file out of the connector",
		}
	}
	return nil
}

// nameProblem says why a name may lead elsewhere, or mean two things; "" is a good one.
func nameProblem(name string) string {
	plain := strings.TrimSuffix(name, "/")
	switch {
	case plain == "":
		return "has no name"
	case len(name) > 1024:
		return "has a name of more than 1,024 bytes"
	case !utf8.ValidString(name):
		return "has a name that is not UTF-8"
	case strings.ContainsFunc(name, unicode.IsControl):
		return "has a control character in its name"
	case strings.Contains(name, `\`):
		return "has a backslash in its name, which some systems take for a folder"
	case strings.HasPrefix(name, "/"), len(name) > 1 && name[1] == ':':
		return "has an absolute path"
	case slices.Contains(strings.Split(plain, "/"), ".."):
		return "leads out of the folder that it is unpacked to"
	case path.Clean(plain) != plain || plain == ".":
		return "has a path with empty parts or dots"
	}
	return ""
}

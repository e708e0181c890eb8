package artifact

import (
	"bytes"
	"compress/flate"
	"errors"
	"strings"
	"testing"
)

// bomb is a raw entry of zeros, deflated.
func bomb(name string, size int) raw {
	var packed bytes.Buffer
	w, _ := flate.NewWriter(&packed, flate.BestCompression)
	zeros := make([]byte, 1<<20)
	for left := size; left > 0; left -= len(zeros) {
		_, _ = w.Write(zeros[:min(left, len(zeros))])
	}
	_ = w.Close()
	return raw{name: name, method: 8, packed: packed.Bytes(), size: uint32(size)}
}

func manifest() raw { return plain("connector.json", goodManifest) }

// hostile are zips that nobody may be asked to trust, and what is said of each.
func hostile(t testing.TB) map[string]struct {
	zipped []byte
	want   string
} {
	type refusal = struct {
		zipped []byte
		want   string
	}
	whole := pack(t, good())
	of := func(more ...raw) []byte { return assemble(append([]raw{manifest()}, more...)) }
	but := func(e raw, change func(*raw)) raw { change(&e); return e }
	named := func(name string) []byte { return of(plain(name, "x")) }
	unix := func(mode uint32) raw {
		return but(plain("l", "/etc/passwd"), func(e *raw) { e.made, e.attributes = 3<<8, mode<<16 })
	}
	lying := bomb("src/zeros", 1<<20)
	lying.size = 100
	short := plain("src/x", "abc")
	short.size, short.method = 1000, 8
	short.packed = bomb("", 10).packed
	return map[string]refusal{
		"empty":                     {nil, "is no zip: it is damaged, was cut off, or is something else. Build the connector again"},
		"text":                      {[]byte(strings.Repeat("no zip ", 100)), "is no zip"},
		"cut off at half":           {whole[:len(whole)/2], "is no zip"},
		"cut off by one byte":       {whole[:len(whole)-1], "is no zip"},
		"with something after it":   {append(bytes.Clone(whole), "more"...), "is no zip"},
		"with something before it":  {append([]byte("#!/bin/sh\n"), whole...), "not where it should be"},
		"no connector.json":         {pack(t, good()[2:]), `has no connector.json at its top or in a folder there. Give the zip that the CDK builds`},
		"connector.json too deep":   {assemble([]raw{plain("a/b/connector.json", goodManifest)}), "has no connector.json"},
		"two connectors":            {assemble([]raw{plain("a/connector.json", goodManifest), plain("b/connector.json", goodManifest)}), `several connectors in it: "a/connector.json" and "b/connector.json"`},
		"huge connector.json":       {assemble([]raw{plain("connector.json", strings.Repeat(" ", 1<<20)+goodManifest)}), "more than 1 MiB"},
		"traversal":                 {named("../../evil.ts"), `entry "../../evil.ts" leads out of the folder`},
		"traversal inside":          {named("a/../../evil"), "leads out"},
		"traversal by backslash":    {named(`..\evil.ts`), "backslash"},
		"absolute":                  {named("/etc/passwd"), `entry "/etc/passwd" has an absolute path`},
		"absolute on Windows":       {named("C:evil"), "absolute path"},
		"unclean":                   {named("a//b"), "empty parts or dots"},
		"dot":                       {named("./a"), "empty parts or dots"},
		"no name":                   {named(""), "has no name"},
		"name with an escape":       {named("a\x1b[2Jb"), `"a\x1b[2Jb" has a control character`},
		"name with a NUL":           {named("a.ts\x00.png"), "control character"},
		"name that is not UTF-8":    {named("a\xff"), "not UTF-8"},
		"endless name":              {named(strings.Repeat("a", 2000)), "more than 1,024 bytes"},
		"symbolic link":             {of(unix(0o120777)), `entry "l" is a symbolic link`},
		"device":                    {of(unix(0o020666)), "neither a file nor a folder"},
		"folder with a file's name": {of(unix(0o040755)), "other way round"},
		"folder with data":          {of(plain("d/", "x")), "folder with data"},
		"twice":                     {of(plain("a", "1"), plain("a", "2")), `entry "a" is there twice`},
		"twice, as a folder":        {of(plain("a", "1"), plain("a/", "")), "is there twice"},
		"in a file":                 {of(plain("a", "1"), plain("a/b", "2")), `"a/b" is in a folder that is a file`},
		"encrypted":                 {of(but(plain("s", "x"), func(e *raw) { e.flags = 1 })), "is encrypted. Pack it without a password"},
		"another compression":       {of(but(plain("s", "x"), func(e *raw) { e.method = 14 })), "compressed by method 14"},
		"bomb":                      {of(bomb("src/zeros", 60<<20)), `entry "src/zeros" unpacks to more than 200 times its size`},
		"bomb in many entries":      {of(bombs(6)...), "unpacks to more than 256 MiB"},
		"huge entry":                {of(but(plain("s", "x"), func(e *raw) { e.size, e.method = 1<<31, 8 })), "more than 64 MiB"},
		"more than declared":        {of(lying), `entry "src/zeros"`},
		"less than declared":        {of(short), `entry "src/x" cannot be unpacked`},
		"stored, sizes differ":      {of(but(plain("s", "xyz"), func(e *raw) { e.size = 2 })), "stored in another number of bytes"},
		"wrong checksum":            {of(but(plain("s", "xyz"), func(e *raw) { e.sum++ })), `entry "s" cannot be unpacked`},
		"shared data":               {of(plain("a", "x"), but(plain("b", "x"), func(e *raw) { e.at, e.nothing = 1, true })), "shares its data"},
		"another name inside":       {of(but(plain("a", "x"), func(e *raw) { e.local = "b" })), `entry "a" has another name where its data is`},
		"hidden entry":              {hidden(), "after data that belongs to no entry"},
		"hidden at the end":         {finish(append(assembleLocals(manifest()), assembleLocals(plain("x", strings.Repeat("x", 99)))...), listOf(manifest()), 1), "belongs to no entry"},
		"50,000 entries":            {crowd(50_000, 50_000), "has more than 10000 entries. Leave out what the connector does not need, such as node_modules"},
		"entries not counted":       {crowd(300, 1), "says that it has 1 entries, and lists 300"},
		"65,536 more than counted":  {crowd(65_537, 1), "has more than 10000 entries"},
		"zip64":                     {crowd(3, 65_535), "more than 65,534 entries"},
		"split":                     {split(whole), "split over several files"},
	}
}

// bombs are entries that are harmless one by one.
func bombs(n int) []raw {
	all := make([]raw, n)
	for i := range all {
		all[i] = raw{name: string(rune('a' + i)), method: 8, packed: make([]byte, 400<<10), size: 60 << 20}
	}
	return all
}

func assembleLocals(entries ...raw) []byte {
	all := assemble(entries)
	return all[:len(all)-len(listOf(entries...))-endLength]
}

func listOf(entries ...raw) []byte {
	all := assemble(entries)
	locals := 0
	for _, e := range entries {
		locals += localLength + len(e.name) + len(e.packed)
	}
	return all[locals : len(all)-endLength]
}

// hidden has an entry that only who reads from the beginning sees.
func hidden() []byte {
	secret, known := plain("evil.ts", strings.Repeat("x", 99)), manifest()
	locals := append(assembleLocals(secret), assembleLocals(known)...)
	known.at, known.nothing = len(assembleLocals(secret)), true
	return finish(locals, listOfAt(known), 1)
}

func listOfAt(e raw) []byte {
	all := assemble([]raw{e})
	return all[:len(all)-endLength]
}

func split(whole []byte) []byte {
	whole = bytes.Clone(whole)
	whole[len(whole)-endLength+4] = 1
	return whole
}

func TestArtifact_hostileZipsAreRefusedWithTheReason(t *testing.T) {
	for name, test := range hostile(t) {
		t.Run(name, func(t *testing.T) {
			var err error
			got := allocated(t, func() error { _, err = read(test.zipped); return nil })
			var e *Error
			if !errors.As(err, &e) || !strings.Contains(err.Error(), test.want) || e.Remedy == "" || e.Problem == "" {
				t.Fatalf("%v, want %q", err, test.want)
			}
			if strings.ContainsFunc(err.Error(), func(r rune) bool { return r < ' ' }) || len(err.Error()) > 500 {
				t.Errorf("not fit for a terminal: %q", err)
			}
			if got > 16<<20 {
				t.Errorf("allocated %d MiB for a zip of %d KiB", got>>20, len(test.zipped)>>10)
			}
		})
	}
}

// Whatever is read is safe to read: it is a connector, within the limits.
func FuzzRead(f *testing.F) {
	for _, test := range hostile(f) {
		if len(test.zipped) < 64<<10 {
			f.Add(test.zipped)
		}
	}
	f.Add(pack(f, good()))
	f.Fuzz(func(t *testing.T, zipped []byte) {
		got, err := read(zipped)
		var e *Error
		switch {
		case err != nil && !errors.As(err, &e):
			t.Errorf("an error of another form: %T %v", err, err)
		case err != nil && (e.Problem == "" || strings.Contains(err.Error(), "\x1b")):
			t.Errorf("%q", err)
		case err == nil && (got.Name == "" || got.Version == "" || got.Content > MaxContent || got.Files > MaxEntries || len(got.Digest) != 64):
			t.Errorf("%+v", got)
		}
		if err == nil {
			again, err := read(zipped)
			if err != nil || *again != *got {
				t.Errorf("read twice: %+v %+v %v", got, again, err)
			}
			rebinds(t, zipped, got)
		}
	})
}

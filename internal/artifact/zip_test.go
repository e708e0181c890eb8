package artifact

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"math/rand/v2"
	"strings"
	"testing"
	"time"
)

const goodManifest = `{"name":"acme-crm","version":"1.0","title":"Acme CRM","description":"","service":{"name":"fz_acme","version":"1"},"isTrigger":false}`

// entry is one entry of a zip that a test makes.
type entry struct {
	name, data string
	mode       fs.FileMode
	store      bool
	change     func(*zip.FileHeader) // before it is written
}

// good are the entries of a connector as the CDK lays it out.
func good() []entry {
	return []entry{
		{name: "acme-crm/"},
		{name: "acme-crm/connector.json", data: goodManifest},
		{name: "acme-crm/package.json", data: `{"name":"acme-crm"}`},
		{name: "acme-crm/src/list/handler.ts", data: strings.Repeat("export const x = 1;\n", 100)},
		{name: "acme-crm/src/list/input.ts", data: ""},
	}
}

func with(more ...entry) []entry { return append(good(), more...) }

// pack makes a zip.
func pack(t testing.TB, entries []entry) []byte {
	t.Helper()
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	for _, e := range entries {
		h := &zip.FileHeader{Name: e.name, Method: zip.Deflate, Modified: time.Unix(1e9, 0)}
		if e.mode != 0 {
			h.SetMode(e.mode)
		}
		if e.store || strings.HasSuffix(e.name, "/") {
			h.Method = zip.Store
		}
		if e.change != nil {
			e.change(h)
		}
		in, err := w.CreateHeader(h)
		if err == nil {
			_, err = io.WriteString(in, e.data)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// raw is an entry whose headers say what they like.
type raw struct {
	name, local         string // local "" is name
	flags, method, made uint16
	packed              []byte
	size                uint32 // as declared
	sum                 uint32
	at                  int // where the list says that it is, 0 for where it is
	attributes          uint32
	nothing             bool // only the list has it
}

// plain is a raw entry whose headers are true.
func plain(name, data string) raw {
	return raw{name: name, packed: []byte(data), size: uint32(len(data)), sum: crc32.ChecksumIEEE([]byte(data))}
}

// assemble makes a zip byte by byte, as no honest tool does.
func assemble(entries []raw) []byte {
	var out, list bytes.Buffer
	for _, e := range entries {
		at := out.Len()
		if e.at != 0 {
			at = e.at
		}
		local := e.local
		if local == "" {
			local = e.name
		}
		if !e.nothing {
			put(&out, uint32(localSignature), uint16(20), e.flags, e.method, uint32(0), e.sum, uint32(len(e.packed)), e.size, uint16(len(local)), uint16(0))
			out.WriteString(local)
			out.Write(e.packed)
		}
		put(&list, uint32(headerSignature), e.made, uint16(20), e.flags, e.method, uint32(0), e.sum, uint32(len(e.packed)), e.size,
			uint16(len(e.name)), uint32(0), uint32(0), e.attributes, uint32(at))
		list.WriteString(e.name)
	}
	return finish(out.Bytes(), list.Bytes(), len(entries))
}

func finish(out, list []byte, declared int) []byte {
	all := bytes.NewBuffer(out)
	at := all.Len()
	all.Write(list)
	put(all, uint32(endSignature), uint32(0), uint16(declared), uint16(declared), uint32(len(list)), uint32(at), uint16(0))
	return all.Bytes()
}

func put(out *bytes.Buffer, values ...any) {
	for _, v := range values {
		if err := binary.Write(out, binary.LittleEndian, v); err != nil {
			panic(err)
		}
	}
}

// crowd is a zip of so many empty files. Its end says that there are declared.
func crowd(entries, declared int) []byte {
	all := make([]raw, entries)
	for i := range all {
		all[i] = plain(fmt.Sprintf("f%06d", i), "")
	}
	zipped := assemble(all)
	binary.LittleEndian.PutUint16(zipped[len(zipped)-endLength+10:], uint16(declared))
	return zipped
}

// noise is data that does not shrink.
func noise(size int) string {
	raw, random := make([]byte, size), rand.New(rand.NewPCG(1, 2))
	for i := 0; i+8 <= size; i += 8 {
		binary.LittleEndian.PutUint64(raw[i:], random.Uint64())
	}
	return string(raw)
}

func read(zipped []byte) (*Artifact, error) {
	return Read(bytes.NewReader(zipped), int64(len(zipped)), Service{})
}

package export

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
)

// deepest bounds how far a document is nested; real ones stay below 50.
const deepest = 500

// sum is a digest of a value.
type sum = [sha256.Size]byte

// walker reads a document in one pass. It makes the digest of its content on the way: that of
// an object is made of those of its members, sorted, so that nothing needs to be kept.
type walker struct {
	in      *json.Decoder
	raw     []byte
	path    []string
	secrets []string
	// spot, when set, is told of each scalar, with where it stands in raw.
	spot func(path []string, value json.Token, from, to int64)
}

func newWalker(raw []byte) *walker {
	in := json.NewDecoder(bytes.NewReader(raw))
	in.UseNumber()
	return &walker{in: in, raw: raw}
}

// seen is what is known of a value after it was read.
type seen struct {
	sum sum
	// text is the value of a text, bare or as Tray types it: {"type": "string", "value": …}.
	text   string
	isText bool
}

func (w *walker) document() (sum, error) {
	if first := bytes.TrimLeft(w.raw, " \t\r\n"); len(first) == 0 || first[0] != '{' {
		return sum{}, refuse("it is not a JSON object")
	}
	v, err := w.value()
	if err != nil {
		return sum{}, err
	}
	if w.in.More() {
		return sum{}, refuse("it goes on after the end of its JSON object")
	}
	return v.sum, nil
}

func (w *walker) value() (seen, error) {
	before := w.in.InputOffset()
	token, err := w.in.Token()
	if err != nil {
		return seen{}, refuse("it is not valid JSON at byte %d: it was cut off, or is something else", w.in.InputOffset())
	}
	switch token {
	case json.Delim('{'):
		return w.object()
	case json.Delim('['):
		return w.list()
	}
	if w.spot != nil {
		end := w.in.InputOffset()
		skipped := len(w.raw[before:end]) - len(bytes.TrimLeft(w.raw[before:end], " \t\r\n:,"))
		w.spot(w.path, token, before+int64(skipped), end)
	}
	text, isText := token.(string)
	literal, _ := json.Marshal(token) // a scalar: it never fails
	return seen{sha256.Sum256(literal), text, isText}, nil
}

// enter reads the next value at a place below this one.
func (w *walker) enter(place string) (seen, error) {
	if len(w.path) >= deepest {
		return seen{}, refuse("it is nested more than %d deep", deepest)
	}
	w.path = append(w.path, place)
	v, err := w.value()
	w.path = w.path[:len(w.path)-1]
	return v, err
}

func (w *walker) list() (seen, error) {
	hash := sha256.New()
	hash.Write([]byte{'['})
	for i := 0; w.in.More(); i++ {
		v, err := w.enter("[" + strconv.Itoa(i) + "]")
		if err != nil {
			return seen{}, err
		}
		hash.Write(v.sum[:])
	}
	_, err := w.close()
	return seen{sum: sum(hash.Sum(nil))}, err
}

// close reads the end of a list or an object.
func (w *walker) close() (json.Token, error) {
	token, err := w.in.Token()
	if err != nil {
		return nil, refuse("it is not valid JSON at byte %d: it was cut off, or is something else", w.in.InputOffset())
	}
	return token, nil
}

func (w *walker) object() (seen, error) {
	var members []sum
	keys, texts := map[string]bool{}, map[string]string{}
	for w.in.More() {
		token, err := w.close()
		key, isKey := token.(string)
		if err != nil || !isKey {
			return seen{}, refuse("it is not valid JSON at byte %d", w.in.InputOffset())
		}
		if keys[key] {
			return seen{}, refuse("it has the key %q twice at %s", key, Path(w.path))
		}
		keys[key] = true
		v, err := w.enter(key)
		if err != nil {
			return seen{}, err
		}
		if v.isText {
			texts[key] = v.text
			if isSecret(key) && isLiteral(v.text) {
				w.secrets = append(w.secrets, Path(append(slices.Clone(w.path), key)))
			}
		}
		if !w.isVersionNumber(key) {
			name := sha256.Sum256([]byte(key))
			members = append(members, sha256.Sum256(append(name[:], v.sum[:]...)))
		}
	}
	w.pair(texts)
	slices.SortFunc(members, func(a, b sum) int { return bytes.Compare(a[:], b[:]) })
	hash := sha256.New()
	hash.Write([]byte{'{'})
	for _, m := range members {
		hash.Write(m[:])
	}
	_, err := w.close()
	text, isText := texts["value"]
	return seen{sum(hash.Sum(nil)), text, isText}, err
}

// pair looks at an object that names what it holds, as a header does: {"key": …, "value": …}.
func (w *walker) pair(texts map[string]string) {
	if !isLiteral(texts["value"]) {
		return
	}
	for _, name := range []string{"key", "name"} {
		if isSecret(texts[name]) {
			w.secrets = append(w.secrets, Path(append(slices.Clone(w.path), "value")))
		}
	}
}

// isVersionNumber reports whether a member is the number of the exported version, which is no
// part of the content.
func (w *walker) isVersionNumber(key string) bool {
	return key == "version" && len(w.path) == 2 && w.path[0] == "projects"
}

// Path is a place in a document as messages say it: workflows[0].steps.http-1.title.
func Path(places []string) string {
	if len(places) == 0 {
		return "the top"
	}
	return strings.ReplaceAll(strings.Join(places, "."), ".[", "[")
}

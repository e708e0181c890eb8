package sandbox

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"io"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/tray-community/terraform-provider-tray/internal/sandbox/engine"
)

// Limits of a connector's source.
const (
	maxZip      = 20 << 20
	maxUnpacked = 100 << 20
	maxEntries  = 10_000
	maxJSON     = 1 << 20 // of each JSON file in it that is read
)

// manifest is what the sandbox keeps of a connector's source: connector.json, and the
// operations beside it.
type manifest struct {
	Name        string          `json:"name"`
	Version     string          `json:"version"`
	Title       string          `json:"title"`
	Description string          `json:"description"`
	Service     *nameAndVersion `json:"service,omitempty"`
	Operations  []operation     `json:"operations"`
	// SourceSHA256 is of the zip; "" of one that somebody packed elsewhere.
	SourceSHA256 string `json:"sourceSha256,omitempty"`
}

// readSource opens a zip in Base64, and tells what will fail its deployment. Nothing is
// unpacked but the JSON files that say what is in it.
func readSource(source string) (m manifest, failure string, err error) {
	raw, err := base64.StdEncoding.DecodeString(source)
	if err != nil {
		return m, "", engine.InvalidBody("expected Base64 at 'connectorSourceCode'")
	}
	if len(raw) > maxZip {
		return m, "", engine.Fail(413, "The source of a connector has %d bytes at most, and this has %d", maxZip, len(raw))
	}
	files, err := safeEntries(raw)
	if err != nil {
		return m, "", err
	}
	root, found := findManifest(files)
	if !found {
		return m, "", engine.BadRequest("The source of the connector has no connector.json")
	}
	if err := readJSON(files[root+"connector.json"], &m); err != nil {
		return m, "", engine.BadRequest("The connector.json of the connector cannot be read")
	}
	m.Operations = operationsIn(files, root+"src/")
	sum := sha256.Sum256(raw)
	m.SourceSHA256 = hex.EncodeToString(sum[:])
	if pkg, has := files[root+"package.json"]; has {
		var fields map[string]json.RawMessage
		if readJSON(pkg, &fields) != nil {
			failure = "npm install failed: package.json is not valid JSON"
		}
	}
	return m, failure, nil
}

// safeEntries are the files of a zip, refused as a whole when one of them could do harm to
// whoever unpacks it.
func safeEntries(raw []byte) (map[string]*zip.File, error) {
	z, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw)))
	if err != nil {
		return nil, engine.BadRequest("The source of the connector is no zip file")
	}
	if len(z.File) > maxEntries {
		return nil, engine.BadRequest("The source of the connector has %d entries, more than %d", len(z.File), maxEntries)
	}
	files, size := map[string]*zip.File{}, uint64(0)
	for _, f := range z.File {
		if size += f.UncompressedSize64; f.UncompressedSize64 > maxUnpacked || size > maxUnpacked {
			return nil, engine.BadRequest("The source of the connector is more than %d bytes when unpacked", maxUnpacked)
		}
		name := strings.TrimSuffix(f.Name, "/")
		mode := f.Mode().Type()
		if !fs.ValidPath(name) || strings.ContainsRune(name, '\\') || mode != 0 && mode != fs.ModeDir {
			return nil, engine.BadRequest("The source of the connector has an entry that is no file inside it: %s", strconv.QuoteToASCII(name[:min(len(name), 100)]))
		}
		if mode == 0 {
			files[name] = f
		}
	}
	return files, nil
}

// findManifest finds the folder of connector.json: the root, or one below it, as the
// vendor's client packs it.
func findManifest(files map[string]*zip.File) (string, bool) {
	if files["connector.json"] != nil {
		return "", true
	}
	var roots []string
	for name := range files {
		if dir, file := path.Split(name); file == "connector.json" && strings.Count(dir, "/") == 1 {
			roots = append(roots, dir)
		}
	}
	slices.Sort(roots)
	return strings.Join(roots, ""), len(roots) == 1
}

// readJSON reads so much of a file at most, whatever its header says its size is.
func readJSON(f *zip.File, into any) error {
	if f == nil {
		return fs.ErrNotExist
	}
	r, err := f.Open()
	if err != nil {
		return err
	}
	defer r.Close()
	text, err := io.ReadAll(io.LimitReader(r, maxJSON+1))
	if err == nil && len(text) > maxJSON {
		err = fs.ErrInvalid
	}
	if err != nil {
		return err
	}
	return json.Unmarshal(text, into)
}

// operationsIn are the folders that have an operation.json, by name.
func operationsIn(files map[string]*zip.File, src string) []operation {
	all := []operation{}
	for name := range files {
		dir, file := path.Split(name)
		if file != "operation.json" || !strings.HasPrefix(dir, src) {
			continue
		}
		o := operation{InputSchema: anything, OutputSchema: anything}
		if readJSON(files[name], &o) != nil || o.Name == "" {
			continue
		}
		for file, schema := range map[string]*json.RawMessage{"input.json": &o.InputSchema, "output.json": &o.OutputSchema} {
			var read map[string]json.RawMessage
			if readJSON(files[dir+file], &read) == nil {
				*schema = json.RawMessage(encode(read))
			}
		}
		all = append(all, o)
	}
	slices.SortFunc(all, func(a, b operation) int { return strings.Compare(a.Name, b.Name) })
	return all
}

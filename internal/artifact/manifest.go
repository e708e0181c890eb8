package artifact

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"fmt"
	"path"
	"regexp"
	"strings"
	"sync"
)

// manifestFile describes a connector to Tray. The CDK puts it beside src: at the top of the
// zip, or in a folder with the connector's name (facts: clients, the zip).
const manifestFile = "connector.json"

// Manifest is what connector.json says.
type Manifest struct {
	Name, Version string // what a deployment has to be addressed to
	Title         string
	Description   string // may be ""
	Service       Service
}

// Service is the version of a service that a connector authenticates with.
type Service struct {
	Name    string // the unique name
	Version string // a whole number, as connector.json and an import's mappings write it
}

// findManifest returns connector.json.
func findManifest(files []*zip.File) (*zip.File, error) {
	var found []*zip.File
	depth := 2
	for _, file := range files {
		if path.Base(file.Name) != manifestFile {
			continue
		}
		switch d := strings.Count(file.Name, "/"); {
		case d < depth:
			found, depth = []*zip.File{file}, d
		case d == depth && d < 2:
			found = append(found, file)
		}
	}
	switch {
	case len(found) == 0:
		return nil, &Error{
			Problem: "has no " + manifestFile + " at its top or in a folder there",
			Remedy:  "Give the zip that the CDK builds of a connector, such as .tray/connector.zip",
		}
	case len(found) > 1:
		return nil, &Error{
			Problem: fmt.Sprintf("has several connectors in it: %s and %s", quote(found[0].Name), quote(found[1].Name)),
			Remedy:  "Build one zip for each connector",
		}
	case found[0].UncompressedSize64 > MaxManifest:
		return nil, &Error{Entry: found[0].Name, Problem: "has more than 1 MiB", Remedy: remedyBuild}
	}
	return found[0], nil
}

var (
	// A name and a version are parts of addresses; neither may lead elsewhere.
	connectorName    = lazily(`^[A-Za-z0-9][A-Za-z0-9._~-]{0,199}$`)
	connectorVersion = lazily(`^[0-9]{1,9}(\.[0-9]{1,9}){1,2}$`)
	serviceVersion   = lazily(`^[0-9]{1,9}$`)
)

// lazily compiles a pattern when it is first asked for: most plans read no zip.
func lazily(pattern string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(pattern) })
}

// parseManifest reads and checks connector.json, which is the entry of that name.
func parseManifest(entry string, raw []byte) (Manifest, error) {
	var wire struct {
		Name        string `json:"name"`
		Version     any    `json:"version"`
		Title       string `json:"title"`
		Description string `json:"description"`
		Service     *struct {
			Name    string `json:"name"`
			Version any    `json:"version"`
		} `json:"service"`
	}
	in := json.NewDecoder(bytes.NewReader(raw))
	in.UseNumber()
	if err := in.Decode(&wire); err != nil || in.More() {
		return Manifest{}, manifestError(entry, "is no JSON object that describes a connector", "Correct its syntax")
	}
	version, isText := wire.Version.(string)
	switch {
	case !connectorName().MatchString(wire.Name):
		return Manifest{}, manifestError(entry, "has no usable \"name\": "+quote(wire.Name),
			"Use letters, digits and hyphens, and begin with the namespace of your organization")
	case !isText && wire.Version != nil:
		return Manifest{}, manifestError(entry, "has a \"version\" that is no string", `Put it in quotes, as in "1.0"`)
	case !connectorVersion().MatchString(version):
		return Manifest{}, manifestError(entry, "has no usable \"version\": "+quote(version), `Give a version such as "1.0"`)
	case strings.TrimSpace(wire.Title) == "":
		return Manifest{}, manifestError(entry, "has no \"title\"", "Give the title that people see in Tray")
	case wire.Service == nil || wire.Service.Name == "" || strings.TrimSpace(wire.Service.Name) != wire.Service.Name:
		return Manifest{}, manifestError(entry, "names no \"service\"",
			"Give the unique name and the version of the service that the connector authenticates with")
	}
	service := Service{Name: wire.Service.Name, Version: fmt.Sprint(wire.Service.Version)}
	if !serviceVersion().MatchString(service.Version) {
		return Manifest{}, manifestError(entry, "has a \"service\" without a usable \"version\"", `Give a whole number, as in "1"`)
	}
	return Manifest{Name: wire.Name, Version: version, Title: wire.Title, Description: wire.Description, Service: service}, nil
}

func manifestError(entry, problem, remedy string) *Error {
	return &Error{Entry: entry, Problem: problem, Remedy: remedy + ", and build the connector again"}
}

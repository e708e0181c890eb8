package main

import (
	"bytes"
	"strings"
	"testing"
)

func TestJudge_refusesWhatDoesNotBelong(t *testing.T) {
	binary := []byte("PK\x03\x04\x00\x00")
	host := []byte("see https://" + strings.Join(registries[0], ".") + "/x")
	tests := map[string]struct {
		name    string
		content []byte
		want    string // "" accepts
	}{
		"text":                     {"main.go", []byte("package main\n"), ""},
		"an empty file":            {"x/.gitkeep", nil, ""},
		"a small fixture":          {"internal/sandbox/testdata/connector.zip", binary, ""},
		"a binary":                 {"terraform-provider-tray", binary, "a binary file"},
		"a large fixture":          {"testdata/x.zip", append(binary, make([]byte, maxBinary)...), "make the test produce it"},
		"a large text":             {"docs/x.md", bytes.Repeat([]byte("x"), maxFile+1), "too large"},
		"a registry":               {"README.md", host, "names the package registry"},
		"a registry in a checksum": {"internal/tools/go.sum", host, ""},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			err := judge(tt.name, tt.content)
			if tt.want == "" && err != nil || tt.want != "" && (err == nil || !strings.Contains(err.Error(), tt.want)) {
				t.Errorf("got %v, want %q", err, tt.want)
			}
		})
	}
}

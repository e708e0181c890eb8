package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

var (
	// Every test that runs a command line goes through one of these functions of acctest.
	entrances = []string{"requireCLI", "find"}
	// A test that says which command line it runs, or asks, may see the two differ.
	choices = []string{"Tofu", "IsTofu"}
)

// aLife ends the names of the tests that take one resource from its creation to its end.
const aLife = "_lifecycle"

// commandLineTests lists the tests in dir that run a command line: those from which a function of acctest that does can be
// reached through the package's test code. Unless all are wanted, it keeps those in which the command lines may differ, and
// a life of each noun. Names are compared and no types, so a method of the same name counts too: rather one test too many
// than one too few.
func commandLineTests(acctest, dir string, all bool) ([]string, error) {
	kit, err := readFunctions(acctest, func(file string) bool { return !strings.HasSuffix(file, "_test.go") })
	if err != nil {
		return nil, err
	}
	tests, err := readFunctions(dir, func(file string) bool { return strings.HasSuffix(file, "_test.go") })
	if err != nil {
		return nil, err
	}
	differing := tests.reaching(choices)
	var names []string
	for name := range tests.reaching(slices.Collect(maps.Keys(kit.reaching(entrances)))) {
		isTest := strings.HasPrefix(name, "Test") && name != "TestMain"
		if isTest && (all || differing[name] || strings.HasSuffix(name, aLife)) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names, nil
}

// withoutDetector begins a file of tests in which nothing runs at the same time as anything else, or whose measure of memory the
// race detector would falsify. With it they take six times as long and find nothing.
const withoutDetector = "//go:build !race\n"

// unwatchedTests lists the tests in dir that the race detector leaves out.
func unwatchedTests(dir string) ([]string, error) {
	files, err := filepath.Glob(filepath.Join(dir, "*_test.go"))
	if err != nil {
		return nil, err
	}
	var names []string
	for _, path := range files {
		text, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		if !strings.HasPrefix(string(text), withoutDetector) {
			continue
		}
		for _, found := range testName.FindAllStringSubmatch(string(text), -1) {
			names = append(names, found[1])
		}
	}
	return names, nil
}

var testName = regexp.MustCompile(`(?m)^func (Test\w+)\(`)

// functions are the declarations of a package by name, each with the names it uses.
type functions map[string]uses

type uses map[string]bool

// reaching returns the declarations that use one of the names, directly or by way of others.
func (f functions) reaching(names []string) map[string]bool {
	found := map[string]bool{}
	for grown := true; grown; {
		grown = false
		for declared, uses := range f {
			through := func(name string) bool { return uses[name] }
			if !found[declared] && (slices.ContainsFunc(names, through) || slices.ContainsFunc(slices.Collect(maps.Keys(found)), through)) {
				found[declared], grown = true, true
			}
		}
	}
	return found
}

func readFunctions(dir string, want func(file string) bool) (functions, error) {
	all := functions{}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	for _, entry := range entries {
		if entry.Type()&fs.ModeType != 0 || filepath.Ext(entry.Name()) != ".go" || !want(entry.Name()) {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), filepath.Join(dir, entry.Name()), nil, parser.SkipObjectResolution)
		if err != nil {
			return nil, fmt.Errorf("cannot tell which tests run a command line: %w", err)
		}
		for _, declaration := range file.Decls {
			all.add(declaration)
		}
	}
	return all, nil
}

// add notes what a function uses, and what the values of variables do: tables of tests hold functions.
func (f functions) add(declaration ast.Decl) {
	switch d := declaration.(type) {
	case *ast.FuncDecl:
		if d.Body != nil {
			f.note(d.Name.Name, d.Body)
		}
	case *ast.GenDecl:
		for _, spec := range d.Specs {
			values, ok := spec.(*ast.ValueSpec)
			if !ok {
				continue
			}
			for _, name := range values.Names {
				for _, value := range values.Values {
					f.note(name.Name, value)
				}
			}
		}
	}
}

func (f functions) note(name string, body ast.Node) {
	if f[name] == nil {
		f[name] = uses{}
	}
	ast.Inspect(body, func(node ast.Node) bool {
		if used, ok := node.(*ast.Ident); ok && used.Name != name {
			f[name][used.Name] = true
		}
		return true
	})
}

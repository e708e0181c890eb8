package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A command line waits for as long as it computes: for its provider, for Tray, for what a person would do. A test that runs
// one lets others run meanwhile, and so do those within it: a third of the suite's time was waiting by oneself.
func TestSuite_whatRunsACommandLineRunsBesideOthers(t *testing.T) {
	root := filepath.Join("..", "..", "..")
	kit := filepath.Join(root, "internal", "acctest")
	for _, dir := range packages(t, root) {
		if !importsKit(t, dir) {
			continue
		}
		names, err := commandLineTests(kit, dir, true)
		if err != nil {
			t.Fatal(err)
		}
		if len(names) == 0 {
			continue
		}
		alone := testsAlone(t, dir)
		for _, name := range names {
			if where := alone[name]; where != "" {
				t.Errorf("%s: %s holds all others up: begin it with t.Parallel(), or with acctest.Alone", where, name)
			}
		}
	}
}

func packages(t *testing.T, root string) []string {
	t.Helper()
	dirs := []string{root}
	err := filepath.WalkDir(filepath.Join(root, "internal"), func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case !entry.IsDir():
		case entry.Name() == "tools" || entry.Name() == "testdata":
			return filepath.SkipDir
		default:
			dirs = append(dirs, path)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return dirs
}

// importsKit reports whether tests of a package use acctest; elsewhere a name says nothing.
func importsKit(t *testing.T, dir string) bool {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*_test.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range files {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(text), `/internal/acctest"`) {
			return true
		}
	}
	return false
}

// testsAlone are the tests of a package that do not say so of themselves, each with its place.
func testsAlone(t *testing.T, dir string) map[string]string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*_test.go"))
	if err != nil {
		t.Fatal(err)
	}
	alone := map[string]string{}
	set := token.NewFileSet()
	for _, path := range files {
		file, err := parser.ParseFile(set, path, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, declaration := range file.Decls {
			f, is := declaration.(*ast.FuncDecl)
			if is && strings.HasPrefix(f.Name.Name, "Test") && f.Recv == nil && !isParallel(f.Body) && !setsProcess(f.Body) {
				alone[f.Name.Name] = set.Position(f.Pos()).String()
			}
		}
	}
	return alone
}

// isParallel reports whether a statement of the body itself says that others may run beside it.
func isParallel(body *ast.BlockStmt) bool {
	for _, statement := range body.List {
		if call, is := statement.(*ast.ExprStmt); is && calls(call, "Parallel", "ParallelTest") {
			return true
		}
	}
	return false
}

// setsProcess reports whether the test changes what all tests of its process have in common.
func setsProcess(body *ast.BlockStmt) bool { return calls(body, "Setenv", "Chdir", "Alone") }

func calls(node ast.Node, names ...string) (found bool) {
	ast.Inspect(node, func(node ast.Node) bool {
		if call, is := node.(*ast.CallExpr); is {
			if selector, is := call.Fun.(*ast.SelectorExpr); is {
				for _, name := range names {
					found = found || selector.Sel.Name == name
				}
			}
		}
		return !found
	})
	return found
}

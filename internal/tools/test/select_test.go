package main

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestCommandLineTests_areThoseThatReachOne(t *testing.T) {
	kit, dir := t.TempDir(), t.TempDir()
	write(t, kit, "kit.go", `package acctest
		func Test() { requireCLI() }
		func (e Env) Layout() { find() }
		func Start() {}
		func requireCLI() {}
		func find() {}`)
	write(t, dir, "a_test.go", `package a
		func TestThing_isPure(t *testing.T) { acctest.Start() }
		func TestThing_lifecycle(t *testing.T) { acctest.Test() }
		func TestThing_throughAHelper(t *testing.T) { office(t).apply() }
		func TestThing_throughATable(t *testing.T) { for _, c := range cases { c.run() } }
		func TestThing_onBoth(t *testing.T) { for _, cli := range []string{acctest.Terraform, acctest.Tofu} { office(t, cli) } }
		func TestThing_namesBothAndRunsNone(t *testing.T) { _ = acctest.Tofu }
		func TestMain(m *testing.M) { acctest.Test() }
		var cases = []struct{ run func() }{ { func() { acctest.Test() } } }`)
	write(t, dir, "b_test.go", "package a_test\nfunc office(t *testing.T) desk { return desk{env.Layout(t)} }")
	write(t, dir, "product.go", "package a\nfunc TestNothing() { acctest.Test() }")
	for all, want := range map[bool]string{
		true:  "TestThing_lifecycle TestThing_onBoth TestThing_throughAHelper TestThing_throughATable",
		false: "TestThing_lifecycle TestThing_onBoth",
	} {
		got, err := commandLineTests(kit, dir, all)
		if err != nil || !slices.Equal(got, strings.Fields(want)) {
			t.Errorf("all=%t: got %q, %v", all, got, err)
		}
	}
}

func TestUnwatchedTests_areThoseThatTheDetectorLeavesOut(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "cells_test.go", "//go:build !race\n\npackage a\nfunc TestCells_all(t *testing.T) {}\nfunc helper() {}\n")
	write(t, dir, "a_test.go", "package a\nfunc TestA(t *testing.T) {}\n")
	if got, err := unwatchedTests(dir); err != nil || !slices.Equal(got, []string{"TestCells_all"}) {
		t.Errorf("got %q, %v", got, err)
	}
}

// The names by which tests are chosen are those of the checkout's own kit: one that is renamed there would choose nothing.
func TestCommandLineTests_knowTheKit(t *testing.T) {
	acctest := filepath.Join("..", "..", "acctest")
	kit, err := readFunctions(acctest, func(file string) bool { return !strings.HasSuffix(file, "_test.go") })
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range slices.Concat(entrances, choices) {
		if kit[name] == nil {
			t.Errorf("internal/acctest declares no %s", name)
		}
	}
	reaching := kit.reaching(entrances)
	if !reaching["Test"] || !reaching["Layout"] || reaching["Start"] {
		t.Errorf("those that reach a command line are %v", reaching)
	}
}

func write(t *testing.T, dir, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

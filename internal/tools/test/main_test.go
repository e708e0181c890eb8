package main

import (
	"slices"
	"testing"
)

func TestFailureLines_areFoundWhereverTheWritesBreak(t *testing.T) {
	const output = "ok  \ta\t0.1s\n--- FAIL: TestOne (0.00s)\n    --- FAIL: TestOne/case (0.00s)\n        x_test.go:1: no\nWARNING: DATA RACE\n" +
		"panic: oh no\nFAIL\nFAIL\tb [build failed]\n"
	want := []string{
		"--- FAIL: TestOne (0.00s)", "--- FAIL: TestOne/case (0.00s)", "WARNING: DATA RACE", "panic: oh no", "FAIL\tb [build failed]",
	}
	for size := 1; size < len(output); size++ {
		lines := &failureLines{}
		for chunk := range slices.Chunk([]byte(output), size) {
			if n, err := lines.Write(chunk); n != len(chunk) || err != nil {
				t.Fatalf("wrote %d, %v", n, err)
			}
		}
		if !slices.Equal(lines.found, want) {
			t.Fatalf("in writes of %d bytes: %q", size, lines.found)
		}
	}
}

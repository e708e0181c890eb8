package main

import (
	"strings"
	"testing"
)

func TestProse_everySentenceHasOneIdea(t *testing.T) {
	if err := (checkout{root: root}).prose(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestProse_longSentencesAreFoundWhereverTheyStand(t *testing.T) {
	long := strings.TrimSpace(strings.Repeat("word ", mostWords+1))
	for name, c := range map[string]struct {
		text  string
		found bool
	}{
		"a paragraph":         {"# Title\n\nShort. " + long + ".", true},
		"over two lines":      {strings.Replace(long, " ", "\n", 1), true},
		"an item":             {"- Short.\n- " + long, true},
		"a cell":              {"| a | " + long + " |", true},
		"two short sentences": {strings.Replace(long, "word word ", "word. Word ", 1), false},
		"two short items":     {"- " + strings.Replace(long, "word word ", "word\n- word ", 1), false},
		"code":                {"```\n" + long + "\n```", false},
		"a long address":      {"[word](" + strings.ReplaceAll(long, " ", "%20") + ")", false},
	} {
		longest := 0
		for _, s := range sentencesIn(c.text) {
			longest = max(longest, len(strings.Fields(s)))
		}
		if found := longest > mostWords; found != c.found {
			t.Errorf("%s: the longest sentence has %d words", name, longest)
		}
	}
}

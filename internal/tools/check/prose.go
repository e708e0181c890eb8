package main

import (
	"context"
	"errors"
	"fmt"
	"path"
	"regexp"
	"strings"
)

// mostWords is how long a sentence may be: one idea fits into that.
const mostWords = 40

// prose looks for sentences that are too long, in what users read: the README and docs/, but for the decisions.
func (c checkout) prose(ctx context.Context) error {
	return c.each(ctx, func(name string, content []byte) error {
		read := name == "README.md" || strings.HasPrefix(name, "docs/") && !strings.HasPrefix(name, "docs/decisions/")
		if !read || path.Ext(name) != ".md" {
			return nil
		}
		var errs []error
		for _, sentence := range sentencesIn(string(content)) {
			if words := strings.Fields(sentence); len(words) > mostWords {
				errs = append(errs, fmt.Errorf("%s: a sentence of %d words, and %d are enough: %s …", name, len(words), mostWords, strings.Join(words[:8], " ")))
			}
		}
		return errors.Join(errs...)
	})
}

var (
	frontMatter = regexp.MustCompile(`(?s)^---\n.*?\n---\n`)
	block       = regexp.MustCompile(`\n\s*\n|\n\s*(?:[-*#]|\d+\.) |\|`) // paragraphs, items, headings, cells
	sentenceEnd = regexp.MustCompile("[.!?][)*\"]*\\s+[A-Z`*\\[]")
)

// sentencesIn returns the sentences of a Markdown text, without code blocks and without the targets of links.
func sentencesIn(text string) (sentences []string) {
	text = fence.ReplaceAllString(frontMatter.ReplaceAllString(text, ""), "\n\n")
	for _, part := range block.Split(marked.ReplaceAllString(text, "$1"), -1) {
		for {
			end := sentenceEnd.FindStringIndex(part)
			if end == nil {
				break
			}
			sentences, part = append(sentences, part[:end[1]-1]), part[end[1]-1:]
		}
		sentences = append(sentences, part)
	}
	return sentences
}

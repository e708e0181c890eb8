package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
)

// Where the same files are read on the web: links to them are local too.
const (
	onRegistry = "https://registry.terraform.io/providers/tray-community/tray/latest/docs"
	onGitHub   = "https://github.com/tray-community/terraform-provider-tray/"
)

// links looks for links that lead nowhere in every Markdown file: to no file, or to no heading or anchor in it.
func (c checkout) links(ctx context.Context) error {
	return c.each(ctx, func(name string, content []byte) error {
		if path.Ext(name) != ".md" || strings.Contains("/"+name, "/testdata/") {
			return nil
		}
		var errs []error
		for _, target := range linksIn(string(content)) {
			if err := c.follow(name, target); err != nil {
				errs = append(errs, fmt.Errorf("%s: the link to %s leads nowhere: %w", name, target, err))
			}
		}
		return errors.Join(errs...)
	})
}

func (c checkout) follow(from, target string) error {
	file, fragment, ok := local(from, target)
	if !ok {
		return nil
	}
	info, err := os.Stat(filepath.Join(c.root, filepath.FromSlash(file)))
	switch {
	case err != nil:
		return fmt.Errorf("there is no %s", file)
	case fragment == "" || info.IsDir():
		return nil
	}
	text, err := os.ReadFile(filepath.Join(c.root, filepath.FromSlash(file)))
	if err != nil {
		return err
	}
	if !anchors(string(text))[fragment] {
		return fmt.Errorf("%s has no heading or anchor #%s", file, fragment)
	}
	return nil
}

// local returns the file of the checkout that a link leads to, and false when it leads elsewhere.
func local(from, target string) (file, fragment string, ok bool) {
	file, fragment, _ = strings.Cut(target, "#")
	if page, found := strings.CutPrefix(file, onRegistry); found {
		if page = strings.Trim(page, "/"); page == "" {
			page = "index"
		}
		return "docs/" + page + ".md", fragment, true
	}
	if rest, found := strings.CutPrefix(file, onGitHub); found {
		kind, rest, _ := strings.Cut(rest, "/")
		_, inTree, found := strings.Cut(rest, "/") // the branch
		return inTree, fragment, found && (kind == "tree" || kind == "blob")
	}
	if parsed, err := url.Parse(file); err != nil || parsed.Scheme != "" || parsed.Host != "" {
		return "", "", false
	}
	if file == "" {
		return from, fragment, true
	}
	return path.Join(path.Dir(from), file), fragment, true
}

var (
	fence    = regexp.MustCompile("(?ms)^```.*?\n```")
	codeSpan = regexp.MustCompile("`[^`\n]*`")
	link     = regexp.MustCompile(`\]\(([^)\s]+)(?: "[^"]*")?\)`)
	explicit = regexp.MustCompile(`<a (?:id|name)="([^"]+)">`)
	headings = regexp.MustCompile(`(?m)^#{1,6} +(.+?) *#*$`)
	marked   = regexp.MustCompile(`\[([^\]]*)\]\([^)]*\)`)
	dropped  = regexp.MustCompile(`[^\p{L}\p{N} _-]`)
)

// linksIn returns the targets of the links in a Markdown text, outside code.
func linksIn(text string) []string {
	var targets []string
	for _, found := range link.FindAllStringSubmatch(codeSpan.ReplaceAllString(fence.ReplaceAllString(text, ""), "code"), -1) {
		targets = append(targets, found[1])
	}
	return targets
}

// anchors are the fragments that lead somewhere in a Markdown text, as the registry and GitHub make them.
func anchors(text string) map[string]bool {
	text = fence.ReplaceAllString(text, "")
	all := map[string]bool{}
	for _, found := range explicit.FindAllStringSubmatch(text, -1) {
		all[found[1]] = true
	}
	for _, found := range headings.FindAllStringSubmatch(text, -1) {
		words := strings.ToLower(marked.ReplaceAllString(found[1], "$1"))
		slug := strings.ReplaceAll(dropped.ReplaceAllString(words, ""), " ", "-")
		for anchor, n := slug, 1; ; n++ {
			if !all[anchor] {
				all[anchor] = true
				break
			}
			anchor = fmt.Sprintf("%s-%d", slug, n)
		}
	}
	return all
}

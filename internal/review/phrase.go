package review

import (
	"encoding/json"
	"strings"
	"unicode"
)

// maxName is how many characters of a name, or of a check's message, are shown. Tray
// allows names of 255.
const maxName = 300

// phrase is a sentence with names in it. Sentences are ours; names are anybody's, and
// each output defuses them in its own way, at the last moment.
type phrase struct {
	format string // %s stands for the next name, %b for the next in bold
	names  []string
}

func say(format string, names ...string) phrase { return phrase{format, names} }

// and puts q behind p.
func (p phrase) and(glue string, q phrase) phrase {
	if p.format == "" {
		return q
	}
	return phrase{p.format + glue + q.format, append(append([]string{}, p.names...), q.names...)}
}

// splice puts q where text has %s.
func splice(text string, q phrase) phrase {
	before, after, _ := strings.Cut(text, "%s")
	return phrase{before + q.format + after, q.names}
}

func joined(all []phrase, glue string) phrase {
	var p phrase
	for _, q := range all {
		p = p.and(glue, q)
	}
	return p
}

// render writes the phrase with each name as name shows it.
func (p phrase) render(name func(s string, bold bool) string) string {
	var out strings.Builder
	rest, names := p.format, p.names
	for {
		at := strings.IndexByte(rest, '%')
		if at < 0 || at+1 >= len(rest) || len(names) == 0 {
			out.WriteString(rest)
			return out.String()
		}
		out.WriteString(rest[:at])
		out.WriteString(name(names[0], rest[at+1] == 'b'))
		rest, names = rest[at+2:], names[1:]
	}
}

// String is the phrase with its names as they are, on one line.
func (p phrase) String() string {
	return p.render(func(s string, _ bool) string { return clean(s) })
}

// MarshalJSON implements json.Marshaler.
func (p phrase) MarshalJSON() ([]byte, error) { return json.Marshal(p.String()) }

// clean makes a name safe to stand on a line of a terminal or of a diagram: control and
// format characters, which move the cursor, break lines or turn the direction of
// writing, become visible, and what is too long is cut.
func clean(s string) string {
	var out strings.Builder
	count := 0
	for _, r := range s { // what is no UTF-8 ranges as the replacement character
		if count == maxName {
			out.WriteString("…")
			break
		}
		switch {
		case unicode.IsSpace(r):
			r = ' '
		case unicode.Is(unicode.C, r):
			r = unicode.ReplacementChar
		}
		out.WriteRune(r)
		count++
	}
	return out.String()
}

// code makes a name safe in Markdown by putting it into a code span, in which neither
// markup nor HTML nor @mentions nor links mean anything. In a table a bar would end the
// cell even there, and is escaped.
func code(s string, inTable bool) string {
	s = clean(s)
	if strings.TrimSpace(s) == "" {
		return "*(without a name)*"
	}
	fence, longest, run := "`", 0, 0
	for _, r := range s {
		if r != '`' {
			run = 0
			continue
		}
		run++
		longest = max(longest, run)
	}
	if longest > 0 {
		fence = strings.Repeat("`", longest+1)
		s = " " + s + " "
	}
	if inTable {
		// A backslash before the bar would escape the escape.
		s = strings.ReplaceAll(s, `\|`, `\¦`)
		s = strings.ReplaceAll(s, "|", `\|`)
	}
	return fence + s + fence
}

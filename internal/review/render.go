package review

import (
	"cmp"
	"encoding/json"
	"fmt"
	"strings"
	"unicode/utf8"
)

// DefaultLimit is how many characters a review has at most. GitHub refuses comments of
// more than 65,536, and the rest is for what a pipeline puts around it.
const DefaultLimit = 60_000

// style is how a document is written down.
type style struct {
	cell, line func(p phrase) string
	markup     bool
}

var markdownStyle = style{
	cell:   func(p phrase) string { return p.render(markdownName(true)) },
	line:   func(p phrase) string { return p.render(markdownName(false)) },
	markup: true,
}

var textStyle = style{
	cell: phrase.String,
	line: phrase.String,
}

func markdownName(inTable bool) func(string, bool) string {
	return func(s string, bold bool) string {
		if bold {
			return "**" + s + "**" // only ever a role in our spelling
		}
		return code(s, inTable)
	}
}

// Markdown is the review as a comment of a pull request shows it, in at most limit
// characters; 0 is no limit.
func (r *Review) Markdown(limit int) string { return r.document().fit(markdownStyle, limit) }

// Text is the review for a terminal.
func (r *Review) Text(limit int) string { return r.document().fit(textStyle, limit) }

// JSON is the review for a policy. It is never cut.
func (r *Review) JSON() (string, error) {
	out, err := json.MarshalIndent(r, "", "  ")
	return string(out) + "\n", err
}

// room says how many rows a section may have: the sections about people and guardrails,
// and the others. -1 is all.
type room struct{ major, minor int }

// minorFirst is how many rows a minor section keeps before a major one loses any.
const minorFirst = 10

// fit writes the document with as many rows a section as there is room for. What is cut
// is the middle of the longest sections, the minor ones first: the beginning and the end
// of each stay, and so do the sentence and the counts.
func (doc document) fit(s style, limit int) string {
	if whole := doc.write(s, room{-1, -1}); limit <= 0 || utf8.RuneCountInString(whole) <= limit {
		return whole
	}
	longest := 0
	for _, section := range doc.sections {
		longest = max(longest, len(section.rows))
	}
	best, rows := doc.largest(s, limit, longest, func(n int) room { return room{n, min(max(n-4, 0), minorFirst)} })
	if rows == longest {
		best, _ = doc.largest(s, limit, longest, func(n int) room { return room{-1, n} })
	}
	return hardCut(best, limit)
}

// largest writes with the largest n, up to most, by which the text fits; with 0 when
// none does.
func (doc document) largest(s style, limit, most int, of func(n int) room) (text string, n int) {
	text = doc.write(s, of(0))
	for low, high := 0, most; low < high; {
		middle := (low + high + 1) / 2
		if t := doc.write(s, of(middle)); utf8.RuneCountInString(t) <= limit {
			text, n, low = t, middle, middle
		} else {
			high = middle - 1
		}
	}
	return text, n
}

// hardCut takes lines out of the middle, for a limit below what the headings need.
func hardCut(text string, limit int) string {
	if utf8.RuneCountInString(text) <= limit {
		return text
	}
	const mark = "\n…\n"
	runes := []rune(text)
	if limit <= len([]rune(mark)) {
		return string(runes[:limit])
	}
	room := limit - len([]rune(mark))
	head := string(runes[:room-room/3])
	if at := strings.LastIndexByte(head, '\n'); at > 0 {
		head = head[:at]
	}
	tail := string(runes[len(runes)-room/3:])
	if at := strings.IndexByte(tail, '\n'); at >= 0 {
		tail = tail[at+1:]
	}
	return head + mark + tail
}

func (doc document) write(s style, rows room) string {
	var body strings.Builder
	left := 0
	for _, section := range doc.sections {
		limit := rows.major
		if section.minor {
			limit = rows.minor
		}
		left += section.write(&body, s, limit)
	}
	var out strings.Builder
	if s.markup {
		fmt.Fprintf(&out, "**%s**\n", doc.sentence)
	} else {
		fmt.Fprintln(&out, doc.sentence)
	}
	lead := section{rows: lines(doc.lead)}
	var first strings.Builder
	left += lead.write(&first, s, rows.major)
	if left > 0 {
		fmt.Fprintf(&out, "\nThis is shortened: %s left out, marked by “…”. Run the review with -limit 0 to read them all.\n", many(left, "line is", "lines are"))
	}
	fmt.Fprintf(&out, "%s%s\n%s\n", first.String(), body.String(), doc.counts)
	return out.String()
}

func (sec section) write(out *strings.Builder, s style, limit int) (left int) {
	if len(sec.rows) == 0 {
		return 0
	}
	out.WriteString("\n")
	if sec.title != "" {
		count := cmp.Or(sec.count, len(sec.rows))
		heading := fmt.Sprintf("%s (%d)", sec.title, count)
		if s.markup {
			heading = "#### " + heading
		} else {
			heading = strings.ToUpper(sec.title) + fmt.Sprintf(" (%d)", count)
		}
		fmt.Fprintf(out, "%s\n\n", heading)
	}
	if sec.note != "" {
		fmt.Fprintf(out, "%s\n\n", sec.note)
	}
	rows, cut := sec.rows, -1
	if limit >= 0 && len(rows) > limit {
		left, cut = len(rows)-limit, limit-limit/2
		rows = append(append([][]phrase{}, rows[:cut]...), rows[len(rows)-limit/2:]...)
	}
	if sec.head != nil && s.markup {
		fmt.Fprintf(out, "| %s |\n|%s\n", strings.Join(sec.head, " | "), strings.Repeat("---|", len(sec.head)))
	}
	for i := 0; i <= len(rows); i++ {
		if i == cut {
			sec.row(out, s, fmt.Sprintf("… %d left out …", left), nil)
		}
		if i < len(rows) {
			sec.row(out, s, "", rows[i])
		}
	}
	if sec.foot != "" {
		fmt.Fprintf(out, "\n%s\n", sec.foot)
	}
	return left
}

// row writes one row, or a remark in its place.
func (sec section) row(out *strings.Builder, s style, remark string, row []phrase) {
	switch {
	case sec.head == nil && remark != "":
		fmt.Fprintf(out, "- %s\n", remark)
	case sec.head == nil:
		fmt.Fprintf(out, "- %s\n", s.line(row[0]))
	case s.markup && remark != "":
		fmt.Fprintf(out, "| %s |%s\n", remark, strings.Repeat(" |", len(sec.head)-1))
	case remark != "":
		fmt.Fprintf(out, "  %s\n", remark)
	default:
		cells := make([]string, 0, len(row))
		for _, p := range row {
			cells = append(cells, strings.TrimSpace(s.cell(p)))
		}
		if s.markup {
			fmt.Fprintf(out, "| %s |\n", strings.Join(cells, " | "))
			return
		}
		fmt.Fprintf(out, "  %s\n", cells[0])
		for i, text := range cells[1:] {
			if text != "" {
				fmt.Fprintf(out, "    %s%s\n", sec.signs[i+1], text)
			}
		}
	}
}

package probe

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// report writes the table.
func (r *run) report(to io.Writer, found []finding) error {
	for i := range found {
		found[i].why = r.clean(found[i].why)
		for n, fact := range found[i].facts {
			found[i].facts[n] = r.clean(fact)
		}
	}
	switch r.format {
	case "json":
		return r.reportJSON(to, found)
	case "markdown":
		return write(to, r.markdown(found))
	default:
		return write(to, r.text(found))
	}
}

func write(to io.Writer, text string) error {
	_, err := io.WriteString(to, text)
	return err
}

func (r *run) reportJSON(to io.Writer, found []finding) error {
	type row struct {
		Number   int      `json:"number"`
		Question string   `json:"question"`
		Assumed  string   `json:"assumed"`
		Verdict  verdict  `json:"verdict"`
		Answered []string `json:"answered"`
		Why      string   `json:"why,omitempty"`
		ByHand   string   `json:"by_hand,omitempty"` // For what was not asked.
	}
	rows := make([]row, len(found))
	for i, f := range found {
		rows[i] = row{f.Number, f.Text, f.Assumed, f.verdict, append([]string{}, f.facts...), f.why, f.byHand()}
	}
	e := json.NewEncoder(to)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(struct {
		Host     string   `json:"host"`
		Requests int      `json:"requests"`
		Findings []row    `json:"findings"`
		Left     []string `json:"left"`
	}{r.base.Host, r.wire.sent, rows, append([]string{}, r.left...)})
}

// byHand is what a human would do, for a question that was not asked.
func (f finding) byHand() string {
	if f.verdict == notAsked {
		return f.ByHand
	}
	return ""
}

// answered is the column of what the service said, or why nothing was asked.
func (f finding) answered() string {
	facts := strings.Join(f.facts, "; ")
	if f.verdict != notAsked {
		return facts
	}
	text := f.why + "."
	if facts != "" {
		text = facts + "; then: " + text
	}
	if f.ByHand != "" && !strings.HasPrefix(f.ByHand, "Not worth asking") {
		text += " By hand: " + f.ByHand
	}
	return text
}

func (r *run) markdown(found []finding) string {
	var b strings.Builder
	b.WriteString("| no. | question | the sandbox assumes | the service answered | verdict |\n|---|---|---|---|---|\n")
	cell := strings.NewReplacer("|", "\\|", "\n", " ")
	for _, f := range found {
		fmt.Fprintf(&b, "| %d | %s | %s | %s | %s |\n", f.Number, cell.Replace(f.Text), cell.Replace(f.Assumed), cell.Replace(f.answered()), f.verdict)
	}
	fmt.Fprintf(&b, "\n%s\n", r.summary(found))
	return b.String()
}

// Widths of the columns of the text, which together fit 130 characters.
var widths = []int{3, 9, 32, 38, 40}

func (r *run) text(found []finding) string {
	var b strings.Builder
	row(&b, "no.", "verdict", "question", "the sandbox assumes", "the service answered")
	rule := make([]string, len(widths))
	for i, w := range widths {
		rule[i] = strings.Repeat("-", w)
	}
	row(&b, rule...)
	for _, f := range found {
		row(&b, fmt.Sprint(f.Number), string(f.verdict), f.Text, f.Assumed, f.answered())
	}
	fmt.Fprintf(&b, "\n%s\n", r.summary(found))
	return b.String()
}

// row writes one row over as many lines as its longest cell needs.
func row(b *strings.Builder, cells ...string) {
	wrapped := make([][]string, len(cells))
	lines := 0
	for i, cell := range cells {
		wrapped[i] = wrap(cell, widths[i])
		lines = max(lines, len(wrapped[i]))
	}
	for n := range lines {
		var line strings.Builder
		for i, cell := range wrapped {
			text := ""
			if n < len(cell) {
				text = cell[n]
			}
			line.WriteString(text + strings.Repeat(" ", widths[i]-utf8.RuneCountInString(text)+2))
		}
		b.WriteString(strings.TrimRight(line.String(), " ") + "\n")
	}
}

// wrap breaks text into lines of at most width characters, between words where it can.
func wrap(text string, width int) []string {
	var lines []string
	line := ""
	for _, word := range strings.Fields(text) {
		for utf8.RuneCountInString(word) > width {
			if line != "" {
				lines, line = append(lines, line), ""
			}
			cut := []rune(word)
			lines, word = append(lines, string(cut[:width])), string(cut[width:])
		}
		switch {
		case line == "":
			line = word
		case utf8.RuneCountInString(line)+1+utf8.RuneCountInString(word) <= width:
			line += " " + word
		default:
			lines, line = append(lines, line), word
		}
	}
	return append(lines, line)
}

func (r *run) summary(found []finding) string {
	count := map[verdict]int{}
	for _, f := range found {
		count[f.verdict]++
	}
	return fmt.Sprintf("%d agree, %d differ, %d not asked. %d requests.", count[agrees], count[differs], count[notAsked], r.wire.sent)
}

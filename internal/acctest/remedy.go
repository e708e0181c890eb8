package acctest

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// Message is one error as Terraform prints it, without colours and frame.
type Message string

// Errors are the errors that a command printed.
func (r Result) Errors() []Message {
	var all []Message
	for _, framed := range strings.Split(colours.ReplaceAllString(r.Stdout+"\n"+r.Stderr, ""), "╷")[1:] {
		framed, _, _ = strings.Cut(framed, "╵")
		lines := strings.Split(strings.Trim(framed, "\n"), "\n")
		for i, line := range lines {
			lines[i] = strings.TrimRight(strings.TrimPrefix(strings.TrimPrefix(line, "│"), " "), " ")
		}
		if strings.HasPrefix(lines[0], "Error:") {
			all = append(all, Message(strings.Join(lines, "\n")))
		}
	}
	return all
}

// Remedy is one thing that a message says to do, in a form that leaves nothing to guess.
type Remedy struct {
	// Kind says what Text is: what to set in the environment (NAME=value), what to paste
	// (a block), what to run (a command), or what to write (an argument, name = value).
	Kind, Text string
}

var (
	pasted      = regexp.MustCompile(`(?m)^(?:import|moved|removed|resource "\w+" "<name>") \{\n(?:[ ].*\n|\n)*\}$`)
	environment = regexp.MustCompile(`\b[A-Z][A-Z_]+_[A-Z_]+=[^\s,.)]+`)
	command     = regexp.MustCompile("`((?:terraform|tofu) [^`]+)`")
	written     = regexp.MustCompile(`[Ww]rite (?:[a-z ]+, such as )?(\w+ = (?:"[^"]*"|tray_\w+\.<?\w+>?\.\w+))`)
)

// Remedies are what the message says to do, in the order in which it does.
func (m Message) Remedies() []Remedy {
	var all []Remedy
	text := string(m)
	for _, block := range pasted.FindAllString(text, -1) {
		all = append(all, Remedy{"paste", block})
	}
	prose := strings.Join(strings.Fields(pasted.ReplaceAllString(text, "")), " ") // as it was before it was wrapped
	for _, set := range environment.FindAllString(prose, -1) {
		all = append(all, Remedy{"environment", set})
	}
	for _, run := range command.FindAllStringSubmatch(prose, -1) {
		all = append(all, Remedy{"run", run[1]})
	}
	for _, write := range written.FindAllStringSubmatch(prose, -1) {
		all = append(all, Remedy{"write", write[1]})
	}
	return all
}

var (
	about  = regexp.MustCompile(`(?m)^\s+with (?:module\.\w+\.)?(tray_\w+)\.(\w+)`)
	placed = regexp.MustCompile(`(?m)^\s+on (\S+) line \d+, in (resource|data) "(\w+)" "(\w+)":`)
)

// Follow does all that the message says, and nothing else. It puts name, or the name of
// the resource that the message is about, in place of <name>, as the message asks. What
// goes into the environment holds for the commands that follow.
func (c *CLI) Follow(m Message, name string) {
	c.t.Helper()
	remedies := m.Remedies()
	if len(remedies) == 0 {
		c.t.Fatalf("the message says nothing that could be done:\n%s", m)
	}
	if with := about.FindStringSubmatch(string(m)); name == "" && with != nil {
		name = with[2]
	}
	for _, r := range remedies {
		text := strings.ReplaceAll(r.Text, "<name>", name)
		switch r.Kind {
		case "paste":
			c.Write(fmt.Sprintf("pasted_%d.tf", len(c.files("pasted_"))), text+"\n")
		case "environment":
			c.Environ = append(c.Environ, text)
		case "run":
			args := strings.Fields(text)[1:]
			if slices.Contains([]string{"apply", "destroy"}, args[0]) {
				args = append(args, "-auto-approve", "-input=false") // people answer "yes"
			}
			c.must([]int{0}, args...)
		case "write":
			c.writeArgument(m, text)
		}
	}
}

func (c *CLI) files(prefix string) []string {
	c.t.Helper()
	found, err := filepath.Glob(filepath.Join(c.Dir, prefix+"*"))
	if err != nil {
		c.t.Fatal(err)
	}
	return found
}

// writeArgument puts "name = value" into the block that the message points at, instead of
// the argument of that name, or instead of the line that the message shows.
func (c *CLI) writeArgument(m Message, argument string) {
	c.t.Helper()
	at := placed.FindStringSubmatch(string(m))
	if at == nil {
		c.t.Fatalf("the message says to write %s, and not where:\n%s", argument, m)
	}
	raw, err := os.ReadFile(filepath.Join(c.Dir, at[1]))
	if err != nil {
		c.t.Fatal(err)
	}
	head := fmt.Sprintf("%s %q %q {\n", at[2], at[3], at[4])
	before, rest, found := strings.Cut(string(raw), head)
	body, after, closed := strings.Cut(rest, "\n}")
	if !found || !closed {
		c.t.Fatalf("%s has no %s", at[1], head)
	}
	name, _, _ := strings.Cut(argument, " ")
	old := regexp.MustCompile(`(?m)^ *` + name + ` *= .*$`)
	if old.MatchString(body) {
		body = old.ReplaceAllLiteralString(body, "  "+argument)
	} else {
		body = "  " + argument + "\n" + body
	}
	c.Write(at[1], before+head+body+"\n}"+after)
}

// Lost is who had something before and has it no longer: an account, an open invitation,
// or a membership ("workspace/address").
func Lost(before, after State) []string {
	all := func(s State) []string {
		has := s.Pending()
		for email := range s.Roles() {
			has = append(has, email)
		}
		for at := range s.Access("") {
			has = append(has, at)
		}
		return has
	}
	now := all(after)
	lost := slices.DeleteFunc(all(before), func(one string) bool { return slices.Contains(now, one) })
	slices.Sort(lost)
	return lost
}

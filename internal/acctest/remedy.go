package acctest

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
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
	written     = regexp.MustCompile(`(?:[Ww]rite|set) (?:[a-z ]+, such as )?(\w+ = (?:"[^"]*"|true|false|tray_\w+\.<?\w+>?\.\w+))`)
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

// Reading is what a message leaves to whoever reads it.
type Reading struct {
	// Only is how the text of those remedies begins that fit, "|" apart, of a message that
	// offers more than one ("If …"); "" takes all.
	Only string
	// Names are what to put in place of <name>, <old> and <new>. Without one for <name>, the
	// resource is taken that the message is about.
	Names map[string]string
}

// Follow does all that the message says, and nothing else. What goes into the environment
// holds for the commands that follow; where messages name different numbers, the largest.
func (c *CLI) Follow(m Message, how Reading) {
	c.t.Helper()
	remedies := slices.DeleteFunc(m.Remedies(), func(r Remedy) bool { return !how.fits(r) })
	if len(remedies) == 0 {
		c.t.Fatalf("the message says nothing that could be done (%q):\n%s", how.Only, m)
	}
	for _, r := range remedies {
		text := how.named(m, r.Text)
		switch r.Kind {
		case "paste":
			c.Write(fmt.Sprintf("pasted_%d.tf", len(c.files("pasted_"))), text+"\n")
		case "environment":
			c.raise(text)
		case "run":
			c.must([]int{0}, asTyped(m, text)...)
		case "write":
			c.writeArgument(m, text)
		}
	}
}

func (how Reading) fits(r Remedy) bool {
	return slices.ContainsFunc(strings.Split(how.Only, "|"), func(beginning string) bool { return strings.HasPrefix(r.Text, beginning) })
}

// named puts names in place of what stands for them in the text of a remedy.
func (how Reading) named(m Message, text string) string {
	names := maps.Clone(how.Names)
	if names == nil {
		names = map[string]string{}
	}
	if with := about.FindStringSubmatch(string(m)); with != nil && names["<name>"] == "" {
		names["<name>"] = with[2]
	}
	for place, name := range names {
		text = strings.ReplaceAll(text, place, name)
	}
	return text
}

// asTyped are the arguments of a command: people answer "yes", and say which resource they
// take out of the state.
func asTyped(m Message, line string) []string {
	args := strings.Fields(line)[1:]
	switch {
	case args[0] == "apply", args[0] == "destroy":
		args = append(args, "-auto-approve", "-input=false")
	case line == "terraform state rm":
		if with := about.FindStringSubmatch(string(m)); with != nil {
			args = append(args, with[1]+"."+with[2])
		}
	}
	return args
}

// raise sets a variable, NAME=value, unless it has a larger number already.
func (c *CLI) raise(variable string) {
	name, value, _ := strings.Cut(variable, "=")
	for i, set := range c.Environ {
		was, known := strings.CutPrefix(set, name+"=")
		if !known {
			continue
		}
		larger, err := strconv.Atoi(value)
		if before, e := strconv.Atoi(was); err != nil || e != nil || before < larger {
			c.Environ[i] = variable
		}
		return
	}
	c.Environ = append(c.Environ, variable)
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

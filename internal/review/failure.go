package review

import (
	"fmt"
	"io"
	"os"
	"regexp"
	"strings"
)

// maxFailure bounds what is read of a log, and maxLines what is shown of an error.
const (
	maxFailure = 8 << 20
	maxLines   = 40
)

// secretNames are environment variables whose values no comment may have, whatever printed them.
var secretNames = regexp.MustCompile(`(?i)token|secret|passw|passphrase|credential|private|_key`)

// escapes are the colours of a terminal.
var escapes = regexp.MustCompile("\x1b\\[[0-9;]*m")

// failed writes what a reviewer needs of a plan that failed: the first error, and how many
// there are. The log is what the command line printed on standard error.
func failed(log io.Reader, environ []string) (string, error) {
	raw, err := io.ReadAll(io.LimitReader(log, maxFailure))
	if err != nil {
		return "", err
	}
	errors := errorsIn(masked(escapes.ReplaceAllString(string(raw), ""), environ))
	if len(errors) == 0 {
		return "**There is no plan: planning failed.** The log says why.\n", nil
	}
	count := "with " + many(len(errors), "error", "errors")
	if len(errors) > 1 {
		count += ", of which this is the first"
	}
	return fmt.Sprintf("**There is no plan: planning failed** %s:\n\n%s", count, fenced(errors[0])), nil
}

// masked puts asterisks where the values of secret variables are: the services that run
// pipelines do so in their logs, and not in comments.
func masked(text string, environ []string) string {
	for _, variable := range environ {
		name, value, _ := strings.Cut(variable, "=")
		if value = strings.TrimSpace(value); len(value) >= 8 && secretNames.MatchString(name) {
			text = strings.ReplaceAll(text, value, "***")
		}
	}
	return text
}

// errorsIn finds the errors, in the frames that they have in colour or without, as -no-color
// leaves them.
func errorsIn(text string) (all [][]string) {
	var current []string
	end := func() {
		if len(current) > 0 && strings.HasPrefix(current[0], "Error: ") {
			all = append(all, withoutValues(current))
		}
		current = nil
	}
	framed := strings.Contains(text, "╷\n│")
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\r\n")
		begins := strings.HasPrefix(line, "Error: ") || strings.HasPrefix(line, "Warning: ")
		switch {
		case framed && strings.HasPrefix(line, "╵"):
			end()
		case framed && strings.HasPrefix(line, "╷"):
			current = nil
		case framed:
			current = append(current, strings.TrimPrefix(strings.TrimPrefix(line, "│"), " "))
		case begins:
			end()
			current = []string{line}
		case current != nil:
			current = append(current, line)
		}
	}
	if !framed {
		end()
	}
	return all
}

// withoutValues leaves out the values of variables that both command lines add below the
// line of the configuration.
func withoutValues(lines []string) (kept []string) {
	values := false
	for _, line := range lines {
		text := strings.TrimSpace(line)
		values = strings.HasPrefix(text, "├") || values && strings.HasPrefix(text, "│")
		if !values {
			kept = append(kept, clean(line))
		}
	}
	return kept
}

// fenced writes lines as code, between fences that none of them can end.
func fenced(lines []string) string {
	if len(lines) > maxLines {
		lines = append(lines[:maxLines:maxLines], "…")
	}
	text := strings.TrimSpace(strings.Join(lines, "\n"))
	fence := "```"
	for strings.Contains(text, fence) {
		fence += "`"
	}
	return fence + "text\n" + text + "\n" + fence + "\n"
}

// tellFailure is the command with -failed.
func (a arguments) tellFailure(stdin io.Reader, stdout, stderr io.Writer) int {
	log := stdin
	if a.path != "-" {
		f, err := os.Open(a.path)
		if err != nil {
			fmt.Fprintln(stderr, "Error:", err)
			return exitError
		}
		defer f.Close()
		log = f
	}
	text, err := failed(log, os.Environ())
	if err == nil {
		_, err = io.WriteString(stdout, text)
	}
	if err != nil {
		fmt.Fprintln(stderr, "Error: could not tell the failure:", err)
		return exitError
	}
	return exitFine
}

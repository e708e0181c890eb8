package artifact

import (
	"errors"
	"io/fs"
	"strconv"
	"unicode/utf8"
)

// Error is why a zip is refused. It never quotes what a file in it holds, except for the
// fields of connector.json.
type Error struct {
	// Entry is the name of the entry that is to blame, "" for the zip as a whole.
	Entry string
	// Problem is what is wrong, as the end of a sentence that begins with the zip or the entry.
	Problem string
	// Remedy is what to do, a sentence without its full stop.
	Remedy string

	err error
}

// Error is "The zip …" or "The zip's entry "…" …", then what to do.
func (e *Error) Error() string {
	text := "The zip "
	if e.Entry != "" {
		text += "is refused: its entry " + quote(e.Entry) + " "
	}
	text += e.Problem + "."
	if e.Remedy != "" {
		text += " " + e.Remedy + "."
	}
	return text
}

// Unwrap returns the error of the file system, if there was one.
func (e *Error) Unwrap() error { return e.err }

const (
	remedyBuild   = "Build the connector again with Tray's CDK, and do not pack the zip by other means"
	remedyContent = "Leave out what the connector does not need, such as node_modules, and build it again"
)

func damaged(problem string) *Error {
	return &Error{Problem: problem + ": it is damaged, was cut off, or is something else", Remedy: remedyBuild}
}

func refuse(entry, problem string) *Error {
	return &Error{Entry: entry, Problem: problem, Remedy: remedyBuild}
}

// quote is a name made fit for a terminal and for one line.
func quote(name string) string {
	const longest = 120
	if len(name) > longest {
		cut := longest
		for cut > 0 && !utf8.RuneStart(name[cut]) {
			cut--
		}
		name = name[:cut] + "…"
	}
	return strconv.QuoteToGraphic(name)
}

// reason is an error of the file system without the path, which the caller names.
func reason(err error) string {
	var path *fs.PathError
	if errors.As(err, &path) {
		return path.Err.Error()
	}
	return err.Error()
}

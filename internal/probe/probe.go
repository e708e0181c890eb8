// Package probe asks a Tray organization the questions that Tray's documents leave open, and compares what it answers with
// what the sandbox assumes. It speaks plain HTTP and imports nothing of ours: a client that is lenient, or wrong in the way the
// sandbox is wrong, would not see what the wire says.
package probe

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Question is one numbered assumption of the sandbox, as main hands it over.
type Question struct {
	Number  int
	Text    string
	Assumed string
	ByHand  string // How a human would ask it.
}

// how a question is asked.
type how string

const (
	reading how = "reading" // GET only.
	writing how = "writing" // Makes throwaway people, memberships, invitations; only with -write.
	byHand  how = "by hand" // Not by this program.
)

// entry is a row of the table: how one question is asked, and what that takes.
type entry struct {
	number   int
	how      how
	why      string   // Of byHand: what keeps the program from asking.
	variable string   // The environment variable whose token it needs beside the main one, or empty.
	most     int      // Requests at most, those included that make people whom no other question has made before.
	people   []string // Throwaway people it may make.
	invites  []string // Addresses it may invite.
	attempts []string // People and addresses that the service should refuse to make or invite.
	notes    []string // What else it changes for a while.
	ask      func(*asking)
}

func reads(number, most int, ask func(*asking)) entry {
	return entry{number: number, how: reading, most: most, ask: ask}
}

func writes(number, most int, ask func(*asking)) entry {
	return entry{number: number, how: writing, most: most, ask: ask}
}

func human(number int, why string) entry { return entry{number: number, how: byHand, why: why} }

func (e entry) with(variable string) entry     { e.variable = variable; return e }
func (e entry) making(people ...string) entry  { e.people = people; return e }
func (e entry) inviting(who ...string) entry   { e.invites = who; return e }
func (e entry) trying(who ...string) entry     { e.attempts = who; return e }
func (e entry) noting(changes ...string) entry { e.notes = changes; return e }

// Asks tells in a few words whether the program asks a question: for documentation. It is empty for a number that the table
// does not know.
func Asks(number int) string {
	e, known := find(number)
	switch {
	case !known:
		return ""
	case e.how == byHand:
		return "no: " + e.why
	case e.variable != "":
		return fmt.Sprintf("%s, with `%s`", e.how, e.variable)
	}
	return string(e.how)
}

func find(number int) (entry, bool) {
	i := slices.IndexFunc(table, func(e entry) bool { return e.number == number })
	if i < 0 {
		return entry{}, false
	}
	return table[i], true
}

// parseNumbers reads a list such as 1,4-9.
func parseNumbers(list string) ([]int, error) {
	var all []int
	for part := range strings.SplitSeq(list, ",") {
		from, to, isRange := strings.Cut(strings.TrimSpace(part), "-")
		if !isRange {
			to = from
		}
		first, err := strconv.Atoi(from)
		last, err2 := strconv.Atoi(to)
		if err != nil || err2 != nil || first < 1 || last < first {
			return nil, fmt.Errorf("%q is not a number or a range such as 4-9", part)
		}
		if last > 10_000 {
			return nil, fmt.Errorf("there is no question %d", last)
		}
		for n := first; n <= last; n++ {
			all = append(all, n)
		}
	}
	slices.Sort(all)
	return slices.Compact(all), nil
}

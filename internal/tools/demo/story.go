package main

import (
	"fmt"
	"io"
	"path/filepath"
)

// story writes what the reader sees.
type story struct {
	out    io.Writer
	colour bool
}

func (s story) heading(text string) {
	if s.colour {
		text = "\x1b[1;36m" + text + "\x1b[0m"
	}
	fmt.Fprintf(s.out, "\n== %s\n", text)
}

func (s story) say(format string, args ...any) { fmt.Fprintf(s.out, format+"\n", args...) }

// tell shows what a plan changes, a line for each, and of many instances of one resource the first few.
func (s story) tell(changes []change) {
	const few = 4
	for len(changes) > 0 {
		same := 1
		for same < len(changes) && changes[same].kind() == changes[0].kind() {
			same++
		}
		shown := same
		if same > few {
			shown = few - 1
		}
		for _, c := range changes[:shown] {
			s.say("  %s", c)
		}
		if shown < same {
			s.say("      … and %d more of %s", same-shown, changes[0].resource())
		}
		changes = changes[same:]
	}
}

// nowYou hands over.
func (s story) nowYou(cli, playground, env string) {
	if short, err := filepath.Rel(playground, env); err == nil {
		env = short
	}
	s.heading("Now you: the organization of this story is still there")
	s.say("  cd %s", playground)
	s.say("  . %s   # puts this %s and the provider on PATH", env, cli)
	s.say("  terraform-provider-tray sandbox people   # who is in it, and in which workspace")
	s.say("  terraform-provider-tray sandbox          # serves it until Ctrl-C; its last line is a link to a page to click in")
	s.say("Change somebody in the page, or edit main.tf. Then, in another shell, the first two lines again, and: %s plan.", cli)
	s.say("The next `make demo` begins afresh.")
}

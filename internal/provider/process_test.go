package provider

import (
	"os"
	"slices"
	"testing"
)

func TestStartedBy_isTheSubcommand(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"terraform", "test"}, "test"},
		{[]string{"/usr/bin/tofu", "-chdir=layout", "test", "-verbose"}, "test"},
		{[]string{"terraform", "apply", "test"}, "apply"}, // a saved plan of that name
		{[]string{"terraform", "-chdir=test", "plan"}, "plan"},
		{[]string{"terraform"}, ""},
		{[]string{"/usr/local/go/bin/go", "test", "./..."}, ""},
		{nil, ""},
	} {
		if got := subcommandOf(c.args); got != c.want {
			t.Errorf("%q: %q", c.args, got)
		}
	}
	own, ok := commandLine(os.Getpid())
	if !ok || !slices.Equal(own, os.Args) {
		t.Errorf("the command line of this process reads %q (%v), want %q", own, ok, os.Args)
	}
}

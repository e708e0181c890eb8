package provider

import (
	"os"
	"slices"
	"testing"
)

func TestKeptForTests_isTheSubcommandTest(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		args []string
		want bool
	}{
		{[]string{"terraform", "test"}, true},
		{[]string{"/usr/bin/tofu", "-chdir=layout", "test", "-verbose"}, true},
		{[]string{"terraform", "apply", "test"}, false}, // a saved plan of that name
		{[]string{"terraform", "-chdir=test", "plan"}, false},
		{[]string{"terraform"}, false},
		{[]string{"/usr/local/go/bin/go", "test", "./..."}, false},
		{nil, false},
	} {
		if got := isTestCommand(c.args); got != c.want {
			t.Errorf("%q: %v", c.args, got)
		}
	}
	own, ok := commandLine(os.Getpid())
	if !ok || !slices.Equal(own, os.Args) {
		t.Errorf("the command line of this process reads %q (%v), want %q", own, ok, os.Args)
	}
}

package provider

import (
	"os"
	"slices"
	"strings"
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

func TestStartedBy_knowsTheParallelism(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		args, all, plan string
		want            string
	}{
		{"terraform plan", "", "", ""},
		{"terraform plan -parallelism=1", "", "", "1"},
		{"terraform plan --parallelism 1 -out=x", "", "", "1"},
		{"terraform plan -parallelism=10", "", "", "10"},
		{"terraform plan -parallelism=1 -parallelism=4", "", "", "4"},
		{"terraform plan -out=parallelism=1", "", "", ""},
		{"terraform plan", "-parallelism=1", "", "1"},
		{"terraform plan", "", "-no-color -parallelism=1", "1"},
		{"terraform plan", "-parallelism=3", "-parallelism=1", "3"},
		{"terraform plan -parallelism=2", "-parallelism=1", "", "2"},
		{"terraform plan -parallelism", "", "", ""},
	} {
		env := map[string]string{"TF_CLI_ARGS": c.all, "TF_CLI_ARGS_plan": c.plan}
		if got := option("parallelism", "plan", strings.Fields(c.args), func(name string) string { return env[name] }); got != c.want {
			t.Errorf("%+v: %q", c, got)
		}
	}
}

func TestStartedBy_knowsTheSavedPlan(t *testing.T) {
	t.Parallel()
	for line, want := range map[string]string{
		"terraform apply saved":                           "saved",
		"tofu -chdir=x apply -input=false plans/p.tfplan": "plans/p.tfplan",
		"terraform apply":                                 "",
		"terraform apply -auto-approve":                   "",
		"terraform plan -out saved":                       "",
		"terraform destroy saved":                         "",
		"terraform":                                       "",
	} {
		args := strings.Fields(line)
		if got := savedPlan(subcommandOf(args), args); got != want {
			t.Errorf("%s: %q", line, got)
		}
	}
}

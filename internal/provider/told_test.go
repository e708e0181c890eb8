package provider

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// A cause is explained once in each plan and each apply, however long the process lives;
// what has a reason of its own always says it.
func TestTold_explainsACauseOnceARun(t *testing.T) {
	var said told
	explains := func(summary, detail string) bool {
		in := []*tfprotov6.Diagnostic{{Severity: tfprotov6.DiagnosticSeverityError, Summary: summary, Detail: detail}}
		return said.shorten(in)[0].Detail != ""
	}
	const expired = "The token has expired. HTTP 401, request req_"
	said.turn(false)
	for i, step := range []struct {
		before func()
		detail string
		want   bool
	}{
		{nil, expired + "1", true},
		{nil, expired + "2", false},
		{nil, "Another reason.", true},
		{func() { said.turn(true) }, expired + "3", true}, // the apply
		{func() { said.turn(true) }, expired + "4", false},
		{func() { said.turn(false) }, expired + "5", true}, // the next plan of the same process
		{said.again, expired + "6", true},                  // configured anew
	} {
		if step.before != nil {
			step.before()
		}
		if got := explains("Could not read the user", step.detail); got != step.want {
			t.Errorf("step %d: explained %t, want %t", i, got, step.want)
		}
	}
	two := []*tfprotov6.Diagnostic{{Summary: "a", Detail: "Remove it."}, {Summary: "b", Detail: "Remove it."}}
	for _, d := range two {
		d.Severity = tfprotov6.DiagnosticSeverityError
	}
	if said.shorten(two); two[0].Detail == "" || two[1].Detail == "" {
		t.Error("one of two arguments of an object is not explained")
	}
	warning := []*tfprotov6.Diagnostic{{Severity: tfprotov6.DiagnosticSeverityWarning, Summary: "w", Detail: expired + "7"}}
	if said.shorten(warning)[0].Detail == "" {
		t.Error("a warning is shortened, which Terraform folds itself")
	}
}

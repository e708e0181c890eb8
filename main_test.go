package main

import (
	"strings"
	"testing"
)

func TestMain_byHand(t *testing.T) {
	t.Setenv("TF_PLUGIN_MAGIC_COOKIE", "") // as in a shell
	t.Setenv("TRAY_API_TOKEN", "")
	t.Setenv("TRAY_API_URL", "")
	for name, c := range map[string]struct {
		args           []string
		code           int
		stdout, stderr string
	}{
		"nothing":          {nil, 2, "", "Terraform and OpenTofu start it themselves"},
		"help":             {[]string{"-help"}, 0, "sandbox [flags]", ""},
		"version":          {[]string{"-version"}, 0, "terraform-provider-tray dev", ""},
		"unknown flag":     {[]string{"-nonsense"}, 2, "", "-nonsense"},
		"probe usage":      {[]string{"probe", "-h"}, 0, "", "TRAY_API_TOKEN"},
		"probe needs more": {[]string{"probe", "-only", "9999"}, 2, "", "Error: "},
		"review usage":     {[]string{"review", "-h"}, 0, "PLAN.json", ""},
		"review needs one": {[]string{"review"}, 1, "", "Error: give one plan"},
		"act usage":        {[]string{"act"}, 2, "", "resend-invite"},
		"act needs a flag": {[]string{"act", "publish-solution"}, 2, "", "-solution-id must be given"},
		"unknown argument": {[]string{"nonsense"}, 2, "", "sandbox [flags]"},
	} {
		t.Run(name, func(t *testing.T) {
			var stdout, stderr strings.Builder
			if code := run(c.args, &stdout, &stderr); code != c.code {
				t.Errorf("code %d, want %d", code, c.code)
			}
			if !strings.Contains(stdout.String(), c.stdout) || !strings.Contains(stderr.String(), c.stderr) {
				t.Errorf("stdout %q, stderr %q", stdout.String(), stderr.String())
			}
		})
	}
}

package pipelines

import (
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// The guide's table of environments is what the workflows use: each secret in each.
func TestGuide_pipelineNamesEveryEnvironmentAndSecret(t *testing.T) {
	b := &bench{t: t}
	guide := b.content("../../templates/guides/pipeline.md.tmpl")
	files, err := filepath.Glob(filepath.Join(examples, "pipelines/github/.github/workflows/*.yml"))
	b.must(err)
	uses := map[string]map[string]bool{}
	for _, file := range files {
		_, jobs, _ := readWorkflow(b, filepath.Base(file))
		for _, j := range jobs {
			for _, s := range j.Steps {
				for _, value := range s.Env {
					if m := regexp.MustCompile(`secrets\.(\w+)`).FindStringSubmatch(value); m != nil {
						if uses[j.Environment] == nil {
							uses[j.Environment] = map[string]bool{}
						}
						uses[j.Environment][m[1]] = true
					}
				}
			}
		}
	}
	if len(uses) != len(environments) {
		t.Errorf("secrets are used in %v", uses)
	}
	for environment, secrets := range uses {
		row := regexp.MustCompile("(?m)^\\| `" + environment + "` \\|.*$").FindString(guide)
		if strings.Count(row, "`") != 2+2*len(secrets) {
			t.Errorf("%s uses %v, and the guide says %q", environment, secrets, row)
		}
		for secret := range secrets {
			if !strings.Contains(row, "`"+secret+"`") {
				t.Errorf("%s uses %s, and the guide says %q", environment, secret, row)
			}
		}
		if strings.Contains(row, "| main |") != environments[environment] {
			t.Errorf("the tests let %s have other branches than %q", environment, row)
		}
	}
}

// The variables of GitLab's file are those of its head and of the guide.
func TestGuide_pipelineNamesEveryVariableOfGitLab(t *testing.T) {
	b := &bench{t: t}
	guide, file := b.content("../../templates/guides/pipeline.md.tmpl"), b.content(filepath.Join(examples, "pipelines/gitlab/.gitlab-ci.yml"))
	names := map[string]bool{"TRAY_API_TOKEN": true} // the provider reads it
	for _, m := range regexp.MustCompile(`\$(TRAY_\w+|PLAN_\w+)`).FindAllStringSubmatch(file, -1) {
		names[m[1]] = true
	}
	if len(names) != 4 {
		t.Errorf("the file uses %v", names)
	}
	for name := range names {
		if !strings.Contains(guide, "| `"+name+"` |") || !strings.Contains(file, "#   "+name+" ") {
			t.Errorf("%s is not told", name)
		}
	}
}

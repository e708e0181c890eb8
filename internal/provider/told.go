package provider

import (
	"regexp"
	"strings"
	"sync"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// told remembers what the errors of a run have explained, so that one cause is explained
// once: a token that has expired fails every object of an organization. It looks at what
// goes out to Terraform, as only that is read by anybody.
type told struct {
	mu       sync.Mutex
	applying bool
	details  map[string]bool
	rules    map[string]bool // by code: the page was named
}

// rulesPage has an anchor for each code.
const rulesPage = "https://registry.terraform.io/providers/tray-community/tray/latest/docs/guides/rules#"

var ruleCode = regexp.MustCompile(`^TRAY\d{3}\b`)

// undecided is an error of which each object's says the same of itself.
var undecided = regexp.MustCompile(`Whether the .* is gone or hidden from this token cannot be told`)

// cause is what errors of one cause have in common.
func cause(detail string) string {
	if undecided.MatchString(detail) {
		return "gone or hidden"
	}
	return requestID.ReplaceAllString(detail, "")
}

// requestID is what differs between two errors of one cause.
var requestID = regexp.MustCompile(`, request \S+`)

// again forgets everything: the provider is configured for another walk.
func (t *told) again() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.details, t.rules = nil, nil
}

// turn says that something is refreshed, or applied. Some processes serve one plan and
// apply after the other, and each of them explains anew.
func (t *told) turn(applying bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.applying != applying {
		t.applying, t.details, t.rules = applying, nil, nil
	}
}

// shorten leaves the summary alone of an error that says why in the words of an earlier
// object's. Two errors of one object are about two of its arguments, and stay. The first
// error of each rule ends with the place where the rule is explained.
func (t *told) shorten(diags []*tfprotov6.Diagnostic) []*tfprotov6.Diagnostic {
	t.mu.Lock()
	defer t.mu.Unlock()
	var keys []string
	for i, d := range diags {
		if d.Severity != tfprotov6.DiagnosticSeverityError || d.Detail == "" {
			continue
		}
		key := cause(d.Detail)
		if t.details[key] {
			short := *d // the error may be shared
			short.Summary, short.Detail = d.Summary+", for the same reason as above or below", ""
			diags[i] = &short
			continue
		}
		keys = append(keys, key)
		diags[i] = t.withPage(d)
	}
	for _, key := range keys {
		if t.details == nil {
			t.details = map[string]bool{}
		}
		t.details[key] = true
	}
	return diags
}

// withPage is the error with the address of its rule's page, unless another error of the
// run has named it. It wants t.mu.
func (t *told) withPage(d *tfprotov6.Diagnostic) *tfprotov6.Diagnostic {
	code := ruleCode.FindString(d.Summary)
	if code == "" || t.rules[code] {
		return d
	}
	if t.rules == nil {
		t.rules = map[string]bool{}
	}
	t.rules[code] = true
	with := *d // the error may be shared
	with.Detail = strings.TrimRight(d.Detail, "\n") + "\n\n" + rulesPage + strings.ToLower(code)
	return &with
}

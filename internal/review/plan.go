package review

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
)

// maxPlan bounds what is read. A plan of 10,000 memberships is 40 MB.
const maxPlan = 512 << 20

// plan is what `show -json` prints of a plan file, as far as a review needs it. The
// fields are those of both command lines' format 1.x; what only one of them writes is
// absent in the other's.
type plan struct {
	FormatVersion   string             `json:"format_version"`
	Timestamp       string             `json:"timestamp"` // when it was made
	ResourceChanges []resourceChange   `json:"resource_changes"`
	ResourceDrift   []resourceChange   `json:"resource_drift"`
	Deferred        []deferredChange   `json:"deferred_changes"`
	Actions         []actionInvocation `json:"action_invocations"`
	Outputs         map[string]change  `json:"output_changes"`
	PriorState      struct {
		Values stateValues `json:"values"`
	} `json:"prior_state"`
	PlannedValues stateValues     `json:"planned_values"`
	Configuration configuration   `json:"configuration"`
	Checks        []check         `json:"checks"`
	Errored       bool            `json:"errored"`
	Complete      *bool           `json:"complete"` // absent: OpenTofu, and Terraform before 1.8
	Values        json.RawMessage `json:"values"`   // of a state; a plan has none
}

type resourceChange struct {
	Address         string `json:"address"`
	PreviousAddress string `json:"previous_address"`
	ModuleAddress   string `json:"module_address"`
	Mode            string `json:"mode"`
	Type            string `json:"type"`
	Name            string `json:"name"`
	Index           any    `json:"index"`
	Deposed         string `json:"deposed"`
	Change          change `json:"change"`
}

type change struct {
	Actions         []string        `json:"actions"`
	Before          any             `json:"before"`
	After           any             `json:"after"`
	AfterUnknown    any             `json:"after_unknown"`
	BeforeSensitive any             `json:"before_sensitive"`
	AfterSensitive  any             `json:"after_sensitive"`
	Importing       json.RawMessage `json:"importing"`
}

type deferredChange struct {
	Reason string         `json:"reason"`
	Change resourceChange `json:"resource_change"`
}

type actionInvocation struct {
	Address string `json:"address"`
	Type    string `json:"type"`
	// Trigger is empty of an action that is invoked by hand (-invoke).
	Trigger struct {
		Address   string `json:"triggering_resource_address"`
		Event     string `json:"action_trigger_event"`
		OnFailure string `json:"on_failure"`
	} `json:"lifecycle_action_trigger"`
}

type stateValues struct {
	Root module `json:"root_module"`
}

type module struct {
	Resources []stateResource `json:"resources"`
	Children  []module        `json:"child_modules"`
}

type stateResource struct {
	Address   string         `json:"address"`
	Mode      string         `json:"mode"`
	Type      string         `json:"type"`
	Values    map[string]any `json:"values"`
	Sensitive any            `json:"sensitive_values"`
}

type check struct {
	Address struct {
		Display string `json:"to_display"`
	} `json:"address"`
	Status    string `json:"status"`
	Instances []struct {
		Status   string `json:"status"`
		Problems []struct {
			Message string `json:"message"`
		} `json:"problems"`
	} `json:"instances"`
}

type configuration struct {
	Providers map[string]providerConfig `json:"provider_config"`
	Root      configModule              `json:"root_module"`
}

type providerConfig struct {
	Name        string                     `json:"name"`
	FullName    string                     `json:"full_name"`
	Expressions map[string]json.RawMessage `json:"expressions"`
}

// isTray reports whether it is this provider, whatever the configuration calls it.
func (b providerConfig) isTray() bool {
	return b.Name == "tray" || strings.HasSuffix(b.FullName, "/tray")
}

type configModule struct {
	Resources []configResource        `json:"resources"`
	Calls     map[string]moduleCall   `json:"module_calls"`
	Outputs   map[string]configOutput `json:"outputs"`
}

type configResource struct {
	Address     string                     `json:"address"`
	Provider    string                     `json:"provider_config_key"`
	Expressions map[string]json.RawMessage `json:"expressions"`
	ForEach     expression                 `json:"for_each_expression"`
}

type moduleCall struct {
	Expressions map[string]json.RawMessage `json:"expressions"`
	ForEach     expression                 `json:"for_each_expression"`
	Module      configModule               `json:"module"`
}

type configOutput struct {
	Expression expression `json:"expression"`
}

type expression struct {
	Constant   any      `json:"constant_value"`
	References []string `json:"references"`
}

// parse reads one plan of at most limit bytes. It refuses what else the command lines print as JSON, because a
// review of the wrong file that says "nothing changes" would be believed.
func parse(r io.Reader, limit int64) (*plan, error) {
	limited := &io.LimitedReader{R: r, N: limit + 1}
	d := json.NewDecoder(limited)
	d.UseNumber() // ids and limits are shown as they are written
	p := &plan{}
	err := d.Decode(p)
	switch {
	case limited.N <= 0:
		return nil, fmt.Errorf("the plan is larger than %d bytes, which is more than this reads", limit)
	case errors.Is(err, io.EOF):
		return nil, errors.New("there is nothing to read: the plan is empty")
	case err != nil:
		return nil, fmt.Errorf("this is no plan in JSON (%s); make one with `terraform show -json PLANFILE`, or `tofu show -json PLANFILE`", problem(err))
	case p.FormatVersion == "":
		return nil, errors.New("this is JSON, but no plan: it has no format_version. " +
			"`terraform plan -json` prints a log; save the plan with -out and print it with `terraform show -json PLANFILE`")
	case len(p.Values) > 0:
		return nil, errors.New("this is a state, not a plan; name the plan file: `terraform show -json PLANFILE`")
	case !strings.HasPrefix(p.FormatVersion, "1."):
		return nil, fmt.Errorf("the plan has format %q, and only 1.x can be read; Terraform 1.1 or later, or OpenTofu, writes that", p.FormatVersion)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("after the plan there is more text; give one plan, as `terraform show -json PLANFILE` prints it")
	}
	return p, nil
}

// problem says what is wrong without quoting the document, which may hold secrets: an
// error about a type names the Go type and the field, one about syntax a character.
func problem(err error) string {
	var mismatch *json.UnmarshalTypeError
	var syntax *json.SyntaxError
	switch {
	case errors.As(err, &mismatch):
		return fmt.Sprintf("a value of another kind than expected at byte %d", mismatch.Offset)
	case errors.As(err, &syntax):
		return fmt.Sprintf("a mistake at byte %d", syntax.Offset)
	case errors.Is(err, io.ErrUnexpectedEOF):
		return "it ends too early"
	}
	return "it cannot be read"
}

// step is what a change does to an object, from the list of actions, whose order says
// whether a replacement destroys or creates first.
type step string

const (
	stepNone    step = "no-op"
	stepRead    step = "read"
	stepCreate  step = "create"
	stepUpdate  step = "update"
	stepDelete  step = "delete"
	stepReplace step = "replace"
	stepForget  step = "forget"
	stepRenew   step = "forget and create" // a replacement that leaves the old object in place
	stepUnknown step = "unknown"
)

func (c change) step() step {
	actions := strings.Join(c.Actions, ",")
	switch actions {
	case "no-op", "":
		return stepNone
	case "read", "open", "renew", "close":
		return stepRead
	case "create", "update", "delete", "forget":
		return step(actions)
	case "delete,create", "create,delete":
		return stepReplace
	case "forget,create", "create,forget":
		return stepRenew
	}
	return stepUnknown
}

// managed reports whether it is about an object, and not about a read of a data source,
// which both command lines list among changes and drift.
func (r resourceChange) managed() bool { return r.Mode == "managed" }

// id names the change: a deposed object shares the address of the current one.
func (r resourceChange) id() string {
	if r.Deposed != "" {
		return r.Address + " (deposed object " + r.Deposed + ")"
	}
	return r.Address
}

func (r resourceChange) imports() bool {
	return len(r.Change.Importing) > 0 && string(r.Change.Importing) != "null"
}

func (r resourceChange) before() values {
	return valuesOf(r.Change.Before, nil, r.Change.BeforeSensitive)
}

func (r resourceChange) after() values {
	return valuesOf(r.Change.After, r.Change.AfterUnknown, r.Change.AfterSensitive)
}

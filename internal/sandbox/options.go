package sandbox

import (
	"bytes"
	"encoding/json"
	"time"

	"github.com/tray-community/terraform-provider-tray/internal/sandbox/engine"
)

// Options are the switches of /_sandbox/options: quirks of the wire, and guesses that a
// test may want the other way round.
type Options struct {
	ListElements      string  `json:"list_elements"` // full or sparse: what the elements of user and member lists carry
	TypeShape         string  `json:"type_shape"`    // string or object: "Shared" or {"Shared":{}}
	OmitEmptyElements bool    `json:"omit_empty_elements"`
	PageSize          int     `json:"page_size"` // of a list that was asked for without first and last
	Rate              float64 `json:"rate"`      // requests per second and token; 0 is no limit
	Burst             int     `json:"burst"`     // 0 is five thirds of the rate, as Tray documents 50 over 30
	Latency           string  `json:"latency"`   // added to every request, as a Go duration
	Management        bool    `json:"management"`
	SSO               bool    `json:"sso"`
	AutoAccept        bool    `json:"auto_accept"` // who is invited accepts at once: a test has nobody to do that

	DeploymentDuration string `json:"deployment_duration"` // of a connector's deployment, as a Go duration
	DeploymentFailure  string `json:"deployment_failure"`  // why new deployments fail; empty: they do not
	SubscriptionDelay  string `json:"subscription_delay"`  // how long a subscription is being created
	InstanceDelay      string `json:"instance_delay"`      // how long an instance of a solution cannot be enabled

	WorkspaceAdminTokens         bool `json:"workspace_admin_tokens"`         // an organization setting
	ServicesBlockDeletion        bool `json:"services_block_deletion"`        // assumption 24
	ProtectLastAdmin             bool `json:"protect_last_admin"`             // assumption 10
	ContributorsCreateWorkspaces bool `json:"contributors_create_workspaces"` // as one current page says, against the others
}

// DefaultOptions are the options of a new sandbox. Pages are small on purpose: a client
// that forgets to page notices soon.
func DefaultOptions() Options {
	return Options{ListElements: "full", TypeShape: "string", PageSize: 10, Latency: "0s", Management: true, ProtectLastAdmin: true,
		DeploymentDuration: "2s", SubscriptionDelay: "0s", InstanceDelay: "0s"}
}

func (o Options) latency() time.Duration {
	d, _ := time.ParseDuration(o.Latency) // checked when it was set
	return d
}

func (o Options) validate() error {
	for name, text := range map[string]string{"latency": o.Latency, "deployment_duration": o.DeploymentDuration, "subscription_delay": o.SubscriptionDelay, "instance_delay": o.InstanceDelay} {
		if d, err := time.ParseDuration(text); err != nil || d < 0 {
			return engine.BadRequest("%s must be a duration such as 100ms, got %q", name, text)
		}
	}
	switch {
	case o.ListElements != "full" && o.ListElements != "sparse":
		return engine.BadRequest("list_elements must be full or sparse, got %q", o.ListElements)
	case o.TypeShape != "string" && o.TypeShape != "object":
		return engine.BadRequest("type_shape must be string or object, got %q", o.TypeShape)
	case o.PageSize < 1 || o.PageSize > maxOrganizationPage:
		return engine.BadRequest("page_size must be from 1 to %d, got %d", maxOrganizationPage, o.PageSize)
	case o.Rate < 0 || o.Burst < 0:
		return engine.BadRequest("rate and burst cannot be negative")
	}
	return nil
}

// changed applies a JSON object of some options and validates the result.
func (o Options) changed(patch []byte) (Options, error) {
	d := json.NewDecoder(bytes.NewReader(patch))
	d.DisallowUnknownFields() // a misspelt switch that does nothing would make a test pass for the wrong reason
	if err := d.Decode(&o); err != nil {
		return o, engine.BadRequest("Not a JSON object of options: %s", err)
	}
	return o, o.validate()
}

func (o Options) encode() string {
	b, err := json.Marshal(o)
	if err != nil {
		panic(err) // plain fields always encode
	}
	return string(b)
}

// wireType renders a workspace or account type. The vendor's document draws types as
// empty objects named by the type; a real client sees plain strings. Both are options.
func (o Options) wireType(name string) any {
	if o.TypeShape == "object" {
		return map[string]any{name: struct{}{}}
	}
	return name
}

func getOptions(c *call) (answer, error) { return ok(c.options) }

func patchOptions(c *call) (answer, error) {
	changed, err := c.options.changed(c.body)
	if err != nil {
		return answer{}, err
	}
	if _, err := c.tx.Exec("UPDATE organization SET options = ?", changed.encode()); err != nil {
		return answer{}, err
	}
	c.sandboxed("changed the options")
	return ok(changed)
}

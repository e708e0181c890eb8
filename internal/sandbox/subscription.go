package sandbox

import (
	"database/sql"
	"encoding/json"
	"net/url"
	"time"

	"github.com/tray-community/terraform-provider-tray/internal/sandbox/engine"
)

// RightSubscribe is asked over an organization: subscriptions are their maker's.
const RightSubscribe Right = "subscribe to triggers, and manage one's own subscriptions"

const subscriptionPath = "/core/v1/subscriptions/{subscriptionId}"

// subscriptionNoun is the subscriptions to triggers.
var subscriptionNoun = noun{
	name: "subscriptions",
	routes: []*route{
		bodies(textBody, on("POST", "/core/v1/subscriptions", "createSubscription", FromDocuments, RightSubscribe, createSubscription, 30, 89, 104, 105)),
		unheld("subscriptions", on("GET", "/core/v1/subscriptions", "listSubscriptions", FromDocuments, RightSubscribe, listSubscriptions, 2, 3, 28, 29, 78, 89, 106, 107)),
		unheld("subscriptions", on("GET", subscriptionPath, "getSubscription", FromDocuments, RightSubscribe, getSubscription, 89, 106, 107)),
		on("DELETE", subscriptionPath, "deleteSubscription", FromDocuments, RightSubscribe, deleteSubscription, 89, 106, 107),
	},
	actions: []*route{
		on("POST", "/_sandbox/ui/subscriptions/{subscriptionId}/fail", "", OurOwn, RightControl, uiThere(uiFailSubscription)),
		on("DELETE", "/_sandbox/ui/subscriptions/{subscriptionId}", "", OurOwn, RightControl, uiThere(deleteSubscription)),
	},
	overOrganization: rights{
		RightSubscribe: {yesA, yesA, yesA, yesA, yesA},
	},
	assumptions: []Assumption{
		{104, "Which subscriptions end as creation_failed?",
			"Those of a trigger that does not exist (no_trigger), of an operation, input or endpoint that will not do or without the authentication that is needed (user_input_error), and those whose credentials the third party refuses (api_error). All are answered with 200, as documented.",
			"POST /core/v1/subscriptions with a trigger that does not exist."},
		{105, "Is a subscription active at once?",
			"Yes; the option subscription_delay has it in the state creating for that long.",
			"POST a subscription and GET it every second."},
		{106, "What does a deleted subscription answer?",
			"GET answers it with the state deleted, and the list has it; a second DELETE is 404.",
			"DELETE a subscription, GET it, and list subscriptions."},
		{107, "Which subscriptions does a token see?",
			"Those that its user made; others answer 404, whatever the user's role.",
			"GET /core/v1/subscriptions with another API user's token."},
	},
	state: stateSubscriptions,
}

var errNoSubscription = engine.NotFound("There is no such subscription, or this token has no access to it")

type subscriptionFailure struct {
	Code    string `json:"code"`
	Message string `json:"message"`
}

type subscription struct {
	ID             string               `json:"id"`
	Name           string               `json:"name"`
	Trigger        nameAndVersion       `json:"trigger"`
	Operation      string               `json:"operation"`
	Endpoint       string               `json:"endpoint"`
	Input          json.RawMessage      `json:"input"`
	ExternalID     *string              `json:"externalId,omitempty"`
	Authentication *string              `json:"authenticationId,omitempty"`
	State          string               `json:"state"`
	Failure        *subscriptionFailure `json:"error,omitempty"`
}

const subscriptionsQuery = `SELECT t.seq, t.id, t.name, t.trigger_name, t.trigger_version, t.operation, t.input, t.endpoint, t.authentication_id, t.external_id,
	t.ends_at, t.failure, t.deleted FROM subscriptions t WHERE `

// scanSubscription tells the state by the time.
func scanSubscription(now time.Time) func(*sql.Rows) (engine.Placed[subscription], error) {
	return func(r *sql.Rows) (p engine.Placed[subscription], err error) {
		s, input, ends, deleted := &p.Element, "", int64(0), false
		var failure *string
		err = r.Scan(&p.Seq, &s.ID, &s.Name, &s.Trigger.Name, &s.Trigger.Version, &s.Operation, &input, &s.Endpoint, &s.Authentication, &s.ExternalID, &ends, &failure, &deleted)
		if err == nil && failure != nil {
			err = json.Unmarshal([]byte(*failure), &s.Failure)
		}
		s.Input = json.RawMessage(input)
		switch {
		case deleted:
			s.State = "deleted"
		case s.Failure != nil:
			s.State = "creation_failed"
		case now.UnixMilli() < ends:
			s.State = "creating"
		default:
			s.State = "active"
		}
		return p, err
	}
}

func createSubscription(c *call) (answer, error) {
	in, err := c.fields()
	if err != nil {
		return answer{}, err
	}
	s, input, err := subscriptionOf(in)
	if err != nil {
		return answer{}, err
	}
	a, err := c.usedAuthentication(in, "authenticationId")
	if err != nil {
		return answer{}, err
	}
	if a != nil {
		if a.owner != c.caller.id {
			return answer{}, errNoAuthentication
		}
		s.Authentication = &a.ID
	}
	s.Failure = c.subscribed(s, a, input)
	seq, err := c.tx.next(kindSubscription)
	if err != nil {
		return answer{}, err
	}
	s.ID = c.tx.derivedID(kindSubscription, seq)
	if err := c.insertSubscription(seq, s); err != nil {
		return answer{}, err
	}
	c.did(aboutSubscription(s.ID), "subscribed to the trigger %s: %s", s.Trigger.Name, s.Name)
	made, err := c.subscription("t.id = ?", s.ID)
	if err != nil {
		return answer{}, err
	}
	return ok(struct {
		subscription
		Key string `json:"signingKey"`
	}{made, engine.RandomToken()})
}

func aboutSubscription(id string) string { return "subscription:" + id }

func (c *call) insertSubscription(seq int64, s subscription) error {
	delay, _ := time.ParseDuration(c.options.SubscriptionDelay) // checked when it was set
	var failure *string
	if s.Failure != nil {
		text := encode(s.Failure)
		failure = &text
	}
	_, err := c.tx.Exec(`INSERT INTO subscriptions (seq, id, owner, name, trigger_name, trigger_version, operation, input, endpoint, authentication_id, external_id, ends_at, failure)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, seq, s.ID, c.caller.id, s.Name, s.Trigger.Name, s.Trigger.Version, s.Operation, string(s.Input), s.Endpoint,
		s.Authentication, s.ExternalID, c.now.Add(delay).UnixMilli(), failure)
	return err
}

// subscriptionOf reads what a request must have, in form.
func subscriptionOf(in engine.Fields) (s subscription, input map[string]any, err error) {
	if s.Name, err = engine.RequiredName(in); err != nil {
		return s, nil, err
	}
	trigger, err := engine.Required[map[string]json.RawMessage](in, "trigger")
	if err != nil {
		return s, nil, err
	}
	for _, f := range []struct {
		from engine.Fields
		name string
		to   *string
	}{{trigger, "name", &s.Trigger.Name}, {trigger, "version", &s.Trigger.Version}, {in, "operation", &s.Operation}, {in, "endpoint", &s.Endpoint}} {
		if *f.to, err = engine.RequiredText(f.from, f.name); err != nil {
			return s, nil, err
		}
	}
	if s.ExternalID, err = engine.Optional[string](in, "externalId"); err != nil {
		return s, nil, err
	}
	if input, err = engine.Required[map[string]any](in, "input"); err != nil {
		return s, nil, engine.InvalidBody("expected an object at 'input'")
	}
	s.Input = in["input"]
	return s, input, nil
}

// subscribed says why a subscription fails, or nothing.
func (c *call) subscribed(s subscription, a *authentication, input map[string]any) *subscriptionFailure {
	trigger, err := pick(triggers(), s.Trigger.Name, s.Trigger.Version)
	if err != nil {
		return &subscriptionFailure{"no_trigger", "There is no trigger " + s.Trigger.Name + " in version " + s.Trigger.Version}
	}
	o, err := trigger.operation(s.Operation)
	if err != nil {
		return &subscriptionFailure{"user_input_error", "The trigger " + trigger.Name + " has no operation " + s.Operation}
	}
	if to, err := url.Parse(s.Endpoint); err != nil || to.Host == "" || to.Scheme != "https" && to.Scheme != "http" {
		return &subscriptionFailure{"user_input_error", "The endpoint is no address that can be called"}
	}
	if code, message := c.obstacle(trigger, o, a, input); code != "" {
		return &subscriptionFailure{code, message}
	}
	return nil
}

func (c *call) subscription(where string, args ...any) (subscription, error) {
	return one(c.tx, errNoSubscription, scanSubscription(c.now), subscriptionsQuery+where, args...)
}

// ownSubscription is the one of the path; people in the UI see everybody's.
func (c *call) ownSubscription() (subscription, error) {
	id := c.params["subscriptionId"]
	if !c.route.control && !engine.IsUUID(id) {
		return subscription{}, engine.BadRequest("Invalid value for: path parameter subscriptionId")
	}
	return c.subscription("(t.owner = ? OR ?) AND (t.id = ? OR ? AND t.name = ?) ORDER BY t.seq", c.caller.id, c.route.control, id, c.route.control, id)
}

func listSubscriptions(c *call) (answer, error) {
	return fetch(c, asIs[subscription], scanSubscription(c.now), subscriptionsQuery+"t.owner = ?", c.caller.id)
}

func getSubscription(c *call) (answer, error) {
	s, err := c.ownSubscription()
	if err != nil {
		return answer{}, err
	}
	return ok(s)
}

func deleteSubscription(c *call) (answer, error) {
	s, err := c.ownSubscription()
	if err == nil && s.State == "deleted" {
		err = errNoSubscription
	}
	if err != nil {
		return answer{}, err
	}
	c.did(aboutSubscription(s.ID), "deleted the subscription %s", s.Name)
	if _, err := c.tx.Exec("UPDATE subscriptions SET deleted = 1 WHERE id = ?", s.ID); err != nil {
		return answer{}, err
	}
	return noContent()
}

// uiFailSubscription is the third party refusing afterwards.
func uiFailSubscription(c *call) (answer, error) {
	s, err := c.ownSubscription()
	if err != nil {
		return answer{}, err
	}
	c.did(aboutSubscription(s.ID), "let the subscription %s fail", s.Name)
	if _, err := c.tx.Exec("UPDATE subscriptions SET failure = ? WHERE id = ?", encode(subscriptionFailure{"api_error", "The third party refused the subscription"}), s.ID); err != nil {
		return answer{}, err
	}
	return noContent()
}

type stateSubscription struct {
	ID       string `json:"id"`
	Owner    string `json:"owner"`
	Name     string `json:"name"`
	Trigger  string `json:"trigger"`
	Endpoint string `json:"endpoint"`
	State    string `json:"state"`
}

func stateSubscriptions(c *call) (any, error) {
	return listed(c, func(r *sql.Rows) (s stateSubscription, err error) {
		p, err := scanSubscription(c.now)(r)
		v := p.Element
		return stateSubscription{v.ID, v.Operation, v.Name, v.Trigger.Name + " " + v.Trigger.Version, v.Endpoint, v.State}, err
	}, `SELECT t.seq, t.id, t.name, t.trigger_name, t.trigger_version, u.email, t.input, t.endpoint, t.authentication_id, t.external_id, t.ends_at, t.failure, t.deleted
		FROM subscriptions t JOIN users u ON u.id = t.owner ORDER BY u.email, t.name, t.seq`)
}

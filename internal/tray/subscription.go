package tray

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"net/http"
	"time"

	"github.com/tray-community/terraform-provider-tray/internal/tray/rest"
)

// SubscriptionState is where a subscription is.
type SubscriptionState string

// The states of the vendor document.
const (
	SubscriptionCreating       SubscriptionState = "creating"
	SubscriptionActive         SubscriptionState = "active"
	SubscriptionCreationFailed SubscriptionState = "creation_failed"
	SubscriptionDeleted        SubscriptionState = "deleted"
)

// SubscriptionSpec is what a subscription is made with. Nothing of it can be changed.
type SubscriptionSpec struct {
	Name             string
	Trigger          ConnectorRef
	Operation        string
	Input            json.RawMessage // a JSON object; nil is an empty one
	Endpoint         string          // the URL that events are sent to
	AuthenticationID string          // "" is none; of the same user as the token
	ExternalID       string          // "" is none; a key of the caller's own
}

// Subscription is an endpoint that is told of a trigger's events.
type Subscription struct {
	SubscriptionSpec
	ID    string
	State SubscriptionState
	// SigningKey is told by Create alone: deliveries are signed with it.
	SigningKey Secret
	failure    *SubscriptionFailure
}

// SubscriptionFailure is why a subscription could not be made: the cause (errors.As) of the
// error of Create, as Tray answers 200 all the same.
type SubscriptionFailure struct {
	// Code is user_input_error, api_error, timeout_error, oauth_refresh, no_trigger or
	// internal_error.
	Code    string `json:"code"`
	Message string `json:"message"`
}

// Error implements error.
func (f *SubscriptionFailure) Error() string { return f.Code + ": " + f.Message }

// Subscriptions are the subscriptions of the user that the token acts as.
type Subscriptions struct {
	c      *Client
	family objects[Subscription]
}

const rightSubscribe = "it takes a user token or an Embedded master token, and the authentication must belong to the same user"

func subscriptionsPath() []string { return []string{"core", "v1", "subscriptions"} }

func newSubscriptions(c *Client) *Subscriptions {
	return &Subscriptions{c: c, family: newFamily(c, kind[wireSubscription, Subscription]{
		what: "subscription", path: subscriptionsPath(), right: rightSubscribe, documented: true, makersOnly: true,
		convert: wireSubscription.element,
		id:      func(x Subscription) string { return x.ID },
		there:   Subscription.there,
		shows:   func(Subscription, Subscription) bool { return true }, // nothing of it changes
		secret:  func(x Subscription) Secret { return x.SigningKey },
		public:  func(x Subscription) Subscription { x.SigningKey = ""; return x },
	})}
}

func (s SubscriptionSpec) same(o SubscriptionSpec) bool {
	return s.Name == o.Name && s.Trigger == o.Trigger && s.Operation == o.Operation && s.Endpoint == o.Endpoint &&
		s.AuthenticationID == o.AuthenticationID && s.ExternalID == o.ExternalID
}

// there reports whether a read shows a subscription that exists: Tray may go on showing those
// that are deleted.
func (s Subscription) there() bool { return s.State != SubscriptionDeleted }

// List returns the subscriptions, in the server's order, without those that are deleted.
func (s *Subscriptions) List(ctx context.Context) ([]Subscription, error) { return s.family.List(ctx) }

// Pages is List, a slice at a time, and reads no more pages than are consumed.
func (s *Subscriptions) Pages(ctx context.Context) iter.Seq2[[]Subscription, error] {
	return s.family.Pages(ctx)
}

// Get returns a subscription. IsGone(err) means proven absent: Tray says that it is deleted,
// or this client has seen it before. Another 404 proves nothing, as Tray shows a subscription
// to its maker alone.
func (s *Subscriptions) Get(ctx context.Context, id string) (*Subscription, error) {
	return s.family.Get(ctx, id)
}

// Create makes a subscription. One that Tray takes and then fails to make is an error, see
// SubscriptionFailure, and is removed. One whose signing key was lost on the way is removed
// and made again.
func (s *Subscriptions) Create(ctx context.Context, spec SubscriptionSpec) (*Subscription, error) {
	if spec.Input == nil {
		spec.Input = json.RawMessage("{}")
	}
	like := func(x Subscription) bool { return x.same(spec) }
	k := call{Right: rightSubscribe, In: spec.body(), Secrets: SecretObject{spec.Input}.leaves()}
	made, err := s.family.createTold(ctx, k, spec.Name+" "+spec.ExternalID, like, s.remove)
	if err != nil {
		return nil, err
	}
	after, end := s.c.rest.Afterwards(ctx)
	defer end()
	if s.settled(ctx, made); made.State != SubscriptionCreationFailed && made.State != SubscriptionDeleted {
		return made, nil
	}
	e := s.failed(k, made.failure)
	if err := s.remove(after, made.ID); err != nil {
		e.Hint += fmt.Sprintf(" Removing what is left of it, %s, failed as well: %s", made.ID, err)
	}
	return nil, e
}

// failed is the error of a creation that Tray took and then could not carry out. What is said
// of it may repeat the input.
func (s *Subscriptions) failed(k call, why *SubscriptionFailure) *Error {
	k.Method, k.Path = http.MethodPost, subscriptionsPath()
	if why == nil {
		return s.c.rest.Fail(k, &Error{Message: "Tray could not make the subscription, and does not say why"})
	}
	e := s.c.rest.Fail(k, &Error{Message: why.Message, Code: why.Code, Hint: why.hint()})
	e.Err = &SubscriptionFailure{Code: e.Code, Message: e.Message}
	e.Message = "Tray could not make the subscription: " + e.Message
	return e
}

// settled waits a while for a subscription that is still being made. One that takes longer is
// left to the next read.
func (s *Subscriptions) settled(ctx context.Context, made *Subscription) {
	for try := 0; made.State == SubscriptionCreating && try < 30; try++ {
		if rest.Pause(ctx, time.Second) != nil {
			return
		}
		s.family.records().Forget(made.ID)
		now, err := s.family.Get(ctx, made.ID)
		if IsGone(err) {
			made.State = SubscriptionDeleted
		}
		if err != nil {
			return
		}
		made.State, made.failure = now.State, now.failure
	}
}

func (f *SubscriptionFailure) hint() string {
	switch f.Code {
	case "user_input_error":
		return "Correct the input: see the operation's input schema."
	case "oauth_refresh":
		return "The authentication is no longer valid: renew its credentials."
	case "no_trigger":
		return "Check the trigger's name and version, and the operation."
	}
	return "The fault is with Tray or the system that the trigger is of: try again."
}

// Delete deletes a subscription. One that is already gone is success.
func (s *Subscriptions) Delete(ctx context.Context, id string) error { return s.remove(ctx, id) }

// remove reads first: what this token has seen, it can tell to be gone.
func (s *Subscriptions) remove(ctx context.Context, id string) error {
	if _, err := s.Get(ctx, id); IsGone(err) {
		return nil
	} else if err != nil {
		return err
	}
	return removeOnce(ctx, s.c, s.family.records(), id, removal{
		call: call{Method: http.MethodDelete, Path: s.family.pathOf(id), Right: rightSubscribe},
		look: func(after context.Context) error { _, err := s.Get(after, id); return err },
	})
}

func (s SubscriptionSpec) body() map[string]any {
	body := map[string]any{
		"name": s.Name, "trigger": map[string]string{"name": s.Trigger.Name, "version": s.Trigger.Version},
		"operation": s.Operation, "input": s.Input, "endpoint": s.Endpoint,
	}
	if s.AuthenticationID != "" {
		body["authenticationId"] = s.AuthenticationID
	}
	if s.ExternalID != "" {
		body["externalId"] = s.ExternalID
	}
	return body
}

type wireSubscription struct {
	ID               string               `json:"id"`
	Name             string               `json:"name"`
	Trigger          ConnectorRef         `json:"trigger"`
	Operation        string               `json:"operation"`
	Endpoint         string               `json:"endpoint"`
	Input            json.RawMessage      `json:"input"`
	ExternalID       string               `json:"externalId"`
	AuthenticationID string               `json:"authenticationId"`
	State            SubscriptionState    `json:"state"`
	Error            *SubscriptionFailure `json:"error"`
	SigningKey       Secret               `json:"signingKey"`
}

func (w wireSubscription) element() (element[Subscription], error) {
	if w.ID == "" {
		return element[Subscription]{}, errNoID
	}
	return element[Subscription]{Complete: w.State != "" && w.Endpoint != "", Value: Subscription{
		ID: w.ID, State: w.State, SigningKey: w.SigningKey, failure: w.Error, SubscriptionSpec: SubscriptionSpec{
			Name: w.Name, Trigger: w.Trigger, Operation: w.Operation, Input: bytes.Clone(w.Input), Endpoint: w.Endpoint,
			AuthenticationID: w.AuthenticationID, ExternalID: w.ExternalID,
		},
	}}, nil
}

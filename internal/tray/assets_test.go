package tray

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tray-community/terraform-provider-tray/internal/contract"
)

// onShelf counts the objects of a list that are so.
func onShelf(f *fake, shelf string, so func(map[string]any) bool) int {
	n := 0
	for _, o := range f.assets[shelf] {
		n += btoi(so(o))
	}
	return n
}

func named(name string) func(map[string]any) bool {
	return func(o map[string]any) bool { return o["name"] == name }
}

func anything(map[string]any) bool { return true }

// The writes of what workspaces hold are under the same tests as all the others.
func init() {
	maps.Copy(verbs, map[string]verb{
		"create an agent group": {"POST", groups, func(ctx context.Context, c *Client) error {
			g, err := c.AgentGroups.Create(ctx, assetWS, "New")
			return errors.Join(err, incomplete(err == nil && (g.ID == "" || g.Name != "New" || g.WorkspaceID != assetWS)))
		}, func(f *fake) int { return onShelf(f, groups, named("New")) }},
		"delete an agent group": {"DELETE", uuid(1), func(ctx context.Context, c *Client) error {
			return c.AgentGroups.Delete(ctx, assetWS, uuid(1))
		}, func(f *fake) int { return btoi(onShelf(f, groups, anything) == 0) }},
		"disable an agent": {"PATCH", uuid(2), func(ctx context.Context, c *Client) error {
			a, err := c.Agents.SetEnabled(ctx, assetWS, uuid(1), uuid(2), false)
			return errors.Join(err, incomplete(err == nil && (a.Enabled || !a.Registered || a.Name != "A")))
		}, func(f *fake) int { return btoi(f.assets[groups+"/"+uuid(1)+"/agents"][0]["enabled"] == false) }},
		"delete an agent": {"DELETE", uuid(2), func(ctx context.Context, c *Client) error {
			return c.Agents.Delete(ctx, assetWS, uuid(1), uuid(2))
		}, func(f *fake) int { return btoi(onShelf(f, groups+"/"+uuid(1)+"/agents", anything) == 0) }},
		"create an API user": {"POST", apiUsers, func(ctx context.Context, c *Client) error {
			u, err := c.APIUsers.Create(ctx, assetWS, APIUserSpec{Name: ptr("deploy"), WorkspaceRoleID: ptr(uuid(92))})
			return errors.Join(err, incomplete(err == nil && (u.ID == "" || u.Name != "deploy" || u.WorkspaceRole.ID != uuid(92))))
		}, func(f *fake) int { return onShelf(f, apiUsers, named("deploy")) }},
		"change an API user": {"PATCH", uuid(3), func(ctx context.Context, c *Client) error {
			u, err := c.APIUsers.Update(ctx, assetWS, uuid(3), APIUserSpec{Name: ptr("cd"), WorkspaceRoleID: ptr(uuid(93))})
			return errors.Join(err, incomplete(err == nil && (u.Name != "cd" || u.WorkspaceRole.ID != uuid(93))))
		}, func(f *fake) int { return onShelf(f, apiUsers, named("cd")) }},
		"delete an API user": {"DELETE", uuid(3), func(ctx context.Context, c *Client) error {
			return c.APIUsers.Delete(ctx, assetWS, uuid(3))
		}, func(f *fake) int { return btoi(onShelf(f, apiUsers, anything) == 0) }},
		"revoke a token": {"DELETE", uuid(4), func(ctx context.Context, c *Client) error {
			return c.APITokens.Revoke(ctx, assetWS, uuid(3), uuid(4))
		}, func(f *fake) int { return btoi(onShelf(f, apiUsers+"/"+uuid(3)+"/tokens", anything) == 0) }},
		"create an authentication": {"POST", "/authentications", func(ctx context.Context, c *Client) error {
			a, err := c.Authentications.Create(ctx, AuthenticationSpec{Name: "New", ServiceEnvironmentID: "env"}, object(`{"token":"`+canaries+`"}`))
			return errors.Join(err, incomplete(err == nil && (a.ID == "" || a.Name != "New" || a.ServiceEnvironmentID != "env")))
		}, func(f *fake) int { return onShelf(f, "/core/v1/authentications", named("New")) }},
		"delete an authentication": {"DELETE", uuid(5), func(ctx context.Context, c *Client) error {
			return c.Authentications.Delete(ctx, uuid(5))
		}, func(f *fake) int { return btoi(onShelf(f, "/core/v1/authentications", anything) == 0) }},
		"delete a subscription": {"DELETE", uuid(6), func(ctx context.Context, c *Client) error {
			return c.Subscriptions.Delete(ctx, uuid(6))
		}, func(f *fake) int { return btoi(onShelf(f, "/core/v1/subscriptions", anything) == 0) }},
		"deploy a connector": {"POST", "/deploy-connector-from-source", func(ctx context.Context, c *Client) error {
			d, err := c.Deployments.Deploy(ctx, assetRef, []byte("zip"))
			return errors.Join(err, incomplete(err == nil && (d.ID == uuid(7) || d.State != Deploying || d.Repeat)))
		}, func(f *fake) int { return len(f.sources) }},
		"delete a connector": {"DELETE", "/versions/1.0", func(ctx context.Context, c *Client) error {
			return c.CustomConnectors.Delete(ctx, assetRef)
		}, func(f *fake) int { return btoi(onShelf(f, "/management/v1/connectors", anything) == 0) }},
		"share a connector with people": {"POST", "/share-with-emails", func(ctx context.Context, c *Client) error {
			return c.CustomConnectors.ShareWithEmails(ctx, assetRef, []string{"old@acme.example", "new@acme.example"})
		}, func(f *fake) int {
			return onShelf(f, sharesOf, func(o map[string]any) bool { return o["email"] == "new@acme.example" })
		}},
		"share a connector with a workspace": {"PUT", "/shares/workspaces/" + assetWS, func(ctx context.Context, c *Client) error {
			return c.CustomConnectors.ShareWithWorkspace(ctx, assetRef, assetWS)
		}, func(f *fake) int {
			return onShelf(f, sharesOf, func(o map[string]any) bool { return o["workspaceId"] == assetWS })
		}},
		"unshare a connector": {"DELETE", "old@acme.example", func(ctx context.Context, c *Client) error {
			return c.CustomConnectors.Unshare(ctx, assetRef, ConnectorShare{Email: "old@acme.example"})
		}, func(f *fake) int { return btoi(onShelf(f, sharesOf, anything) == 1) }},
		"choose the namespace": {"PUT", "/connector-namespace", func(ctx context.Context, c *Client) error {
			err := c.CustomConnectors.SetNamespace(ctx, "acme")
			now, readErr := c.CustomConnectors.Namespace(context.WithoutCancel(ctx))
			return errors.Join(err, incomplete(err == nil && (readErr != nil || now != "acme")))
		}, func(f *fake) int { return btoi(f.settings["namespace"] == "acme") }},
	})
}

func object(raw string) SecretObject {
	o, err := NewSecretObject([]byte(raw))
	if err != nil {
		panic(err)
	}
	return o
}

// told are the creations whose answer alone tells a secret.
var told = map[string]struct {
	verb
	shelf string
	is    func(map[string]any) bool
}{
	"an agent": {verb{method: "/agents", do: func(ctx context.Context, c *Client) error {
		a, err := c.Agents.Create(ctx, assetWS, uuid(1), "New")
		return errors.Join(err, incomplete(err == nil && (a.ID == "" || a.RegistrationToken.Reveal() != canaries+"registration" || !a.Enabled)))
	}}, groups + "/" + uuid(1) + "/agents", named("New")},
	"a token": {verb{method: "/tokens", do: func(ctx context.Context, c *Client) error {
		token, err := c.APITokens.Create(ctx, assetWS, uuid(3), "new", nil)
		return errors.Join(err, incomplete(err == nil && (token.ID == "" || !strings.HasPrefix(token.Value.Reveal(), canaries))))
	}}, apiUsers + "/" + uuid(3) + "/tokens", named("new")},
	"a subscription": {verb{method: "/subscriptions", do: func(ctx context.Context, c *Client) error {
		s, err := c.Subscriptions.Create(ctx, subscription())
		return errors.Join(err, incomplete(err == nil && (s.ID == "" || s.SigningKey.Reveal() != canaries+"signing" || s.State != SubscriptionActive)))
	}}, "/core/v1/subscriptions", named("New")},
}

func subscription() SubscriptionSpec {
	return SubscriptionSpec{Name: "New", Trigger: ConnectorRef{"webhook", "1.0"}, Operation: "hook", Endpoint: "https://x", ExternalID: "e"}
}

// Without its answer, what was made is of no use to anybody: it was left in Tray beside the
// second one, or its empty secret was taken for one.
func TestTold_lostSecretIsMadeAgainAndNothingIsLeft(t *testing.T) {
	for name, v := range told {
		for what, flt := range allOnce {
			t.Run(name+", "+what, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					f := withFaults(t)
					f.newState = "active"
					f.fault = on("POST", v.method, 0, 1, flt)
					err := v.do(t.Context(), f.client(t))
					if got := onShelf(f, v.shelf, v.is); got != btoi(err == nil) {
						t.Errorf("%d are there, and the caller is told %v", got, err)
					}
					if err != nil && flt.status != 500 && flt.kind == "" {
						t.Error(err)
					}
					if all := onShelf(f, v.shelf, anything); all != 1+btoi(err == nil) {
						t.Errorf("%d in all: somebody else's was touched", all)
					}
				})
			})
		}
	}
}

func TestTold_lostSecretThatCannotBeRemovedIsNamed(t *testing.T) {
	for name, v := range told {
		synctest.Test(t, func(t *testing.T) {
			f := withFaults(t)
			f.newState = "active"
			f.fault = func(_ int, r *http.Request) *fault {
				switch r.Method {
				case http.MethodPost:
					return &fault{after: true}
				case http.MethodDelete:
					return &fault{status: 403, body: `{"message":"forbidden"}`}
				}
				return nil
			}
			err := v.do(t.Context(), f.client(t))
			if !isAmbiguous(err) || !strings.Contains(fmt.Sprint(err), "the answer with its secret was lost") || !strings.Contains(fmt.Sprint(err), "00000000-0000-4000-8000-00000000") {
				t.Errorf("%s: %v", name, err)
			}
			if got := f.count("POST"); got != 1 {
				t.Errorf("%s: posted %d times", name, got)
			}
		})
	}
}

// An answer without its secret was taken for a success with an empty one.
func TestTold_answerWithoutItsSecretIsAnErrorAndNothingIsLeft(t *testing.T) {
	for name, v := range told {
		synctest.Test(t, func(t *testing.T) {
			f := withFaults(t)
			f.newState = "active"
			answer, _ := json.Marshal(fakeSubscription(uuid(77), "active"))
			f.fault = on("POST", v.method, 0, 0, fault{status: 200, body: string(answer), done: true})
			if err := v.do(t.Context(), f.client(t)); err == nil || !strings.Contains(err.Error(), "its secret is missing") {
				t.Errorf("%s: %v", name, err)
			}
			if got := onShelf(f, v.shelf, v.is); got != 0 {
				t.Errorf("%s: %d are left", name, got)
			}
		})
	}
}

func TestTold_refusalsAreNotRepeated(t *testing.T) {
	for name, v := range told {
		for what, flt := range final {
			synctest.Test(t, func(t *testing.T) {
				f := withFaults(t)
				f.fault = on("POST", v.method, 0, 0, flt)
				if err := v.do(t.Context(), f.client(t)); !hasStatus(err, flt.status) || isAmbiguous(err) || f.count("POST") != 1 {
					t.Errorf("%s, %s: %v", name, what, err)
				}
			})
		}
	}
}

// Tray has no list of authentications: what is not known is said, and not sent again.
func TestAuthentication_lostAnswerStaysOpenAndIsNotSentAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := withFaults(t)
		f.management = false
		f.fault = on("POST", "/authentications", 0, 0, fault{after: true})
		_, err := f.client(t).Authentications.Create(t.Context(), AuthenticationSpec{Name: "New", ServiceEnvironmentID: "env"}, object(`{}`))
		if !isAmbiguous(err) || !strings.Contains(fmt.Sprint(err), `may have made the authentication "New" all the same`) || f.count("POST") != 1 {
			t.Errorf("%v", err)
		}
	})
}

// With the management plane the token's own workspace lists them, a page for many reads.
func TestAuthentications_manyReadsCostAPageWhereTheyAreListed(t *testing.T) {
	f := withAssets(newFake(1))
	for n := range 50 {
		f.assets["/core/v1/authentications"] = append(f.assets["/core/v1/authentications"], map[string]any{"id": uuid(200 + n), "name": "Many", "serviceEnvironmentId": "env"})
	}
	c := f.client(t)
	for n := range 50 {
		if got, err := c.Authentications.Get(t.Context(), uuid(200+n)); err != nil || got.Name != "Many" {
			t.Fatal(got, err)
		}
	}
	if all, listed, err := c.Authentications.Named(t.Context(), "Many", "env"); err != nil || !listed || len(all) != 50 {
		t.Errorf("of that name are %d, %t, %v", len(all), listed, err)
	}
	if n := f.count("GET"); n > 5 {
		t.Errorf("that costs %d requests", n)
	}
}

func TestAuthentication_changeWithoutCredentialsIsNotSent(t *testing.T) {
	f := withFaults(t)
	c := f.client(t)
	_, err := c.Authentications.Update(t.Context(), uuid(5), AuthenticationSpec{Name: "Renamed"}, SecretObject{})
	if err == nil || !strings.Contains(err.Error(), "Give the credentials") || len(f.requests()) != 0 {
		t.Errorf("%v", err)
	}
	got, err := c.Authentications.Update(t.Context(), uuid(5), AuthenticationSpec{Name: "Renamed"}, object(`{"token":"t"}`))
	if err != nil || got.Name != "Renamed" || got.ServiceEnvironmentID != "env" {
		t.Errorf("%v %v", got, err)
	}
	if read, err := c.Authentications.Get(t.Context(), uuid(5)); err != nil || !read.same(*got) || f.count("GET") != 0 {
		t.Errorf("read: %v %v", read, err)
	}
}

func TestSubscription_thatTrayFailsToMakeIsAnErrorAndRemoved(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := withFaults(t)
		f.newState = "creation_failed"
		spec := subscription()
		spec.Input = json.RawMessage(`{"token":"` + canaries + `"}`)
		_, err := f.client(t).Subscriptions.Create(t.Context(), spec)
		var failure *SubscriptionFailure
		if !errors.As(err, &failure) || failure.Code != "user_input_error" || !strings.Contains(err.Error(), "no such channel(redacted). Correct the input") {
			t.Errorf("%v", err)
		}
		if strings.Contains(fmt.Sprint(err, failure.Message), canaries) {
			t.Error("what was sent is repeated")
		}
		if onShelf(f, "/core/v1/subscriptions", named("New")) != 0 {
			t.Error("it is still there")
		}
	})
}

func TestSubscription_stillBeingMadeIsWaitedFor(t *testing.T) {
	for _, end := range []string{"active", "creation_failed"} {
		synctest.Test(t, func(t *testing.T) {
			f := withFaults(t)
			f.newState = "creating"
			f.hook = func(r *http.Request) {
				f.mu.Lock()
				defer f.mu.Unlock()
				all := f.assets["/core/v1/subscriptions"]
				if r.Method == http.MethodGet && len(all) == 2 && len(f.log) > 4 {
					all[1]["state"] = end
				}
			}
			s, err := f.client(t).Subscriptions.Create(t.Context(), subscription())
			if (end == "active") != (err == nil) || err == nil && (s.State != SubscriptionActive || s.SigningKey == "") {
				t.Errorf("%s: %v %v", end, s, err)
			}
			if got := onShelf(f, "/core/v1/subscriptions", named("New")); got != btoi(err == nil) {
				t.Errorf("%s: %d left", end, got)
			}
		})
	}
}

// Tray shows a subscription to its maker alone, so that another Admin's 404 is no proof.
func TestSubscription_a404ProvesNothing(t *testing.T) {
	c := withFaults(t).client(t)
	if _, err := c.Subscriptions.Get(t.Context(), uuid(99)); err == nil || IsGone(err) || !strings.Contains(err.Error(), "Use a token of that user") {
		t.Errorf("%v", err)
	}
}

func TestSubscription_thatTraySaysIsDeletedIsGone(t *testing.T) {
	f := withFaults(t)
	f.assets["/core/v1/subscriptions"] = append(f.assets["/core/v1/subscriptions"], fakeSubscription(uuid(8), "deleted"))
	c := f.client(t)
	if _, err := c.Subscriptions.Get(t.Context(), uuid(8)); !IsGone(err) || !strings.Contains(err.Error(), "or as deleted") {
		t.Errorf("%v", err)
	}
	if all, err := c.Subscriptions.List(t.Context()); err != nil || len(all) != 1 || all[0].ID != uuid(6) {
		t.Errorf("%v %v", all, err)
	}
	if err := c.Subscriptions.Delete(t.Context(), uuid(8)); err != nil {
		t.Error(err)
	}
}

// Tray goes on showing what is deleted, also to the read that confirms a removal.
func TestSubscription_thatStaysReadableAsDeletedIsRemoved(t *testing.T) {
	f := withFaults(t)
	f.keepsDeleted = true
	c := f.client(t)
	if err := c.Subscriptions.Delete(t.Context(), uuid(6)); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Subscriptions.Get(t.Context(), uuid(6)); !IsGone(err) {
		t.Errorf("%v", err)
	}
	for page, err := range c.Subscriptions.Pages(t.Context()) {
		t.Errorf("listed: %v %v", page, err)
	}
	if err := f.client(t).Subscriptions.Delete(t.Context(), uuid(6)); err != nil {
		t.Errorf("once more, in another run: %v", err)
	}
}

// One of each, from its making to its end, with every exchange held against the contract.
func TestAssets_everyExchangeIsInTheContract(t *testing.T) {
	f := withAssets(newFake(1))
	f.newState = "active"
	f.deploying = func(string) string { return "Deployed" }
	checked := contract.RoundTripper(t, f)
	c := f.client(t, func(cfg *Config) { cfg.Transport = except("/management/v1", f, checked) })
	ctx := t.Context()
	for _, name := range slices.Sorted(maps.Keys(told)) {
		if err := told[name].do(ctx, c); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	expires := time.Now().Add(time.Hour)
	_, err1 := c.APITokens.Create(ctx, assetWS, uuid(3), "until", &expires)
	full, err2 := c.Authentications.Full(ctx, uuid(5), true)
	called, err3 := c.Connectors.Call(ctx, assetRef, ConnectorCall{Operation: "list", AuthenticationID: uuid(5), Input: object(`{"a":1}`)})
	if err := errors.Join(err1, err2, err3); err != nil || called.OK || !strings.Contains(string(full.Credentials.Reveal()), canaries) {
		t.Fatal(called, err)
	}
	for _, name := range []string{"create an agent group", "disable an agent", "create an API user", "change an API user", "create an authentication", "deploy a connector",
		"share a connector with people", "share a connector with a workspace", "unshare a connector", "choose the namespace", "revoke a token", "delete an API user",
		"delete an agent", "delete an agent group", "delete an authentication", "delete a subscription"} {
		if err := verbs[name].do(ctx, c); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	_, err4 := c.Connectors.List(ctx)
	_, err5 := c.Triggers.Operations(ctx, ConnectorRef{"webhook", "1.0"})
	_, err6 := c.CustomConnectors.List(ctx)
	_, err7 := c.Deployments.Wait(ctx, assetRef, uuid(7), nil)
	_, err8 := c.Authentications.List(ctx, assetWS)
	if err := errors.Join(err4, err5, err6, err7, err8, verbs["delete a connector"].do(ctx, c)); err != nil {
		t.Error(err)
	}
}

// The catalogue is large, comes in one piece, and is asked for by every connector.
func TestConnectors_catalogueAndOperationsAreReadOnce(t *testing.T) {
	f := withFaults(t)
	c := f.client(t)
	for range 3 {
		all, err := c.Connectors.List(t.Context())
		operations, err2 := c.Connectors.Operations(t.Context(), assetRef)
		if err := errors.Join(err, err2); err != nil || len(all) != 1 || all[0].ServiceVersion != 1 || len(operations) != 1 {
			t.Fatal(all, operations, err)
		}
	}
	if got := f.requests(); len(got) != 2 {
		t.Errorf("%q", got)
	}
	if _, err := c.Deployments.Deploy(t.Context(), assetRef, nil); err != nil {
		t.Fatal(err)
	}
	f.requests()
	_, err1 := c.Connectors.List(t.Context())
	_, err2 := c.Connectors.Operations(t.Context(), assetRef)
	if got := f.requests(); errors.Join(err1, err2) != nil || len(got) != 2 {
		t.Errorf("after a deployment: %q", got)
	}
}

func TestConnectors_callThatMayHaveRunIsNotRepeated(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := withFaults(t)
		f.fault = on("POST", "/call", 0, 0, fault{status: 502})
		_, err := f.client(t).Connectors.Call(t.Context(), assetRef, ConnectorCall{Operation: "send"})
		if !isAmbiguous(err) || f.count("POST") != 1 {
			t.Errorf("%v", err)
		}
	})
}

// Whatever a server repeats of what was sent, and however a value is printed, no secret of an
// asset is in an error, in the log, or in text.
func TestAssets_secretsAreNeverShown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log strings.Builder
		f := withFaults(t)
		f.newState = "active"
		c := f.client(t, func(cfg *Config) {
			cfg.Log = func(_ context.Context, event string, fields map[string]any) { fmt.Fprintln(&log, event, fields) }
		})
		ctx := t.Context()
		secret := canaries + `with "quotes" and ümläuts`
		raw, _ := json.Marshal(map[string]any{"token": secret, "inner": []any{map[string]string{"more": secret}}})
		spec := AuthenticationSpec{Name: "New", ServiceEnvironmentID: "env", UserData: object(string(raw))}
		f.fault = func(_ int, r *http.Request) *fault {
			if r.Method == http.MethodGet {
				return nil
			}
			body, _ := json.Marshal(map[string]string{"message": "Invalid value for: body (Got value " + string(raw) + " and '" + secret + "')"})
			return &fault{status: 400, body: string(body)}
		}
		sub := subscription()
		sub.Input = raw
		_, err1 := c.Authentications.Create(ctx, spec, object(string(raw)))
		_, err2 := c.Authentications.Update(ctx, uuid(5), spec, object(string(raw)))
		_, err3 := c.Subscriptions.Create(ctx, sub)
		_, err4 := c.Connectors.Call(ctx, assetRef, ConnectorCall{Operation: "x", Input: object(string(raw))})
		err5 := c.CustomConnectors.Unshare(ctx, assetRef, ConnectorShare{Email: "ana@acme.example"})
		errs := []error{err1, err2, err3, err4, err5}
		for i, err := range errs {
			if !hasStatus(err, 400) {
				t.Errorf("%d: %v", i, err)
			}
		}
		f.fault = nil
		full, err := c.Authentications.Full(ctx, uuid(5), false)
		agent, err2 := c.Agents.Create(ctx, assetWS, uuid(1), "New")
		token, err3 := c.APITokens.Create(ctx, assetWS, uuid(3), "new", nil)
		made, err4 := c.Subscriptions.Create(ctx, subscription())
		if err := errors.Join(err, err2, err3, err4); err != nil {
			t.Fatal(err)
		}
		again, _ := json.Marshal([]any{full, agent, token, made, spec})
		shown := fmt.Sprintf("%v %+v %#v %s %q %x %d %v %s", errs[:4], full, *full, agent.RegistrationToken, token.Value, made.SigningKey, token.Value, []any{spec, made, *agent}, again) +
			log.String()
		if strings.Contains(shown, canaries) || strings.Contains(shown, fmt.Sprintf("%x", canaries)) {
			t.Errorf("a secret is in %s", shown)
		}
		if strings.Contains(log.String(), "acme.example") || !strings.Contains(log.String(), "shares/emails/(e-mail)") {
			t.Errorf("an e-mail address is in %s", log.String())
		}
		for _, kept := range []Secret{must(c.Agents.Get(ctx, assetWS, uuid(1), agent.ID)).RegistrationToken, must(c.APITokens.Get(ctx, assetWS, uuid(3), token.ID)).Value, must(c.Subscriptions.Get(ctx, made.ID)).SigningKey} {
			if kept != "" {
				t.Error("a secret is kept in what is remembered")
			}
		}
	})
}

// except sends what is asked of one path to one transport, and all else to another: the
// fake's roles have ids for people to read.
func except(path string, one, other http.RoundTripper) roundTrips {
	return func(r *http.Request) (*http.Response, error) {
		if r.URL.Path == path {
			return one.RoundTrip(r)
		}
		return other.RoundTrip(r)
	}
}

type roundTrips func(*http.Request) (*http.Response, error)

func (f roundTrips) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func must[T any](x *T, err error) *T {
	if err != nil {
		panic(err)
	}
	return x
}

// A creation that never arrived, of what is there under that name already: a name is no proof.
func TestCreate_whatWasThereBeforeIsNotTakenForMade(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := withFaults(t)
		f.fault = on("POST", groups, 0, 0, fault{before: true})
		if g, err := f.client(t).AgentGroups.Create(t.Context(), assetWS, "G"); err == nil {
			t.Errorf("nothing was made, and %+v is said to be", g)
		}
	})
}

// Somebody else was quicker, after the list that the creation had read.
func TestCreate_thatMeetsAConflictReadsTheListAnew(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := withFaults(t)
		f.fault = func(_ int, r *http.Request) *fault {
			if r.Method != http.MethodPost {
				return nil
			}
			f.assets[groups] = append(f.assets[groups], map[string]any{"id": uuid(70), "name": "New", "workspaceId": assetWS})
			return &fault{status: 409, body: `{"message":"exists"}`}
		}
		c := f.client(t)
		if _, err := c.AgentGroups.Create(t.Context(), assetWS, "New"); !IsConflict(err) {
			t.Errorf("the error is %v", err)
		}
		if all, err := c.AgentGroups.List(t.Context(), assetWS); err != nil || len(all) != 2 {
			t.Errorf("the list shows %+v, %v", all, err)
		}
	})
}

// Whoever does not see the workspace cannot tell what is in it.
func TestGet_inAWorkspaceThatIsHiddenProvesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := withFaults(t)
		delete(f.workspaces, "org")
		delete(f.workspaces, assetWS)
		_, err := f.client(t).AgentGroups.Get(t.Context(), assetWS, uuid(71))
		if IsGone(err) || !strings.Contains(fmt.Sprint(err), "gone or hidden from this token") {
			t.Errorf("the error is %v", err)
		}
	})
}

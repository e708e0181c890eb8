package tray

import (
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// What is proven gone stays so for the next reader, and takes what was in it along.
func TestGet_goneCostsNothingMore(t *testing.T) {
	f := withAssets(newFake(1))
	c := f.client(t)
	group := func() error { _, err := c.AgentGroups.Get(t.Context(), assetWS, uuid(71)); return err }
	costsNothing := func(what string, get func() error) {
		t.Helper()
		f.requests()
		if err := get(); !IsGone(err) || len(f.requests()) > 0 {
			t.Errorf("%s: %v", what, err)
		}
	}
	if err := group(); !IsGone(err) {
		t.Fatal(err)
	}
	costsNothing("the same", group)
	if c.Workspaces.Delete(t.Context(), assetWS, true) != nil {
		t.Fatal("the workspace stays")
	}
	costsNothing("what was in it", group)
	costsNothing("their list", func() error { _, err := c.AgentGroups.List(t.Context(), assetWS); return err })
	c = f.client(t) // another run has to ask
	if err := group(); !IsGone(err) || !strings.Contains(err.Error(), "The workspace does not exist any more") {
		t.Errorf("in a workspace that is gone: %v", err)
	}
}

// Whoever removed something needs no token that sees all to know that it is gone.
func TestGet_whatWeRemovedIsGoneToALesserToken(t *testing.T) {
	f := withAssets(newFake(1))
	f.lesser()
	c := f.client(t)
	if err := c.CustomConnectors.Delete(t.Context(), assetRef); err != nil {
		t.Fatal(err)
	}
	if _, err := c.CustomConnectors.Get(t.Context(), assetRef); !IsGone(err) {
		t.Errorf("%v", err)
	}
}

func TestGet_anAnswerAboutAnotherObjectIsAnError(t *testing.T) {
	f := withAssets(newFake(1))
	c := f.client(t, func(cfg *Config) {
		cfg.NoCoalescing = true
		cfg.Transport = roundTrips(func(r *http.Request) (*http.Response, error) {
			r = r.Clone(r.Context())
			r.URL.Path = strings.Replace(r.URL.Path, uuid(22), uuid(2), 1)
			return f.RoundTrip(r)
		})
	})
	if got, err := c.Agents.Get(t.Context(), assetWS, uuid(1), uuid(22)); err == nil || !strings.Contains(err.Error(), "about another agent") {
		t.Errorf("%v %v", got, err)
	}
}

// A list that was read before a write shows it, without what only its answer tells.
func TestWrites_showInListsThatWereReadBefore(t *testing.T) {
	f := withAssets(newFake(1))
	c := f.client(t)
	list := func() []Agent {
		t.Helper()
		all, err := c.Agents.List(t.Context(), assetWS, uuid(1))
		if err != nil {
			t.Fatal(err)
		}
		return all
	}
	list()
	made, err := c.Agents.Create(t.Context(), assetWS, uuid(1), "New")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Agents.SetEnabled(t.Context(), assetWS, uuid(1), uuid(2), false); err != nil {
		t.Fatal(err)
	}
	f.requests()
	all := list()
	if len(all) != 2 || slices.ContainsFunc(all, func(a Agent) bool { return a.RegistrationToken != "" || a.ID == uuid(2) && a.Enabled }) {
		t.Errorf("listed are %+v", all)
	}
	if named, err := c.Agents.Named(t.Context(), assetWS, uuid(1), "New"); err != nil || len(named) != 1 || named[0].ID != made.ID {
		t.Errorf("of that name are %+v, %v", named, err)
	}
	if sent := f.requests(); len(sent) > 0 {
		t.Errorf("that was read again: %v", sent)
	}
	if err := c.AgentGroups.Delete(t.Context(), assetWS, uuid(1)); err != nil {
		t.Fatal(err)
	}
	delete(f.assets, groups+"/"+uuid(1)+"/agents")
	if all, err := c.Agents.List(t.Context(), assetWS, uuid(1)); len(all) > 0 {
		t.Errorf("their group is gone, and there are %+v, %v", all, err)
	}
}

// What this token has made is its own, so that its absence is proof.
func TestGet_whatThisTokenMadeIsGoneWhenItIsNotShown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := withFaults(t)
		f.newState = "active"
		c := f.client(t, func(cfg *Config) { cfg.NoCoalescing = true })
		made, err := c.Subscriptions.Create(t.Context(), subscription())
		if err != nil {
			t.Fatal(err)
		}
		f.assets["/core/v1/subscriptions"] = nil
		if _, err := c.Subscriptions.Get(t.Context(), made.ID); !IsGone(err) {
			t.Errorf("%v", err)
		}
	})
}

// Which of two of a name is ours nobody can tell: neither is taken for it, or made again.
func TestCreate_severalOfANameAfterALostAnswerAreAnError(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := withFaults(t)
		f.fault = func(_ int, r *http.Request) *fault {
			if r.Method != http.MethodPost {
				return nil
			}
			f.assets[groups] = append(f.assets[groups], map[string]any{"id": uuid(31), "name": "New", "workspaceId": assetWS})
			return &fault{after: true}
		}
		_, err := f.client(t).AgentGroups.Create(t.Context(), assetWS, "New")
		if err == nil || !strings.Contains(err.Error(), "Several of that name have appeared") || f.count("POST") != 1 {
			t.Errorf("%v", err)
		}
	})
}

func TestPages_withoutThePlaneThatHasThem(t *testing.T) {
	f := newFake(1)
	f.management = false
	for page, err := range f.client(t).APIUsers.Pages(t.Context(), "w") {
		if len(page) > 0 || err == nil || !strings.Contains(err.Error(), "management") {
			t.Errorf("%v %v", page, err)
		}
	}
}

// Two of one name at once take turns, or a lost answer's look would find both.
func TestCreate_twoOfANameTakeTurns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f, posts := withFaults(t), 0
		f.fault = func(_ int, r *http.Request) *fault {
			if r.Method == http.MethodPost {
				if posts++; posts == 1 {
					return &fault{after: true}
				}
			}
			return nil
		}
		ids := make([]string, 2)
		c := f.client(t, func(cfg *Config) {
			cfg.Transport = roundTrips(func(r *http.Request) (*http.Response, error) {
				resp, err := f.RoundTrip(r)
				if r.Method == http.MethodPost {
					time.Sleep(time.Second) // the answer is on its way
				}
				return resp, err
			})
		})
		var both sync.WaitGroup
		for i := range ids {
			both.Go(func() {
				g, err := c.AgentGroups.Create(t.Context(), assetWS, "New")
				if err != nil {
					t.Error(err)
					return
				}
				ids[i] = g.ID
			})
		}
		both.Wait()
		if ids[0] == ids[1] || f.count("POST") != 2 {
			t.Errorf("made are %v", ids)
		}
	})
}

package tray

import (
	"errors"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

func ptr[V any](v V) *V { return &v }

func managed(t *testing.T) (*fake, *Client) {
	t.Helper()
	f := newFake(0)
	f.management = true
	return f, f.client(t)
}

func TestOrganization_isReadOnceForAll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFake(0)
		f.management, f.latency = true, time.Second
		c := f.client(t)
		var all sync.WaitGroup
		for range 5 {
			all.Go(func() {
				org, err := c.Management.Organization(t.Context())
				if err != nil || org.Name != "Acme" || org.OwnerEmail != "u0001@acme.example" {
					t.Errorf("%v %v", org, err)
				}
			})
		}
		all.Wait()
		wantRequests(t, f, "GET /management/v1", "GET /management/v1/organization")
	})
}

func TestOrganization_errorsAreNotRemembered(t *testing.T) {
	f, c := managed(t)
	f.fault = on("GET", "/organization", 0, 1, fault{status: 403, body: `{"message":"no"}`})
	if _, err := c.Management.Organization(t.Context()); !IsForbidden(err) {
		t.Errorf("got %v, want the 403", err)
	}
	if _, err := c.Management.Organization(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestOrganization_renameShowsInEveryRead(t *testing.T) {
	f, c := managed(t)
	ctx := t.Context()
	_, err1 := c.Workspaces.List(ctx)
	_, err2 := c.Management.Organization(ctx)
	_, err3 := c.Management.Rename(ctx, "Acme Corp")
	if err := errors.Join(err1, err2, err3); err != nil {
		t.Fatal(err)
	}
	f.requests()
	org, err := c.Management.Organization(ctx)
	if err != nil || org.Name != "Acme Corp" || len(f.requests()) != 0 {
		t.Errorf("%v %v", org, err)
	}
	if ws, err := c.Workspaces.Get(ctx, "org"); err != nil || ws.Name != "Acme Corp" {
		t.Errorf("its workspace reads as %v %v", ws, err)
	}
}

func TestOrganization_renameIsSettledAfterAnyFault(t *testing.T) {
	for what, flt := range allOnce {
		synctest.Test(t, func(t *testing.T) {
			f, c := managed(t)
			f.fault = on("PATCH", "/organization", 0, 1, flt)
			org, err := c.Management.Rename(t.Context(), "New")
			if (err == nil) != (f.renamed == "New") {
				t.Errorf("%s: %v, but the name is %q", what, err, f.renamed)
			}
			if err == nil && org.Name != "New" {
				t.Errorf("%s: returned %v", what, org)
			}
			now, err := c.Management.Organization(t.Context())
			if err != nil || now.Name != map[bool]string{true: "New", false: "Acme"}[f.renamed == "New"] {
				t.Errorf("%s: reads %v %v", what, now, err)
			}
		})
	}
}

func TestOrganizationSettings_onlyWhatChangesIsSent(t *testing.T) {
	f, c := managed(t)
	ctx := t.Context()
	f.settings = map[string]any{"alertingWorkflowId": "w-1", "allowWorkspaceAdminTokens": false, "embeddedId": "acme", "configWizardCss": nil}
	got, err := c.Management.ChangeSettings(ctx, OrganizationSettingsChange{AlertingWorkflowID: ptr(""), AllowWorkspaceAdminTokens: ptr(true)})
	if err != nil || *got != (OrganizationSettings{AllowWorkspaceAdminTokens: true, EmbeddedID: "acme"}) {
		t.Errorf("%+v %v", got, err)
	}
	if f.settings["alertingWorkflowId"] != nil {
		t.Errorf("the alerting workflow is %v, want null", f.settings["alertingWorkflowId"])
	}
	read, err := c.Management.Settings(ctx)
	if err != nil || *read != *got {
		t.Errorf("reads %+v %v", read, err)
	}
	wantRequests(t, f, "GET /management/v1", "PATCH /management/v1/organization/settings")
}

func TestOrganizationSettings_changeIsSettledAfterAnyFault(t *testing.T) {
	for what, flt := range allOnce {
		synctest.Test(t, func(t *testing.T) {
			f, c := managed(t)
			f.fault = on("PATCH", "/settings", 0, 1, flt)
			_, err := c.Management.ChangeSettings(t.Context(), OrganizationSettingsChange{EmbeddedID: ptr("acme")})
			if (err == nil) != (f.settings["embeddedId"] == "acme") {
				t.Errorf("%s: %v, but the server has %v", what, err, f.settings)
			}
		})
	}
}

func TestOrganizationSettings_needTheManagementPlane(t *testing.T) {
	f := newFake(0)
	c := f.client(t)
	ctx := t.Context()
	_, err1 := c.Management.Settings(ctx)
	_, err2 := c.Management.ChangeSettings(ctx, OrganizationSettingsChange{EmbeddedID: ptr("x")})
	_, err3 := c.Management.Rename(ctx, "New")
	for _, err := range []error{err1, err2, err3} {
		if !errors.Is(err, errors.ErrUnsupported) || !strings.Contains(err.Error(), "needs the management plane") {
			t.Errorf("got %v", err)
		}
	}
	wantRequests(t, f, "GET /management/v1")
}

// An answer without an id is somebody else's, such as a proxy's.
func TestOrganization_answerOfNobodyIsAnError(t *testing.T) {
	f, c := managed(t)
	f.fault = on(http.MethodGet, "/organization", 0, 0, fault{status: 200, body: `{}`})
	if org, err := c.Management.Organization(t.Context()); err == nil {
		t.Errorf("read %+v", org)
	}
}

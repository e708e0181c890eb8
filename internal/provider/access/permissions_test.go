package access

import (
	"slices"
	"strings"
	"testing"

	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

// The assets and logs matrices of Tray's page on role-based access control, as printed.
func TestPermissions_agreeWithThePublishedMatrices(t *testing.T) {
	t.Parallel()
	matrix := map[string]map[string]string{
		"Owner":       {"projects": "CRUD", "services": "CRUD", "authentications": "CRUD", "logs": "RU"},
		"Admin":       {"projects": "CRUD", "services": "CRUD", "authentications": "CRUD", "logs": "RU"},
		"Contributor": {"projects": "CRUD", "services": "CRUD", "authentications": "CRUD", "logs": "RU"},
		"Viewer":      {"projects": "R", "services": "", "authentications": "R", "logs": "R"},
	}
	for _, role := range Roles() {
		for _, g := range role.Grants(WorkspaceLevel) {
			want, printed := matrix[role.Name][g.Subject.Name]
			if !printed {
				continue
			}
			if g.Operations != want || g.Mark != Documented {
				t.Errorf("%s, %s: %q (%s), want %q (documented)", role.FullName(), g.Subject.Name, g.Operations, g.Mark, want)
			}
		}
	}
}

func TestPermissions_everyRowHasAllColumnsAndOnlyItsOwnLetters(t *testing.T) {
	t.Parallel()
	names := map[string]bool{}
	for _, s := range subjects {
		if len(s.cells) != 4 {
			t.Errorf("%s has %d cells, want 4", s.Name, len(s.cells))
		}
		if names[s.Name] {
			t.Errorf("%s occurs twice", s.Name)
		}
		names[s.Name] = true
		for _, c := range s.cells {
			if strings.Trim(c.Operations, s.Operations) != "" {
				t.Errorf("%s: %q holds letters beyond %q", s.Name, c.Operations, s.Operations)
			}
		}
	}
}

// A row of the report carries the strongest role's rights for all of a user's rights,
// which is right only while weaker roles have nothing that stronger ones lack.
func TestPermissions_aStrongerRoleHoldsAllOfAWeakerOne(t *testing.T) {
	t.Parallel()
	for _, s := range subjects {
		for i := 1; i < len(s.cells); i++ {
			stronger, weaker := s.cells[i-1].Operations, s.cells[i].Operations
			if strings.Trim(weaker, stronger) != "" {
				t.Errorf("%s: column %d may %q, column %d only %q", s.Name, i, weaker, i-1, stronger)
			}
		}
	}
}

func TestPermissions_everyRightOfARoleIsSomethingItCan(t *testing.T) {
	t.Parallel()
	for _, role := range Roles() {
		rights := append(role.Rights(OrganizationLevel), role.Rights(WorkspaceLevel)...)
		for _, permission := range allPermissions() {
			yes, ok := role.Can(permission)
			if !ok {
				t.Fatalf("%s is listed but not understood", permission)
			}
			subject, _, _ := strings.Cut(permission, ":")
			listed := slices.Contains(rights, permission) || slices.Contains(rights, subject+":manage")
			if strings.HasSuffix(permission, ":manage") {
				listed = slices.Contains(rights, permission)
			}
			if yes != listed {
				t.Errorf("%s can %s: %v, but its rights are %v", role.FullName(), permission, yes, rights)
			}
		}
	}
}

func TestPermissions_unknownNamesAreNotAnswered(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"", "projects", "projects:", "projects:fly", "logs:manage", "usage:manage", "usage:update", "nothing:read"} {
		if _, ok := (Role{WorkspaceRole, "Admin"}).Can(name); ok {
			t.Errorf("%q was understood", name)
		}
	}
	if (Role{WorkspaceRole, "Owner"}).Known() {
		t.Error("a workspace has no Owner")
	}
}

func TestParseRole_tellsTheKindsApart(t *testing.T) {
	t.Parallel()
	orgAdmin, wsAdmin := Role{OrganizationRole, "Admin"}, Role{WorkspaceRole, "Admin"}
	for name, want := range map[string][]Role{
		"Organization Admin":  {orgAdmin},
		"organization-admin":  {orgAdmin},
		"Workspace Admin":     {wsAdmin},
		"workspace view only": {{WorkspaceRole, "Viewer"}},
		"Admin":               {orgAdmin, wsAdmin},
		"owner":               {{OrganizationRole, "Owner"}},
		"Workspace Owner":     nil,
		"Organization":        nil,
		"":                    nil,
	} {
		if got := ParseRole(name); !slices.Equal(got, want) {
			t.Errorf("ParseRole(%q) = %v, want %v", name, got, want)
		}
	}
}

func TestRightsIn_leaveOutWhatAWorkspaceTypeDoesNotHave(t *testing.T) {
	t.Parallel()
	owner := Role{OrganizationRole, "Owner"}
	for kind, missing := range map[tray.WorkspaceType][]string{
		tray.WorkspaceShared:       nil,
		tray.WorkspaceEmbedded:     {"workspace:delete", "workspace-tokens:manage"},
		tray.WorkspaceOrganization: {"workspace:delete", "workspace-tokens:manage", "members:manage"},
		tray.WorkspacePersonal:     {"workspace:delete", "workspace-tokens:manage", "members:manage"},
	} {
		rights := owner.RightsIn(kind)
		for _, right := range owner.Rights(WorkspaceLevel) {
			if slices.Contains(rights, right) == slices.Contains(missing, right) {
				t.Errorf("%s in a workspace of type %s: has it %v", right, kind, slices.Contains(rights, right))
			}
		}
	}
}

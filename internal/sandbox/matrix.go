package sandbox

import "slices"

// The three matrices that Tray publishes about its roles, as data: access reports are
// compared to them. Most of their cells concern things that neither plane serves yet;
// rbac.go decides what is served.

// Grant is one row of a matrix: who may do what to which thing.
type Grant struct {
	Matrix string // settings, assets or logs
	Thing  string
	Role   string // in the organization
	Rights string // letters of CRUD, or empty. For logs: R reads, U replays.
	Own    bool   // only in workspaces that the person is in; for analytics, only their own assets
	Mark   Mark
}

// Matrices lists all rows: settings, then assets, then logs, each by thing and from the
// Owner down.
func Matrices() []Grant { return slices.Clone(matrices) }

// The settings matrix is a picture in every copy of the page, so its cells come from the
// text around it and from older pages. The other two are tables.
var matrices = slices.Concat(
	settingsRow("People", allow("CRUD", Documented), allow("CRUD", Documented), allow("R", Assumed), allow("R", Assumed)),
	settingsRow("Workspaces", allow("CRUD", Documented), allow("CRUD", Documented), own("R", Documented), own("R", Documented)),
	settingsRow("General", allow("RU", Older), allow("RU", Assumed), allow("R", Assumed), allow("R", Assumed)),
	settingsRow("Usage", allow("R", Documented), allow("R", Documented), allow("", Documented), allow("", Documented)),
	settingsRow("Billing", allow("RU", Documented), allow("", Older), allow("", Older), allow("", Older)),
	settingsRow("Insights", allow("R", Documented), allow("R", Documented), own("R", Older), allow("", Assumed)),
	settingsRow("Tokens", allow("CRD", Assumed), allow("CRD", Documented), allow("", Documented), allow("", Documented)),
	settingsRow("Embedded settings", allow("RU", Older), allow("RU", Assumed), allow("", Assumed), allow("", Assumed)),
	settingsRow("Customization", allow("RU", Assumed), allow("RU", Assumed), allow("", Assumed), allow("", Assumed)),

	assetsRow("Projects, workflows and solutions", "R"),
	assetsRow("Custom services", ""),
	assetsRow("Authentications", "R"),

	matrixRow("logs", "Logs", allow("RU", Documented), allow("RU", Documented), allow("RU", Documented), allow("R", Documented)),
)

func allow(rights string, mark Mark) Grant { return Grant{Rights: rights, Mark: mark} }
func own(rights string, mark Mark) Grant   { return Grant{Rights: rights, Mark: mark, Own: true} }

// matrixRow takes the cells from the Owner down.
func matrixRow(matrix, thing string, cells ...Grant) []Grant {
	for i := range cells {
		cells[i].Matrix, cells[i].Thing, cells[i].Role = matrix, thing, organizationRoles[i]
	}
	return cells
}

func settingsRow(thing string, cells ...Grant) []Grant { return matrixRow("settings", thing, cells...) }

// assetsRow differs in what a Viewer may do only: everybody else manages assets,
// Contributors where they belong.
func assetsRow(thing, viewers string) []Grant {
	last := own(viewers, Documented)
	last.Own = viewers != ""
	return matrixRow("assets", thing, allow("CRUD", Documented), allow("CRUD", Documented), own("CRUD", Documented), last)
}

package tray

// Which token may do what (docs: tokens and who may call what).
const (
	rightAny          = "any valid token may do this"
	rightSeeWorkspace = "it takes a token with an organization role, or with at least Viewer in this workspace"
	rightRunWorkspace = "it takes a token of an organization Owner or Admin, or of an Admin of this workspace"
	rightRoles        = "it takes a token of an organization Owner or Admin, or an Embedded master token"
	rightUsers        = "it takes a token of an organization Admin, or an Embedded master token"
	rightSeeUser      = "it takes a token with an organization role, or an Embedded master token"
	rightManage       = "it takes a token of an organization Owner or Admin"
	rightOperate      = "it takes an operator's token"
)

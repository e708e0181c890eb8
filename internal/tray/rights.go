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
	rightOwnConnector = "it takes a token of the user who deployed the connector or, on the management plane, of an organization Owner or Admin"
	rightDeploy       = "it takes the token of an API user, and the same one each time: who deploys a connector owns it"
	rightCatalogue    = "it takes a token that sees connectors, such as an Embedded master token"
	rightOwnSecrets   = "it takes the token that the authentication was made with"
	rightTokens       = "it takes a token of an organization Owner or Admin or, where the organization lets them, of an Admin of the workspace"
	rightAgents       = "it takes a token with a role in this workspace that may manage its on-premise agents"
	rightBuild        = "it takes a token with at least Contributor in the workspace, or of an organization Owner or Admin"
	rightEmbedded     = "it takes the master token of an organization with Embedded"
	rightOperate      = "it takes an operator's token"
)

package probe

// What workspaces hold is asked about where reading is enough: what is made there costs people who use the organization.

// authenticationID (86) asks for an authentication by what is no UUID.
func authenticationID(a *asking) { a.expect("id x", a.get("/core/v1/authentications/x"), 400) }

// connectorsByToken (89) reads connectors and triggers with the token of an API user.
func connectorsByToken(a *asking) {
	a.expect("GET /core/v1/connectors", a.get("/core/v1/connectors"), 200)
	a.expect("GET /core/v1/triggers", a.get("/core/v1/triggers"), 200)
}

// contentsPages (78) asks for one subscription more than a page of workspaces may have.
func contentsPages(a *asking) {
	a.expect("first=101", a.get("/core/v1/subscriptions", "first", "101"), 400)
	a.expect("first=100", a.get("/core/v1/subscriptions", "first", "100"), 200)
}

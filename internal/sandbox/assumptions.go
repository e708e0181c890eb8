package sandbox

import "slices"

// Assumption is a question that Tray's documents leave open, what the sandbox answers
// meanwhile, and the call on a live organization that would settle it.
type Assumption struct {
	Number   int
	Question string
	Chosen   string
	Probe    string
}

// Assumptions lists the open questions by number. Numbers are never used again, because
// tests and documentation cite them. Each noun declares its own; those about the form of
// requests and answers, whatever they are about, are here.
func Assumptions() []Assumption {
	all := slices.Clone(wireQuestions)
	for _, n := range nouns {
		all = append(all, n.assumptions...)
	}
	slices.SortFunc(all, func(a, b Assumption) int { return a.Number - b.Number })
	return all
}

var wireQuestions = []Assumption{
	{2, "In which order do lists come?",
		"In order of creation, roles from the highest down.",
		"GET any list twice, before and after adding an element."},
	{3, "How large is a page when neither first nor last is given?",
		"Ten, and the option page_size changes it: a client must not count on it.",
		"GET /core/v1/users without parameters in an organization of more than 100."},
	{12, "With which status are the organization's rules refused?",
		"400, but 403 for the limit of a plan.",
		"PUT /core/v1/workspaces/{id}/users/{organization Admin} with Viewer."},
	{26, "What do the elements of user and member lists carry?",
		"The whole object; the option list_elements=sparse leaves id and name. The reference gives the wrong schema, and a third-party client relies on id and name.",
		"GET /core/v1/users and GET /core/v1/workspaces/{id}/users."},
	{27, "How are type and accountType written?",
		"As a string, which a third-party client has seen; the option type_shape=object writes what the reference draws.",
		"GET /core/v1/workspaces."},
	{28, "What do a page size out of bounds, first together with last, and a foreign cursor answer?",
		"400 each.",
		"GET /core/v1/workspaces?first=101, ?first=0, ?first=1&last=1, ?cursor=x."},
	{29, "In which order does a backwards page come, and which side of the cursor?",
		"The elements before the cursor, in the order of the list; without a cursor the last ones.",
		"GET /core/v1/roles?last=2 and again with its startCursor."},
	{30, "Are unknown fields of a body refused?",
		"No, ignored. Names are matched exactly.",
		"POST /core/v1/invites with an extra field."},
	{31, "What does an id with characters other than letters, digits and hyphens answer?",
		"400.",
		"GET /core/v1/users/a_b."},
	{34, "When is a missing right a 404 and when a 403?",
		"404 when the token may not know of the workspace, 403 when it sees it. The documents say that a 404 may mean hidden.",
		"GET and PUT on a workspace that the token's user is not in, and on one where they are Viewer."},
	{35, "What does a known path with another method answer?",
		"404, as an unknown path.",
		"DELETE /core/v1/roles."},
	{40, "How does the rate limit count and answer?",
		"Per token, a bucket of the rate with five thirds of it as burst (50 over 30); 429 without Retry-After.",
		"Not worth asking: the provider stays below it."},
	{47, "When does a write show in reads?",
		"At once. A fault with stale shows old data on purpose.",
		"POST a membership and GET it in a loop."},
	{60, "How are ids compared?",
		"As they are written; ids of roles, which are documented as UUIDs, without regard to case.",
		"GET /core/v1/users/{own id in capitals}, and PUT a role with its id in capitals."},
	{61, "Which content types may the body of a request have?",
		"Any: it is read as JSON whatever the header says, as the vendor's own client sends JSON under a form's type.",
		"PUT /core/v1/users/{id}/roles with Content-Type: text/plain."},
	{62, "What does a query parameter that is given twice answer?",
		"400, but for type, which is a list.",
		"GET /core/v1/workspaces?first=1&first=2."},
	{63, "What does a query that cannot be parsed answer?",
		"400, never the list without a filter.",
		"GET /core/v1/users?email=%zz."},
	{64, "How long may names and e-mail addresses be?",
		"255 and 254 characters, 400 beyond. The e-mail pattern is documented, lengths are not.",
		"POST /core/v1/users with a name of 256 characters."},
	{65, "Are bodies compressed?",
		"Never: a request with a Content-Encoding is a 400, and answers are as they are whatever Accept-Encoding asks for.",
		"PUT /core/v1/users/{id}/roles with a body in gzip, and GET any list with Accept-Encoding: gzip."},
	{66, "How large may the body of a request be, and what does a larger one answer?",
		"64 KiB, the organization's settings 1 MiB; 413, which is documented for on-premise operations only.",
		"POST /core/v1/invites with an address of 70,000 characters."},
	{67, "In which words is a field refused that is missing?",
		"Invalid value for: body (Missing required field at 'name'). The sentences for a wrong type and for what is no UUID are documented.",
		"POST /core/v1/invites with {}."},
}

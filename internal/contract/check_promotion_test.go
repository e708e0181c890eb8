package contract_test

import "strings"

// What promotes projects and what Embedded speaks, as the cases of check_test.go.

const (
	project   = "/core/v1/projects/" + id
	nothing   = `{"created":[],"updated":[],"removed":[]}`
	exported  = `{"tray_export_version":4,"export_type":"project","workflows":[],"projects":[]}`
	noMapping = `"connectorMapping":[],"serviceMapping":[]`
	imports   = `{"exportedProjectJson":` + exported + `,"authenticationResolution":[],` + noMapping + `}`
	imported  = `{"importMetadata":{"importedFrom":{"projectId":"` + id + `","projectName":"Dev"},"projectId":"` + id + `","projectName":"Prod"},` +
		`"projectImpact":{"config":{"created":[],"updated":[{"key":"k","oldValue":null,"newValue":[1]}],"removed":[]},"workflows":`
	impact = `{"breakingChanges":false,"requiresNewUserInput":false,"requiresNewSystemInput":false,"authSlots":` + nothing + `,"configSlots":` + nothing
	graph  = `{"query":"{viewer{details{name}}}"}`
	users  = `{"query":"query q($n: Int, $c: UserSearchCriteria) { users(first: $n, criteria: $c) { edges { node { ...f } } pageInfo { hasNextPage } } } fragment f on ExternalUser { id me: name isTestUser }",` +
		`"variables":{"n":1,"c":{"externalUserId":"hush"}}}`
	oneUser = `{"data":{"users":{"edges":[{"node":{"id":"u1","me":"M","isTestUser":null}}],"pageInfo":{"hasNextPage":false}}}}`
	noUser  = `{"data":{"users":{"edges":[],"pageInfo":{"hasNextPage":false}}}}`
)

var promotionCases = []checked{
	{"version of a project", exchange{method: "POST", target: project + "/versions/1.0", body: `{"title":"T"}`, status: 201,
		answer: `{"projectId":"` + id + `","versionNumber":"1.0","title":"T","description":"","created":"2026-11-28T10:00:00Z","creator":"u1"}`}, ""},
	{"export", exchange{method: "GET", target: project + "/versions/1.0/export",
		answer: `{"tray_export_version":4,"export_type":"project","workflows":[{"id":"` + id + `","title":"W","steps":{},"steps_structure":[],"mine":1}],"projects":[],"new":null}`}, ""},
	{"import of an export", exchange{method: "POST", target: project + "/imports", body: imports, answer: imported + nothing + `}}`}, ""},
	{"refused import of anything", exchange{method: "POST", target: project + "/imports/previews", body: `{"exportedProjectJson":{},"authenticationResolution":[],` + noMapping + `}`,
		status: 400, answer: `{"message":"Exported structure validation failed"}`}, ""},
	{"requirements", exchange{method: "POST", target: project + "/imports/requirements", body: `{"exportedProjectJson":{},` + noMapping + `}`,
		answer: `{"unresolvedAuthentications":false,"newConfigKeys":true,"config":{"source":{"k":null},"target":{}},"authenticationsRequirements":[]}`}, ""},
	{"release as the reference has it", exchange{method: "POST", target: "/core/v1/solutions/" + id + "/releases", answer: impact + `,"releaseId":"` + id + `"}`}, ""},
	{"release as clients expect it", exchange{method: "POST", target: "/core/v1/solutions/" + id + "/releases", status: 201, answer: impact + `,"releaseId":"` + id + `"}`}, ""},
	{"empty project", exchange{method: "POST", target: "/management/v1/workspaces/w1/projects", body: `{"name":"P"}`, status: 201,
		answer: `{"id":"` + id + `","workspaceId":"w1","name":"P","createdAt":"2026-11-28T10:00:00Z","workflowCount":0}`}, ""},
	{"errors in a 200", exchange{method: "POST", target: "/graphql", body: graph,
		answer: `{"data":null,"errors":[{"message":"x","path":["viewer",0],"locations":[{"line":1,"column":2}],"extensions":{"name":"PreconditionError","code":"access_not_allowed"}}]}`}, ""},
	{"document with variables, a fragment and an alias", exchange{method: "POST", target: "/graphql", body: users, answer: oneUser}, ""},
	{"one of two operations", exchange{method: "POST", target: "/graphql", body: `{"operationName":"b","query":"query a {viewer{details{name}}} query b {viewer{details{email}}}"}`,
		answer: `{"data":{"viewer":{"details":{"email":"e"}}}}`}, ""},
	{"skipped field", exchange{method: "POST", target: "/graphql", body: `{"query":"query q($s: Boolean!) {viewer{details{name email @skip(if: $s)}}}","variables":{"s":true}}`,
		answer: `{"data":{"viewer":{"details":{"name":"n"}}}}`}, ""},
	{"introspection", exchange{method: "POST", target: "/graphql", body: `{"query":"{__schema{queryType{name kind}}}"}`,
		answer: `{"data":{"__schema":{"queryType":{"name":"Query","kind":"OBJECT"}}}}`}, ""},
	{"gateway's refusal", exchange{method: "POST", target: "/graphql", body: graph, status: 401, answer: `{"message":"Unauthorized"}`}, ""},

	{"export as a text", exchange{method: "POST", target: project + "/imports", body: `{"exportedProjectJson":"{}","authenticationResolution":[],` + noMapping + `}`,
		status: 400, answer: `{"message":"x"}`}, `at "/exportedProjectJson"`},
	{"version of a service as a number", exchange{method: "POST", target: project + "/imports/requirements",
		body:   `{"exportedProjectJson":{},"connectorMapping":[],"serviceMapping":[{"from":{"name":"a","version":1},"to":{"name":"b","version":"1"}}]}`,
		status: 400, answer: `{"message":"x"}`}, `at "/serviceMapping/0/from/version"`},
	{"import without resolutions", exchange{method: "POST", target: project + "/imports", body: `{"exportedProjectJson":{},` + noMapping + `}`,
		status: 400, answer: `{"message":"x"}`}, `"authenticationResolution" is missing`},
	{"project id that is no UUID", exchange{method: "GET", target: "/core/v1/projects/p1/versions", status: 400, answer: `{"message":"x"}`}, `parameter "projectId"`},
	{"one version", exchange{method: "GET", target: project + "/versions/1.0", status: 404, answer: `{"message":"x"}`}, "no such operation"},
	{"workflow without a name", exchange{method: "POST", target: project + "/imports", body: imports,
		answer: imported + `{"created":[{"id":"` + id + `"}],"updated":[],"removed":[]}}}`}, `"name" is missing`},
	{"body of a release", exchange{method: "POST", target: "/core/v1/solutions/" + id + "/releases", body: `{}`, status: 400, answer: `{"message":"x"}`}, "a body is sent, but the operation takes none"},
	{"versions without elements", exchange{method: "GET", target: project + "/versions", answer: page + `}`}, `"elements" is missing`},
	{"code of the REST API in the gateway's refusal", exchange{method: "POST", target: "/graphql", body: graph, status: 401, answer: `{"message":"x","code":"y"}`}, `"code" is unsupported`},
	{"variables as a text", exchange{method: "POST", target: "/graphql", body: `{"query":"{a}","variables":"{}"}`, answer: `{"data":{}}`}, `at "/variables"`},
	{"document of another schema", exchange{method: "POST", target: "/graphql", body: `{"query":"{viewer{hush}}"}`, answer: `{"data":null,"errors":[{"message":"x"}]}`}, "FieldsOnCorrectType at line 1, column 9"},
	{"document that is none", exchange{method: "POST", target: "/graphql", body: `{"query":"{viewer"}`, answer: `{"data":null,"errors":[{"message":"x"}]}`}, "not GraphQL"},
	{"variable of another kind", exchange{method: "POST", target: "/graphql", body: strings.Replace(users, `"n":1`, `"n":"hush"`, 1), answer: noUser}, "at variable.n"},
	{"variable with a field of its own", exchange{method: "POST", target: "/graphql", body: strings.Replace(users, "externalUserId", "hush", 1), answer: noUser}, "at variable.c.hush"},
	{"field that was not selected", exchange{method: "POST", target: "/graphql", body: users, answer: strings.Replace(oneUser, `"id"`, `"email":"e","id"`, 1)}, "data.users.edges.0.node.email is there and was not selected"},
	{"field under its own name instead of the alias", exchange{method: "POST", target: "/graphql", body: users, answer: strings.Replace(oneUser, `"me"`, `"name"`, 1)}, "data.users.edges.0.node.me is selected and missing"},
	{"null that is never", exchange{method: "POST", target: "/graphql", body: users, answer: strings.Replace(oneUser, `"u1"`, `null`, 1)}, "data.users.edges.0.node.id is null"},
	{"number for an id", exchange{method: "POST", target: "/graphql", body: users, answer: strings.Replace(oneUser, `"u1"`, `1`, 1)}, "data.users.edges.0.node.id is no ID"},
	{"object for a list", exchange{method: "POST", target: "/graphql", body: users, answer: strings.Replace(noUser, `[]`, `{}`, 1)}, "data.users.edges is no list"},
	{"JSON that is none", exchange{method: "POST", target: "/graphql", body: `{"query":"mutation {callConnector(input:{connector:\"c\",version:\"1\",operation:\"o\",input:\"{}\"}){output}}"}`,
		answer: `{"data":{"callConnector":{"output":"{"}}}`}, "data.callConnector.output is no Json"},
	{"no data and no errors", exchange{method: "POST", target: "/graphql", body: graph, answer: `{"data":null}`}, "data is no object"},
	{"project without the count of workflows", exchange{method: "GET", target: "/management/v1/projects/" + id,
		answer: `{"id":"` + id + `","workspaceId":"w1","name":"P","createdAt":"2026-11-28T10:00:00Z"}`}, `"workflowCount" is missing`},
}

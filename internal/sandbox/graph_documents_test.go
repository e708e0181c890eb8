package sandbox

import (
	"encoding/base64"
	"encoding/json"
	"strings"
	"testing"
)

// partner is an account with Embedded in which a solution is published, an end user is
// there, and has an instance.
type partner struct {
	*world
	project, solution, user, token, auth, instance string
}

func newPartner(t testing.TB) partner {
	p := partner{world: newWorld(t, embedded)}
	p.project, p.solution = p.solved()
	p.user = p.endUser("u1")
	p.token = p.authorize(p.user)
	twilioService, _ := findPublicService("twilio")
	p.auth = p.does(p.token, `mutation($s: String!, $e: String!, $d: Json!) { createUserAuthentication(input: {name: "Mine", serviceId: $s, serviceEnvironmentId: $e, data: $d}) { authenticationId } }`,
		object{"s": twilioService.reference().ID, "e": p.publicEnvironment("twilio"), "d": encode(twilio)}, "createUserAuthentication", "authenticationId")
	p.instance = p.does(p.token, `mutation($s: ID!) { createSolutionInstance(input: {solutionId: $s, instanceName: "I"}) { solutionInstance { id } } }`,
		object{"s": p.solution}, "createSolutionInstance", "solutionInstance", "id")
	return p
}

func (p partner) endUser(external string) string {
	p.Helper()
	return p.does(p.sandbox.OwnerToken(), `mutation($e: String!) { createExternalUser(input: {externalUserId: $e, name: "Una"}) { userId } }`, object{"e": external}, "createExternalUser", "userId")
}

func (p partner) authorize(user string) string {
	p.Helper()
	return p.does(p.sandbox.OwnerToken(), `mutation($id: ID!) { authorize(input: {userId: $id}) { accessToken } }`, object{"id": user}, "authorize", "accessToken")
}

// The documents that the vendor's sample app sends, which inlines values and asks for
// __typename everywhere, and those of its marketplace app, which names operations and
// declares variables. None is changed but for the ids.
func TestGraph_documentsOfPublicClients(t *testing.T) {
	p := newPartner(t)
	master := p.sandbox.OwnerToken()
	for _, c := range []struct {
		name, token, document string
		variables             object
		want                  string
	}{
		{"sample: me", p.token, `{ viewer { details { username email __typename } __typename } }`, nil, `"__typename":"UserDetails"`},
		{"sample: auths", p.token, `{ viewer { authentications { edges { node { id name __typename } __typename } __typename } __typename } }`, nil, p.auth},
		{"sample: solutions", master, `{ viewer { solutions { edges { node { id title __typename } __typename } __typename } __typename } }`, nil, p.solution},
		{"sample: instances", p.token, `{ viewer { solutionInstances { edges { node { id name enabled __typename } __typename } __typename } __typename } }`, nil, p.instance},
		{"sample: instance by ids", p.token, `{ viewer { solutionInstances(criteria: {ids: "` + p.instance + `"}) { edges { node { id name enabled __typename } __typename } __typename } __typename } }`, nil, p.instance},
		{"sample: user", master, `{ users(criteria: {externalUserId: "u1"}) { edges { node { id __typename } __typename } __typename } }`, nil, p.user},
		{"sample: authorize", master, `mutation { authorize(input: {userId: "` + p.user + `"}) { accessToken __typename } }`, nil, `"__typename":"AuthorizePayload"`},
		{"sample: create user", master, `mutation { createExternalUser(input: {externalUserId: "u2", name: "N"}) { userId __typename } }`, nil, `"userId"`},
		{"sample: code", master, `mutation { generateAuthorizationCode(input: {userId: "` + p.user + `"}) { authorizationCode __typename } }`, nil, `"authorizationCode"`},
		{"sample: create", p.token, `mutation { createSolutionInstance(input: {solutionId: "` + p.solution + `", instanceName: "Two", authValues: [], configValues: []}) { solutionInstance { id __typename } __typename } }`, nil, `"__typename":"SolutionInstance"`},
		{"sample: enable", p.token, `mutation { updateSolutionInstance(input: {solutionInstanceId: "` + p.instance + `", enabled: true}) { clientMutationId __typename } }`, nil, `"clientMutationId":null`},
		{"marketplace: tags", master, `query solutions($tags: [String!]) { viewer { solutions(criteria: {tags: $tags}) { edges { node { id title tags } } } } }`, object{"tags": []string{"prod"}}, p.solution},
		{"marketplace: no tags", master, `query solutions($tags: [String!]) { viewer { solutions(criteria: {tags: $tags}) { edges { node { id title tags } } } } }`, object{"tags": []string{}}, p.solution},
		{"marketplace: one tag", master, `query solutions($tags: [String!]) { viewer { solutions(criteria: {tags: $tags}) { edges { node { id } } } } }`, object{"tags": "prod"}, p.solution},
		{"marketplace: page", master, `query solutions($count: Int!, $after: String) { viewer { solutions(first: $count, after: $after) { edges { node { id } cursor } pageInfo { hasNextPage endCursor } } } }`, object{"count": 100, "after": nil}, `"hasNextPage":false`},
		{"marketplace: instances", p.token, `query solutionInstances($count: Int!, $after: String) { viewer { solutionInstances(first: $count, after: $after) { edges { node { id name enabled created
			solution { id title customFields { key value } } solutionVersionFlags { hasNewerVersion requiresUserInputToUpdateVersion } } } pageInfo { hasNextPage endCursor } } } }`, object{"count": 100}, `"key":"plan","value":"gold"`},
		{"marketplace: user", master, `query getUser($externalUserId: String!) { users(criteria: {externalUserId: $externalUserId}) { edges { node { id externalUserId name } } } }`, object{"externalUserId": "u1"}, p.user},
		{"marketplace: create user", master, `mutation createExternalUser($externalUserId: String!, $name: String!) { createExternalUser(input: {externalUserId: $externalUserId, name: $name}) { userId } }`, object{"externalUserId": "u3", "name": "N"}, `"userId"`},
		{"marketplace: authorize", master, `mutation authorize($userId: ID!) { authorize(input: {userId: $userId}) { accessToken } }`, object{"userId": p.user}, `"accessToken"`},
		{"marketplace: code", master, `mutation code($userId: ID!) { generateAuthorizationCode(input: {userId: $userId}) { authorizationCode } }`, object{"userId": p.user}, `"authorizationCode"`},
		{"marketplace: create", p.token, `mutation create($solutionId: ID!, $name: String!, $authValues: [AuthValue!]!, $configValues: [ConfigValue!]!) {
			createSolutionInstance(input: {solutionId: $solutionId, instanceName: $name, authValues: $authValues, configValues: $configValues}) { solutionInstance { id configValues { value } } } }`,
			object{"solutionId": p.solution, "name": "Three", "authValues": []object{{"externalId": "external_sms", "authId": p.auth}}, "configValues": []object{{"externalId": "external_channel", "value": `[1,7,4]`}}}, `"value":"[1,7,4]"`},
		{"marketplace: enable", p.token, `mutation delete($solutionInstanceId: ID!, $enabled: Boolean!) { updateSolutionInstance(input: {solutionInstanceId: $solutionInstanceId, enabled: $enabled}) { clientMutationId } }`, object{"solutionInstanceId": p.instance, "enabled": false}, `"updateSolutionInstance"`},
		{"marketplace: delete", p.token, `mutation delete($solutionInstanceId: ID!) { removeSolutionInstance(input: {solutionInstanceId: $solutionInstanceId}) { clientMutationId } }`, object{"solutionInstanceId": p.instance}, `"removeSolutionInstance"`},
	} {
		got := p.as(c.token, "POST", "/graphql", object{"query": c.document, "variables": c.variables})
		if got.status != 200 || strings.Contains(got.body, `"errors"`) || !strings.Contains(got.body, c.want) {
			t.Errorf("%s answered %d %s, want %s", c.name, got.status, got.body, c.want)
		}
	}
}

// What the vendor's own documentation shows cannot work: the variable is not declared, and a
// text is no Boolean.
func TestGraph_refusesWhatIsNotValid(t *testing.T) {
	p := newPartner(t)
	master := p.sandbox.OwnerToken()
	for _, c := range []struct {
		token, document string
		variables       object
		name, code      string
	}{
		{master, `query { viewer { solutions(criteria: {tags: $tags}) { edges { node { id } } } } }`, object{"tags": []string{}}, "GraphQLError", ""},
		{master, `mutation { createExternalUser(input: {externalUserId: "x", name: "N", isTestUser: "true"}) { userId } }`, nil, "GraphQLError", ""},
		{master, `mutation { removeExternalUser(input: {userId: "` + p.user + `"}) }`, nil, "GraphQLError", ""}, // clientMutationId must be selected
		{master, `{`, nil, "GraphQLError", ""},
		{master, `query($n: Int!) { viewer { solutions(first: $n) { edges { node { id } } } } }`, nil, "GraphQLError", ""},
		{master, `{ viewer { solutions(after: "x") { edges { node { id } } } } }`, nil, "PreconditionError", codeNotThere},
		{p.token, `{ users { edges { node { id } } } }`, nil, "PreconditionError", codeNotAllowed},
		{p.token, `mutation { authorize(input: {userId: "` + p.user + `"}) { accessToken } }`, nil, "PreconditionError", codeNotAllowed},
		{p.token, `mutation { exportProject(input: {projectId: "` + p.project + `"}) { exportedProjectJson } }`, nil, "PreconditionError", codeNotAllowed},
		{p.token, `{ viewer { solutionInstances(criteria: {owner: "` + p.user + `"}) { totalCount } } }`, nil, "PreconditionError", codeNotAllowed},
		{master, `mutation { createSolutionInstance(input: {solutionId: "` + p.solution + `", instanceName: "I"}) { clientMutationId } }`, nil, "PreconditionError", codeNotAllowed},
		{master, `mutation { authorize(input: {userId: "nobody"}) { accessToken } }`, nil, "PreconditionError", codeNoUser},
		{master, `mutation { createExternalUser(input: {externalUserId: "u1", name: "N"}) { userId } }`, nil, "PreconditionError", codeUserThere},
		{master, `mutation { exportWorkflows(input: {workflowIds: ["none"]}) { exportedWorkflowsJson } }`, nil, "PreconditionError", codeNoWorkflow},
		{p.token, `mutation { createSolutionInstance(input: {solutionId: "none", instanceName: "I"}) { clientMutationId } }`, nil, "PreconditionError", codeNotThere},
		{p.token, `mutation { updateSolutionInstance(input: {solutionInstanceId: "` + p.instance + `", configValues: {externalId: "external_channel", value: "s3cret not JSON"}}) { clientMutationId } }`, nil, "GraphQLError", ""},
		{p.token, `mutation { updateSolutionInstance(input: {solutionInstanceId: "` + p.instance + `", configValues: {externalId: "none", value: "1"}}) { clientMutationId } }`, nil, "PreconditionError", codeNotThere},
		{p.token, `mutation { updateSolutionInstance(input: {solutionInstanceId: "` + p.instance + `", enabled: true, errorOnEnablingWithMissingValues: true}) { clientMutationId } }`, nil, "PreconditionError", ""},
		{p.token, `mutation { upgradeSolutionInstance(input: {solutionInstanceId: "` + p.instance + `"}) { clientMutationId } }`, nil, "PreconditionError", ""},
	} {
		got := p.as(c.token, "POST", "/graphql", object{"query": c.document, "variables": c.variables})
		var said struct {
			Data   json.RawMessage
			Errors []struct{ Extensions object }
		}
		if err := json.Unmarshal([]byte(got.body), &said); err != nil || got.status != 200 || string(said.Data) != "null" || len(said.Errors) == 0 {
			t.Errorf("%s answered %d %s", c.document, got.status, got.body)
			continue
		}
		code, _ := said.Errors[0].Extensions["code"].(string)
		if said.Errors[0].Extensions["name"] != c.name || code != c.code || said.Errors[0].Extensions["errorId"] == nil || strings.Contains(got.body, "s3cret") {
			t.Errorf("%s came to %s, want %s %s", c.document, got.body, c.name, c.code)
		}
	}
}

func TestGraph_isARealExecutor(t *testing.T) {
	p := newPartner(t)
	master := p.sandbox.OwnerToken()
	two := `query a { viewer { details { name } } } query b { __schema { mutationType { name } } }`
	got := p.must(200, "POST", "/graphql", object{"query": two, "operationName": "b"}).body
	if got != `{"data":{"__schema":{"mutationType":{"name":"Mutation"}}}}` {
		t.Errorf("the second of two operations answers %s", got)
	}
	if got := p.must(200, "POST", "/graphql", object{"query": two}).body; !strings.Contains(got, `"errors"`) {
		t.Errorf("without a name it answers %s", got)
	}
	fields := p.does(master, `{ __type(name: "UpdateExternalUserInput") { inputFields { name type { name kind ofType { name } } } } }`, nil, "__type", "inputFields", "name")
	if fields != "userId" {
		t.Errorf("introspection begins with %s", fields)
	}
	aliases := p.does(master, `query($with: Boolean!) { one: viewer { ...d } two: viewer { ... on Viewer { details { name @include(if: $with) email } } } } fragment d on Viewer { details { n: name } } # a comment`,
		object{"with": false})
	if aliases != `{"one":{"details":{"n":"Olivia Owner"}},"two":{"details":{"email":"owner@example.com"}}}` {
		t.Errorf("aliases, fragments and directives answer %s", aliases)
	}
	for _, body := range []string{`[]`, `{`, `{"query":1}`, `{"mutation":"x"}`} {
		p.must(400, "POST", "/graphql", body)
	}
	failed := `mutation { a: createExternalUser(input: {externalUserId: "x", name: "N"}) { userId } b: authorize(input: {userId: "none"}) { accessToken } }`
	if got := p.graph(master, failed, nil); len(got.Errors) != 1 || len(got.Data) != 0 {
		t.Errorf("a failure among two comes to %+v", got)
	}
}

func TestGraph_pagesAndCriteria(t *testing.T) {
	p := newPartner(t)
	master := p.sandbox.OwnerToken()
	for _, external := range []string{"u2", "u3"} {
		p.endUser(external)
	}
	const page = `query($first: Int, $last: Int, $after: String, $before: String) { users(first: $first, last: $last, after: $after, before: $before) { edges { node { externalUserId } cursor } pageInfo { startCursor endCursor hasNextPage hasPreviousPage } } }`
	at := func(variables object) string { return p.does(master, page, variables, "users") }
	first := at(object{"first": 1})
	cursor := base64.StdEncoding.EncodeToString([]byte(p.user))
	if want := `{"edges":[{"cursor":"` + cursor + `","node":{"externalUserId":"u1"}}],"pageInfo":{"endCursor":"` + cursor + `","hasNextPage":true,"hasPreviousPage":false,"startCursor":"` + cursor + `"}}`; first != want {
		t.Errorf("the first page is %s, want %s", first, want)
	}
	if got := at(object{"first": 5, "after": cursor}); !strings.Contains(got, `"u2"`) || !strings.Contains(got, `"u3"`) || strings.Contains(got, `"u1"`) || !strings.Contains(got, `"hasPreviousPage":true`) {
		t.Errorf("the second page is %s", got)
	}
	if got := at(object{"last": 1}); !strings.Contains(got, `"u3"`) || strings.Contains(got, `"u2"`) {
		t.Errorf("the last one is %s", got)
	}
	count := func(token, criteria string) string {
		return p.does(token, `{ viewer { solutionInstances`+criteria+` { totalCount } } }`, nil, "viewer", "solutionInstances", "totalCount")
	}
	for criteria, want := range map[string]string{"": "0", `(criteria: {owner: "` + p.user + `"})`: "1", `(criteria: {solutionId: "` + p.solution + `", owner: "none"})`: "0", `(criteria: {solutionId: "` + p.solution + `"})`: "1"} {
		if got := count(master, criteria); got != want {
			t.Errorf("a master token with %q finds %s, want %s", criteria, got, want)
		}
	}
	if got := count(p.authorize(p.endUser("u4")), ""); got != "0" {
		t.Errorf("another end user sees %s", got)
	}
	if got := count(p.token, `(criteria: {solutionId: "`+p.solution+`"})`); got != "1" {
		t.Errorf("the end user sees %s", got)
	}
}

func TestGraph_tokensAndCodesRunOut(t *testing.T) {
	p := newPartner(t)
	master := p.sandbox.OwnerToken()
	code := func() string {
		return p.does(master, `mutation($id: ID!) { generateAuthorizationCode(input: {userId: $id}) { authorizationCode } }`, object{"id": p.user}, "generateAuthorizationCode", "authorizationCode")
	}
	used, late := code(), code()
	if len(used) != 40 {
		t.Errorf("a code has %d characters", len(used))
	}
	p.must(200, "POST", "/_sandbox/ui/embedded/codes/"+used, nil)
	p.must(404, "POST", "/_sandbox/ui/embedded/codes/"+used, nil)
	p.advance("5m")
	p.must(404, "POST", "/_sandbox/ui/embedded/codes/"+late, nil)
	if got := p.as(late, "POST", "/graphql", object{"query": "{viewer{details{name}}}"}); got.status != 401 {
		t.Errorf("a code is no token: %d", got.status)
	}
	p.advance("47h54m")
	if got := p.as(p.token, "POST", "/graphql", object{"query": "{viewer{details{name}}}"}); got.status != 200 {
		t.Errorf("a token of almost two days answers %d %s", got.status, got.body)
	}
	p.advance("2m")
	if got := p.as(p.token, "POST", "/graphql", object{"query": "{viewer{details{name}}}"}); got.status != 401 || got.body != `{"message":"Unauthorized"}` {
		t.Errorf("a token of two days answers %d %s", got.status, got.body)
	}
	if got := newWorld(t).must(403, "POST", "/graphql", object{"query": "{viewer{details{name}}}"}).body; got != `{"message":"User is not authorized to access this resource with an explicit deny"}` {
		t.Errorf("without Embedded it says %s", got)
	}
}

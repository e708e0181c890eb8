package tray

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
)

// shelves are what workspaces hold in a fake: lists of objects by the path of the list.
type shelves map[string][]map[string]any

// assetRef is the connector of these tests, and assetWS their workspace.
var assetRef = ConnectorRef{"acme-crm", "1.0"}

const (
	assetWS  = "00000000-0000-4000-8000-0000000000ff"
	groups   = "/core/v1/workspaces/" + assetWS + "/on-prem-agent-groups"
	apiUsers = "/management/v1/workspaces/" + assetWS + "/api-users"
	listed   = "/management/v1/workspaces/" + assetWS + "/authentications"
	sharesOf = "/management/v1/connectors/acme-crm/versions/1.0/shares"
	canaries = "canary-of-assets-" // every secret of these tests begins so
	moment   = "2026-11-28T10:00:00Z"
)

// uuid is the n-th id.
func uuid(n int) string { return fmt.Sprintf("00000000-0000-4000-8000-%012d", n) }

// withAssets is a fake whose workspace assetWS holds one of everything.
func withAssets(f *fake) *fake {
	f.management, f.home = true, assetWS
	f.workspaces[assetWS] = wWorkspace{ID: assetWS, Name: "Assets", Type: "Shared"}
	f.members[assetWS] = map[string]string{}
	f.assets = shelves{
		groups:                             {{"id": uuid(1), "name": "G", "workspaceId": assetWS}},
		groups + "/" + uuid(1) + "/agents": {{"id": uuid(2), "agentGroupId": uuid(1), "name": "A", "registered": true, "connected": true, "enabled": true}},
		apiUsers: {{"id": uuid(3), "name": "ci", "workspaceId": assetWS, "organizationRole": wRole{uuid(91), "Viewer"},
			"workspaceRole": wRole{uuid(92), "Contributor"}, "createdAt": moment}},
		apiUsers + "/" + uuid(3) + "/tokens": {{"id": uuid(4), "name": "old", "userId": uuid(3), "createdAt": moment}},
		"/core/v1/authentications":           {{"id": uuid(5), "name": "Auth", "serviceEnvironmentId": "env", "scopes": []string{"b", "a"}}},
		"/core/v1/subscriptions":             {fakeSubscription(uuid(6), "active")},
		sharesOf:                             {{"id": "", "workspaceId": "w-old", "createdAt": moment}, {"id": "", "email": "old@acme.example", "createdAt": moment}},
		"/management/v1/connectors": {{"id": "", "name": "acme-crm", "version": "1.0", "title": "Acme", "description": "", "ownerId": "u0001", "createdAt": moment,
			"deployment": map[string]any{"id": uuid(7), "deploymentStatus": "Deployed", "deployedById": "u0001", "createdAt": moment}}},
	}
	return f
}

func fakeSubscription(id, state string) map[string]any {
	return map[string]any{"id": id, "name": "S", "trigger": map[string]string{"name": "webhook", "version": "1.0"}, "operation": "hook",
		"endpoint": "https://x", "input": map[string]any{}, "state": state}
}

// serveAssets answers what is about assets, and reports whether it did.
func (f *fake) serveAssets(w http.ResponseWriter, r *http.Request, in map[string]any) bool {
	path := r.URL.Path
	switch {
	case strings.HasPrefix(path, "/cdk/v1/"):
		f.serveCDK(w, r, in)
	case path == "/core/v1/connectors", path == "/core/v1/triggers":
		write(w, 200, map[string]any{"elements": []any{map[string]any{"name": "acme-crm", "version": "1.0", "title": "Acme", "description": "",
			"service": map[string]any{"id": "s", "name": "fz_acme", "version": 1}}}})
	case strings.HasSuffix(path, "/operations"):
		write(w, 200, map[string]any{"elements": []any{map[string]any{"name": "list", "title": "List", "description": "", "inputSchema": map[string]any{},
			"outputSchema": map[string]any{}, "hasDynamicOutput": false}}})
	case strings.HasSuffix(path, "/call"):
		write(w, 200, map[string]any{"outcome": "error", "output": map[string]any{"status": 401, "sent": in["input"]}})
	case strings.HasSuffix(path, "/connector-namespace"):
		if r.Method == http.MethodPut {
			f.settings["namespace"] = str(in, "namespace")
		}
		write(w, 200, map[string]any{"namespace": f.settings["namespace"]})
	case strings.HasSuffix(path, "/full"):
		auth := maps.Clone(f.assets["/core/v1/authentications"][0])
		auth["userData"], auth["credentials"] = map[string]any{"user": canaries + "user"}, map[string]any{"token": canaries + "token"}
		write(w, 200, auth)
	case path == listed:
		f.list(w, r, each(f.assets["/core/v1/authentications"], func(o map[string]any) (string, any) {
			o = maps.Clone(o)
			o["workspaceId"], o["ownerId"], o["service"] = assetWS, "u0001", map[string]string{"name": "fz", "version": "1"}
			return fmt.Sprint(o["id"]), o
		}))
	default:
		return f.serveShelf(w, r, in)
	}
	return true
}

// serveShelf is create, read, update and delete of an object on a shelf.
func (f *fake) serveShelf(w http.ResponseWriter, r *http.Request, in map[string]any) bool {
	path := r.URL.Path
	if all, there := f.assets[path]; there || strings.HasSuffix(path, "/agents") || strings.HasSuffix(path, "/tokens") {
		if r.Method != http.MethodPost {
			f.list(w, r, each(all, func(o map[string]any) (string, any) { return fmt.Sprint(o["id"]), without(o, "") }))
			return true
		}
		f.putOnShelf(w, path, in)
		return true
	}
	for shelf, all := range f.assets {
		id, below := strings.CutPrefix(path, shelf+"/")
		if !below {
			continue
		}
		i := slices.IndexFunc(all, func(o map[string]any) bool {
			return o["id"] == id || id == fmt.Sprint(o["name"], "/versions/", o["version"]) || id == fmt.Sprint("workspaces/", o["workspaceId"]) || id == fmt.Sprint("emails/", o["email"])
		})
		switch {
		case i < 0 && r.Method == http.MethodPut && shelf == sharesOf:
			f.assets[shelf] = append(all, map[string]any{"id": "", "workspaceId": strings.TrimPrefix(id, "workspaces/"), "createdAt": moment})
			w.WriteHeader(204)
		case i < 0 && !strings.Contains(id, "/"), i < 0 && shelf == sharesOf:
			say(w, 404, "not found")
		case i < 0:
			continue
		case r.Method == http.MethodDelete && shelf == "/core/v1/subscriptions" && f.keepsDeleted:
			all[i]["state"] = "deleted"
			w.WriteHeader(204)
		case r.Method == http.MethodDelete:
			f.assets[shelf] = slices.Delete(slices.Clone(all), i, i+1)
			w.WriteHeader(204)
		case r.Method == http.MethodGet:
			write(w, 200, without(all[i], ""))
		default:
			changed := maps.Clone(all[i])
			maps.Copy(changed, without(in, "credentials"))
			for _, role := range []string{"organizationRole", "workspaceRole"} {
				if id := str(in, role+"Id"); id != "" {
					changed[role] = wRole{id, "Contributor"}
				}
				delete(changed, role+"Id")
			}
			f.assets[shelf][i] = changed
			write(w, 200, without(changed, "userData"))
		}
		return true
	}
	if strings.HasPrefix(path, "/management/v1/connectors/") {
		say(w, 404, "not found")
		return true
	}
	return false
}

// putOnShelf makes an object, and tells what only the answer to that tells.
func (f *fake) putOnShelf(w http.ResponseWriter, shelf string, in map[string]any) {
	f.next++
	o, told, status := map[string]any{"id": uuid(1000 + f.next), "name": str(in, "name")}, map[string]any{}, 200
	switch {
	case shelf == groups:
		o["workspaceId"] = assetWS
	case strings.HasSuffix(shelf, "/agents"):
		o["agentGroupId"] = uuid(1)
		told = maps.Clone(o)
		told["registrationToken"] = canaries + "registration"
		o["registered"], o["connected"], o["enabled"] = false, false, true
	case shelf == apiUsers:
		o["workspaceId"], o["createdAt"], status = assetWS, moment, 201
		o["organizationRole"], o["workspaceRole"] = wRole{uuid(91), "Viewer"}, wRole{str(in, "workspaceRoleId"), "Contributor"}
	case strings.HasSuffix(shelf, "/tokens"):
		o["userId"], o["createdAt"], status = uuid(3), moment, 201
		if in["expires"] != nil {
			o["expires"] = in["expires"]
		}
		told = maps.Clone(o)
		told["value"] = canaries + "value-of-the-token-of-an-api-user"
	case shelf == "/core/v1/subscriptions":
		o = maps.Clone(in)
		o["id"], o["state"] = uuid(1000+f.next), f.newState
		if f.newState == "creation_failed" {
			o["error"] = map[string]string{"code": "user_input_error", "message": "no such\nchannel" + str(asObject(in["input"]), "token")}
		}
		told = maps.Clone(o)
		told["signingKey"] = canaries + "signing"
	case shelf == "/core/v1/authentications":
		maps.Copy(o, without(in, "credentials", "userData"))
		told = map[string]any{"id": o["id"]}
	}
	f.assets[shelf] = append(f.assets[shelf], o)
	if len(told) == 0 {
		told = o
	}
	write(w, status, told)
}

func asObject(value any) map[string]any {
	o, _ := value.(map[string]any)
	return o
}

// without is o without those keys, and without an id that is not on the wire.
func without(o map[string]any, keys ...string) map[string]any {
	o = maps.Clone(o)
	for _, key := range keys {
		delete(o, key)
	}
	if o["id"] == "" {
		delete(o, "id")
	}
	return o
}

// serveCDK deploys at once, unless deploying says otherwise.
func (f *fake) serveCDK(w http.ResponseWriter, r *http.Request, in map[string]any) {
	all := f.assets["/management/v1/connectors"]
	now := func(id any, state string) map[string]any {
		return map[string]any{"id": id, "connectorName": "acme-crm", "connectorVersion": "1.0", "deploymentStatus": state}
	}
	_, last, _ := strings.Cut(r.URL.Path, "/versions/1.0/")
	switch {
	case last == "share-with-emails":
		emails, _ := in["emails"].([]any)
		for _, email := range emails {
			if !slices.ContainsFunc(f.assets[sharesOf], func(o map[string]any) bool { return o["email"] == email }) {
				f.assets[sharesOf] = append(f.assets[sharesOf], map[string]any{"id": "", "email": email, "createdAt": moment})
			}
		}
		write(w, 200, map[string]string{"message": "permissions added"})
	case len(all) == 0:
		say(w, 404, "The connector (Left(acme-crm~1.0)) was not found or you don't have permission to access it")
	case r.Method == http.MethodPost:
		f.next++
		f.sources = append(f.sources, str(in, "connectorSourceCode"))
		deployment := map[string]any{"id": uuid(1000 + f.next), "deploymentStatus": "Deploying", "deployedById": "u0001", "createdAt": moment}
		all[0]["deployment"] = deployment
		write(w, 200, now(deployment["id"], "Deploying"))
	default:
		deployment, _ := all[0]["deployment"].(map[string]any)
		if last != "latest" && f.deploying != nil {
			deployment["deploymentStatus"] = f.deploying(last)
			if deployment["deploymentStatus"] == "Failed" {
				deployment["failure"] = "src/x.ts: no such type"
			}
		}
		if last == "latest" {
			last = fmt.Sprint(deployment["id"])
		}
		write(w, 200, now(last, fmt.Sprint(deployment["deploymentStatus"])))
	}
}

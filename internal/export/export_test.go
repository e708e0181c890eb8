package export_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/tray-community/terraform-provider-tray/internal/export"
)

// sample is an export with one workflow; steps stands for its steps.
func sample(steps string) string {
	return `{"tray_export_version": 4, "export_type": "project", "x_unknown": {"b": 1.0, "a": 1e2},
  "workflows": [{"id": "w1", "title": "Sync", "steps_structure": [], "steps": ` + steps + `}],
  "projects": [{"id": "p1", "version": "1.0", "name": "Billing", "config": {"url": "https://dev", "retries": 3}, "workflows": ["w1"]}],
  "solution": {"id": "s1", "name": "Billing"}}`
}

const twoSteps = `{
    "crm-1": {"title": "CRM", "connector": {"version": "1.0", "name": "acme-crm"}, "operation": "get",
      "authentication": {"group": "g1", "title": "CRM dev", "scopes": ["read"], "service_name": "acme", "service_version": 1},
      "properties": {"limit": {"type": "integer", "value": 10.50}}},
    "http-1": {"connector": {"name": "http-client", "version": "5.4"}, "properties": {"connector": {"name": "acme-crm", "version": "1.0"}}}}`

func TestExport_saysWhatIsInIt(t *testing.T) {
	e, err := export.Read([]byte(sample(twoSteps)))
	if err != nil {
		t.Fatal(err)
	}
	if e.Project != "Billing" || e.ProjectID != "p1" || e.Version != "1.0" || e.SolutionID != "s1" || fmt.Sprint(e.Workflows) != "[Sync]" ||
		fmt.Sprint(e.Connectors) != "[acme-crm/1.0 http-client/5.4]" || fmt.Sprint(e.Services) != "[acme/1]" || string(e.Config["retries"]) != "3" {
		t.Errorf("it reads as %+v", e)
	}
	want := export.Slot{ID: "g1", Title: "CRM dev", Service: export.Ref{Name: "acme", Version: "1"}, Scopes: []string{"read"}}
	if len(e.Authentications) != 1 || !reflect.DeepEqual(e.Authentications[0], want) {
		t.Errorf("its slots are %+v", e.Authentications)
	}
}

func TestDigest_isOfContentNeitherOfLayoutNorOfTheVersionsNumber(t *testing.T) {
	digest := func(text string) string {
		e, err := export.Read([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		return e.Digest
	}
	plain := sample(twoSteps)
	var loose any
	if err := json.Unmarshal([]byte(strings.ReplaceAll(plain, "1.0,", "1,")), &loose); err != nil {
		t.Fatal(err)
	}
	same := map[string]string{
		"laid out anew":           strings.ReplaceAll(plain, "\n", "\n\n\t"),
		"keys in another order":   strings.Replace(plain, `"name": "http-client", "version": "5.4"`, `"version": "5.4", "name": "http-client"`, 1),
		"another version's":       strings.Replace(plain, `"version": "1.0", "name": "Billing"`, `"version": null, "name": "Billing"`, 1),
		"characters as escapes":   strings.Replace(plain, `"Sync"`, `"S\u0079nc"`, 1),
		"with a newline after it": plain + "\n",
	}
	for name, text := range same {
		if text == plain || digest(text) != digest(plain) {
			t.Errorf("%s: the digest differs, or the text does not", name)
		}
	}
	other := map[string]string{
		"a title": strings.Replace(plain, "Sync", "Sink", 1), "a number": strings.Replace(plain, "10.50", "10.5", 1),
		"an unknown key": strings.Replace(plain, "1e2", "2e2", 1), "a connector's version": strings.Replace(plain, "5.4", "5.5", 1),
		"a number as text": strings.Replace(plain, `"retries": 3`, `"retries": "3"`, 1), "null": strings.Replace(plain, `"retries": 3`, `"retries": null`, 1),
		"moved": strings.Replace(plain, `"url": "https://dev", "retries": 3`, `"retries": "https://dev", "url": 3`, 1),
	}
	for name, text := range other {
		if text == plain || digest(text) == digest(plain) {
			t.Errorf("%s changes, and the digest does not", name)
		}
	}
}

func TestExport_isRefusedWithoutAQuote(t *testing.T) {
	const canary = "canary-in-a-document"
	for name, text := range map[string]string{
		"nothing": "", "a list": `["` + canary + `"]`, "cut off": sample(twoSteps)[:200], "two objects": sample(twoSteps) + `{"a":"` + canary + `"}`,
		"a key twice": strings.Replace(sample(twoSteps), `"url"`, `"retries": "`+canary+`", "url"`, 1), "a wrong type": strings.Replace(sample(twoSteps), `"Sync"`, `{"x":"`+canary+`"}`, 1),
		"of workflows": strings.Replace(sample(twoSteps), `"project"`, `"workflow"`, 1), "too deep": `{"a":` + strings.Repeat("[", 600) + strings.Repeat("]", 600) + "}",
		"no version": strings.Replace(sample(twoSteps), `tray_export_version`, `x`, 1), "an HTML page": "<html>" + canary,
	} {
		_, err := export.Read([]byte(text))
		var refused *export.Error
		if err == nil || !strings.HasPrefix(fmt.Sprintf("%T", err), "*export.") || strings.Contains(err.Error(), canary) {
			t.Errorf("%s: %v (%T)", name, err, refused)
		}
	}
}

func TestSecrets_arePathsOfValuesThatLookLikeOne(t *testing.T) {
	const canary = "canary-secret-value"
	for steps, want := range map[string]string{
		`{"a": {"properties": {"api_key": {"type": "string", "value": "` + canary + `"}}}}`:                                                                    "workflows[0].steps.a.properties.api_key",
		`{"a": {"properties": {"clientSecret": "` + canary + `"}}}`:                                                                                            "workflows[0].steps.a.properties.clientSecret",
		`{"a": {"headers": [{"key": "Authorization", "value": "Bearer ` + canary + `"}]}}`:                                                                     "workflows[0].steps.a.headers[0].value",
		`{"a": {"h": {"type": "object", "value": {"key": {"type": "string", "value": "X-Api-Key"}, "value": {"type": "string", "value": "` + canary + `"}}}}}`: "workflows[0].steps.a.h.value.value",
		`{"a": {"properties": {"token": {"type": "jsonpath", "value": "$.config.token"}}}}`:                                                                    "",
		`{"a": {"properties": {"authorization": {"type": "string", "value": "Bearer {$.auth.token}"}}}}`:                                                       "",
		`{"a": {"properties": {"password": {"type": "string", "value": ""}, "next_page_token": "abc"}}}`:                                                       "",
		`{"a": {"input_schema": {"properties": {"password": {"type": "string", "title": "Password"}}}}}`:                                                       "",
		`{"a": {"properties": {"token_url": "https://x", "tokens": 3, "secret": true, "password": null}}}`:                                                     "",
	} {
		e, err := export.Read([]byte(sample(steps)))
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(e.Secrets, ", "); got != want {
			t.Errorf("%s: %q, want %q", steps, got, want)
		}
	}
}

func TestRemap_changesConnectorsAndServicesAndNothingElse(t *testing.T) {
	raw := sample(twoSteps)
	got, err := export.Remap([]byte(raw), export.Mapping{"acme-crm/1.0": "globex-crm/2.1"}, export.Mapping{"acme/1": "globex/3"})
	if err != nil {
		t.Fatal(err)
	}
	want := strings.Replace(raw, `{"version": "1.0", "name": "acme-crm"}`, `{"version": "2.1", "name": "globex-crm"}`, 1)
	want = strings.Replace(want, `"service_name": "acme", "service_version": 1`, `"service_name": "globex", "service_version": 3`, 1)
	if string(got) != want {
		t.Errorf("it is\n%s\nwant\n%s", got, want)
	}
}

func TestRemap_unknownNamesAreErrors(t *testing.T) {
	for _, c := range []struct {
		connectors, services export.Mapping
		want                 string
	}{
		{export.Mapping{"acme-erp/1.0": "x/1.0", "a/9": "b/1"}, nil, "uses no connector a/9, acme-erp/1.0; it uses acme-crm/1.0, http-client/5.4"},
		{nil, export.Mapping{"acme/2": "x/1"}, "uses no service acme/2; it uses acme/1"},
		{nil, export.Mapping{"acme/1": "x/one"}, "whole number"}, {export.Mapping{"acme": "x/1"}, nil, "not a name and a version"},
		{export.Mapping{"acme-crm/1.0": "x"}, nil, "not a name and a version"},
	} {
		_, err := export.Remap([]byte(sample(twoSteps)), c.connectors, c.services)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v, %v: %v", c.connectors, c.services, err)
		}
	}
}

// step is one step of a random document.
type step struct{ connector, version, service, serviceVersion string }

func steps(t *rapid.T) []step {
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) step {
		return step{
			rapid.SampledFrom([]string{"acme-crm", "http", "é\"x", "a<b"}).Draw(t, "connector"), rapid.SampledFrom([]string{"1.0", "2.0"}).Draw(t, "version"),
			rapid.SampledFrom([]string{"", "acme", "globex"}).Draw(t, "service"), rapid.SampledFrom([]string{"1", "2"}).Draw(t, "service version"),
		}
	}), 1, 6).Draw(t, "steps")
}

// written is a document with those steps, laid out at random.
func written(t *rapid.T, all []step) string {
	space := func() string { return rapid.SampledFrom([]string{"", " ", "\n  "}).Draw(t, "space") }
	var b strings.Builder
	for i, s := range all {
		name, _ := json.Marshal(s.connector)
		fmt.Fprintf(&b, `%s"s%d":%s{"properties": {"n": %s}, "connector":{%s"name":%s,"version": "%s"}`, space(), i, space(),
			rapid.SampledFrom([]string{"1", "1.0", "1e3", "-0", "12345678901234567890"}).Draw(t, "number"), space(), name, s.version)
		if s.service != "" {
			fmt.Fprintf(&b, `,"authentication":{"group":"g%d","title":"T","service_version":%s%s,"service_name":"%s"}`, i, space(), s.serviceVersion, s.service)
		}
		b.WriteString("}")
		if i < len(all)-1 {
			b.WriteString("," + space())
		}
	}
	return sample("{" + b.String() + "}")
}

// mapping draws a mapping of some of the names in use.
func mapping(t *rapid.T, used map[string]bool, label string) export.Mapping {
	m := export.Mapping{}
	for _, from := range slices.Sorted(maps.Keys(used)) {
		if rapid.Bool().Draw(t, label) {
			m[from] = rapid.SampledFrom([]string{"acme-crm/1", "other/7", "globex/2", from}).Draw(t, "to")
		}
	}
	return m
}

// A remapped document is the one that its steps, remapped, would have been written as: the
// model knows nothing of spans. So nothing else changes, and the identity is the identity.
func TestRemap_isWhatTheStepsWouldHaveBeenWrittenAs(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		all := steps(t)
		connectors, services := map[string]bool{}, map[string]bool{}
		for _, s := range all {
			connectors[s.connector+"/"+s.version] = true
			if s.service != "" {
				services[s.service+"/"+s.serviceVersion] = true
			}
		}
		c, s := mapping(t, connectors, "maps a connector"), mapping(t, services, "maps a service")
		raw := written(t, all)
		got, err := export.Remap([]byte(raw), c, s)
		if err != nil {
			t.Fatal(err)
		}
		want := raw
		for i, one := range all {
			head := fmt.Sprintf(`"s%d":`, i)
			at := strings.Index(want, head)
			end := strings.Index(want, `}]`) // the end of the steps
			if next := strings.Index(want, fmt.Sprintf(`"s%d":`, i+1)); next > at {
				end = next
			}
			piece := want[at:end]
			if to, ok := c[one.connector+"/"+one.version]; ok {
				name, version, _ := strings.Cut(to, "/")
				old, _ := json.Marshal(one.connector)
				if name != one.connector { // one that is written otherwise than we would write it stays
					piece = strings.Replace(piece, `"name":`+string(old), `"name":"`+name+`"`, 1)
				}
				piece = strings.Replace(piece, `"version": "`+one.version+`"`, `"version": "`+version+`"`, 1)
			}
			if to, ok := s[one.service+"/"+one.serviceVersion]; ok && one.service != "" {
				name, version, _ := strings.Cut(to, "/")
				before, after, _ := strings.Cut(piece, `"service_version":`)
				after = strings.Replace(after, one.serviceVersion, version, 1)
				piece = before + `"service_version":` + strings.Replace(after, `"service_name":"`+one.service+`"`, `"service_name":"`+name+`"`, 1)
			}
			want = want[:at] + piece + want[end:]
		}
		if string(got) != want {
			t.Fatalf("%v, %v: it is\n%s\nwant\n%s", c, s, got, want)
		}
		same := func(used map[string]bool) export.Mapping {
			m := export.Mapping{}
			for name := range used {
				m[name] = name
			}
			return m
		}
		if got, err := export.Remap([]byte(raw), same(connectors), same(services)); err != nil || string(got) != raw {
			t.Fatalf("the identity is %v\n%s", err, got)
		}
	})
}

func FuzzRead(f *testing.F) {
	f.Add([]byte(sample(twoSteps)))
	f.Add([]byte(`{"a":[1,{"b":null}]}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		e, err := export.Read(raw)
		if err != nil {
			return
		}
		if again, err := export.Remap(raw, nil, nil); err != nil || !bytes.Equal(again, raw) {
			t.Fatalf("remapping nothing: %v", err)
		}
		var compact bytes.Buffer
		if json.Compact(&compact, raw) != nil {
			t.Fatal("what is no JSON was read")
		}
		if other, err := export.Read(compact.Bytes()); err != nil || other.Digest != e.Digest {
			t.Fatalf("laid out anew it differs: %v", err)
		}
	})
}

// Large is a document of n bytes or somewhat more.
func large(n int) []byte {
	var b strings.Builder
	b.WriteString("{")
	for i := 0; b.Len() < n; i++ {
		if i > 0 {
			b.WriteString(",")
		}
		fmt.Fprintf(&b, `"s%d":{"connector":{"name":"http-client","version":"5.4"},"properties":{"body":{"type":"string","value":"%x"}}}`, i, rand.Uint64())
	}
	return []byte(sample(b.String() + "}"))
}

package sandbox

import (
	"encoding/json"
	"regexp"

	"github.com/tray-community/terraform-provider-tray/internal/sandbox/engine"
)

// complete asks for what the kind of authentication needs, refuses what it has no use for,
// and wants every placeholder to be a property that people are asked for.
func (s service) complete(isNew bool) error {
	needs, known := map[string][4]bool{ // authorization URL, token URL, client id, client secret
		kindToken: {}, kindOAuth1: {true, true, true, true}, kindOAuth2: {true, true, true, true},
		kindPassword: {false, true, true, true}, kindCredentials: {false, true, true, true},
	}[s.Kind]
	if !known {
		return engine.InvalidBody("there is no kind of authentication %q", s.Kind)
	}
	for i, f := range []struct {
		name string
		text *string
	}{{"authorizationUrl", s.AuthorizationURL}, {"tokenUrl", s.TokenURL}, {"clientId", s.ClientID}, {"clientSecret", s.secret}} {
		given := f.text != nil && *f.text != ""
		switch {
		case needs[i] && !given && (isNew || f.name != "clientSecret"):
			return engine.Missing(f.name)
		case given && s.Kind == kindToken:
			return engine.InvalidBody("a token-based service has no %s", f.name)
		case given:
			if key := s.unknownPlaceholder(*f.text); key != "" {
				return engine.InvalidBody("the placeholder {{%s}} at %q is no property", key, f.name)
			}
		}
	}
	if s.Kind == kindToken && len(s.Scopes) > 0 {
		return engine.InvalidBody("a token-based service has no scopes")
	}
	return nil
}

var placeholder = regexp.MustCompile(`\{\{\s*([^{}]*?)\s*\}\}`)

// unknownPlaceholder is the first key in a text that neither schema asks for.
func (s service) unknownPlaceholder(text string) string {
	for _, m := range placeholder.FindAllStringSubmatch(text, -1) {
		known := false
		for _, raw := range []json.RawMessage{s.UserDataSchema, s.CredentialsSchema} {
			var schema struct{ Properties map[string]json.RawMessage }
			_ = json.Unmarshal(raw, &schema) // without properties, it has no keys
			_, has := schema.Properties[m[1]]
			known = known || has
		}
		if !known {
			return m[1]
		}
	}
	return ""
}

// scopesIn are the scopes of a request, else those that were there.
func scopesIn(in engine.Fields, before []scope) ([]scope, error) {
	raw, given := in["scopes"]
	if !given {
		return before, nil
	}
	after := []scope{}
	if json.Unmarshal(raw, &after) != nil || after == nil {
		return nil, engine.InvalidBody("expected a list of scopes at 'scopes'")
	}
	for _, one := range after {
		if one.Scope == "" {
			return nil, engine.Missing("scope")
		}
	}
	return after, nil
}

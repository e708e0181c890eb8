package export

import (
	"slices"
	"strings"
)

// secretEndings are how names of secrets end, in lower case and without marks.
var secretEndings = []string{
	"password", "passwd", "passphrase", "secret", "token", "apikey", "accesskey", "secretkey", "privatekey", "credential", "credentials", "authorization",
}

// harmless are names that end so and hold where a list goes on.
var harmless = []string{"nexttoken", "pagetoken", "nextpagetoken", "continuationtoken", "synctoken"}

// isSecret reports whether a value of that name is likely to be a secret.
func isSecret(name string) bool {
	plain := strings.Map(func(r rune) rune {
		if strings.ContainsRune("-_ .", r) {
			return -1
		}
		return r
	}, strings.ToLower(name))
	return !slices.Contains(harmless, plain) && slices.ContainsFunc(secretEndings, func(ending string) bool { return strings.HasSuffix(plain, ending) })
}

// isLiteral reports whether a text is a value itself. One that refers to the configuration, an
// authentication or an earlier step is none: $.config.token, or {$.auth.token} in a text.
func isLiteral(text string) bool {
	return text != "" && !strings.HasPrefix(text, "$.") && !strings.Contains(text, "{$.")
}

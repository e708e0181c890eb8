// Package tray is a typed client for Tray's platform API (/core/v1, /cdk/v1) and for
// the sandbox's management plane (/management/v1). It imports no Terraform package.
//
//	c, err := tray.New(tray.Config{BaseURL: "https://api.tray.io", Token: token})
//	member, err := c.Members.Get(ctx, workspaceID, userID)
//	if tray.IsGone(err) { … } // proven absent, which a 404 alone is not
//
// This package is the nouns: a file for each, with its type, its calls, and how its wire
// form is decoded (decode.go). They stand on two packages that know no noun:
//
//   - rest carries out one exchange: rate limit, retries, deadlines, errors
//   - coalesce shares reads and keeps them true to what this client wrote
//
// A noun's file is written in the words of object.go (call, listCall, collection, fetch,
// removeOnce), errors.go and rights.go. It sends a call by rest.Exchange or Do, and writes by
// coalesce.InTurn and, where it makes something, AtMostOnce. Its reads go through a collection;
// see "the life of a read" and "the life of a write" in coalesce. What only some nouns share:
//
//   - family.go, family_create.go: a noun whose objects one list shows, which is most of
//     what workspaces hold; shelf is the lists of each parent
//   - secret.go: what is told once, and never shown
//   - proof.go: whether a token sees all, so that what it does not see is gone
//   - management.go: whether the sandbox's plane is there, and whose token it is
//   - home.go: the organization that a token belongs to
//
// Reads return what Tray shows, later writes of the same Client included. Errors are always
// *Error; one that is Ambiguous leaves open whether the write was carried out.
package tray

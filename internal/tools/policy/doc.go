// Package policy holds the tests of examples/policy, run by OPA itself.
package policy

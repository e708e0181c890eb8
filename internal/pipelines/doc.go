// Package pipelines holds the tests of examples/pipelines: they read the YAML that people
// copy, and execute each of its steps against a sandbox, with both command lines. What a
// hosted service does, and no step, is done by the stand-ins in github_test.go and
// gitlab_test.go, which are named for what they stand in for.
package pipelines

package pipelines

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"testing"
)

// An expression of either service: names, strings, comparisons, && || ! and parentheses, and
// of functions always() and toJSON(). Whatever else somebody writes fails the test.
type expression struct {
	t      testing.TB
	text   string
	tokens []string
	lookup func(name string) any
}

var token = regexp.MustCompile(`^\s*('[^']*'|"[^"]*"|==|!=|&&|\|\||!|\(|\)|[$\w][\w.*-]*)`)

func evaluate(t testing.TB, text string, lookup func(name string) any) any {
	t.Helper()
	e := &expression{t: t, text: text, lookup: lookup}
	for rest := text; strings.TrimSpace(rest) != ""; {
		m := token.FindStringSubmatch(rest)
		if m == nil {
			t.Fatalf("the expression %q has %q, which this test does not know", text, rest)
		}
		e.tokens, rest = append(e.tokens, m[1]), rest[len(m[0]):]
	}
	value := e.or()
	if len(e.tokens) > 0 {
		t.Fatalf("the expression %q goes on with %q", text, e.tokens)
	}
	return value
}

func (e *expression) next(want ...string) string {
	for _, w := range want {
		if len(e.tokens) > 0 && e.tokens[0] == w {
			e.tokens = e.tokens[1:]
			return w
		}
	}
	return ""
}

// Both sides are always evaluated, so that a name which nobody knows is found.
func (e *expression) or() any {
	value := e.and()
	for e.next("||") != "" {
		right := e.and()
		value = truth(value) || truth(right)
	}
	return value
}

func (e *expression) and() any {
	value := e.comparison()
	for e.next("&&") != "" {
		right := e.comparison()
		value = truth(value) && truth(right)
	}
	return value
}

func (e *expression) comparison() any {
	left := e.operand()
	switch e.next("==", "!=") {
	case "==":
		return fmt.Sprint(left) == fmt.Sprint(e.operand())
	case "!=":
		return fmt.Sprint(left) != fmt.Sprint(e.operand())
	}
	return left
}

func (e *expression) operand() any {
	if e.next("!") != "" {
		return !truth(e.operand())
	}
	if e.next("(") != "" {
		value := e.or()
		e.close()
		return value
	}
	if len(e.tokens) == 0 {
		e.t.Fatalf("the expression %q ends too early", e.text)
	}
	name := e.tokens[0]
	e.tokens = e.tokens[1:]
	switch {
	case name[0] == '\'' || name[0] == '"':
		return name[1 : len(name)-1]
	case name == "null":
		return ""
	case e.next("(") == "":
		return e.lookup(name)
	}
	return e.call(name)
}

func (e *expression) close() {
	if e.next(")") == "" {
		e.t.Fatalf("the expression %q lacks a parenthesis", e.text)
	}
}

func (e *expression) call(name string) any {
	switch name {
	case "always":
		e.close()
		return true
	case "toJSON":
		text, err := json.Marshal(e.or())
		if err != nil {
			e.t.Fatal(err)
		}
		e.close()
		return string(text)
	}
	e.t.Fatalf("the expression %q calls %s, which this test does not know", e.text, name)
	return nil
}

func truth(value any) bool {
	switch v := value.(type) {
	case bool:
		return v
	case string:
		return v != ""
	}
	return value != nil
}

func TestExpression(t *testing.T) {
	names := map[string]any{"a.b": "x", "$C": "", "list.*.name": []string{"p", "q"}}
	for text, want := range map[string]any{
		`a.b == 'x' && !($C)`:     true,
		`a.b != "x" || $C`:        false,
		`$C == null`:              true,
		`always() && a.b == 'y'`:  false,
		`toJSON(list.*.name)`:     `["p","q"]`,
		`(a.b == 'y' || a.b) `:    true,
		`a.b == 'x' && $C == 'x'`: false,
	} {
		if got := evaluate(t, text, func(name string) any { return names[name] }); got != want {
			t.Errorf("%s is %v, want %v", text, got, want)
		}
	}
}

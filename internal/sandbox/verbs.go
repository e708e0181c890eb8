package sandbox

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"slices"
	"strings"

	"github.com/tray-community/terraform-provider-tray/internal/sandbox/engine"
)

// verb is one thing that the command does on a file.
type verb struct {
	name, takes, does string
	least, most       int // how many arguments it takes
	run               func(*session, []string) error
}

// verbs is a function, because call itself prints the list.
func verbs() []verb {
	return []verb{
		{"people", "", "who is in the organization, who is invited, and who is in which workspace", 0, 0, (*session).people},
		{"accept", "WHO", "somebody accepts their invitation: an address, or its beginning", 1, 1, (*session).accept},
		{"later", "8d", "time passes, in which invitations and tokens run out: 36h, 8d, 2w", 1, 1, (*session).later},
		{"projects", "", "which projects there are, with their versions and workflows", 0, 0, (*session).projects},
		{"project", "WORKSPACE NAME", "somebody makes a project", 2, 2, (*session).project},
		{"workflow", "PROJECT TITLE [JSON | off]", "somebody makes or changes a workflow, its steps as JSON, or deletes it", 2, 3, (*session).workflow},
		{"faults", "[JSON | off]", "what is ordered to go wrong; order one more, or call all off", 0, 1, (*session).faults},
		{"reset", "", "back to the new organization", 0, 0, (*session).reset},
		{"call", "[-operator] METHOD PATH [JSON]", "one request, as the Owner or as an operator", 2, 3, (*session).call},
	}
}

func findVerb(name string) *verb {
	all := verbs()
	if i := slices.IndexFunc(all, func(v verb) bool { return v.name == name }); i >= 0 {
		return &all[i]
	}
	return nil
}

func verbNames() string {
	var names []string
	for _, v := range verbs() {
		names = append(names, v.name)
	}
	return strings.Join(names, ", ")
}

func verbList() string {
	var b strings.Builder
	for _, v := range verbs() {
		fmt.Fprintf(&b, "  %-36s %s\n", strings.TrimSpace(v.name+" "+v.takes), v.does)
	}
	return b.String()
}

// session is a verb at work.
type session struct {
	context.Context
	sandbox *Sandbox
	path    string
	token   string
	stdout  io.Writer
}

// errArguments asks for the usage rather than for a message.
var errArguments = errors.New("wrong arguments")

// verbCommand returns the exit status.
func verbCommand(ctx context.Context, v *verb, args []string, stdout, stderr io.Writer) int {
	f := flag.NewFlagSet("sandbox "+v.name, flag.ContinueOnError)
	f.SetOutput(stderr)
	f.Usage = func() { printUsage(stderr, f) }
	var open OpenOptions
	f.StringVar(&open.Path, "path", DefaultPath, "database file")
	f.StringVar(&open.Organization, "organization", "", "name or id of the organization (default the first of the file)")
	if v.name == "call" {
		f.BoolVar(&open.Operator, "operator", false, "as an operator, who opens organizations")
	}
	rest, err := parseAround(f, args)
	if errors.Is(err, flag.ErrHelp) {
		return 0
	}
	if err != nil {
		return 2
	}
	if len(rest) < v.least || len(rest) > v.most {
		err = errArguments
	} else {
		err = v.on(ctx, open, rest, stdout)
	}
	switch {
	case errors.Is(err, errArguments):
		f.Usage()
		return 2
	case err != nil:
		fmt.Fprintln(stderr, "Error:", err)
		return 1
	}
	return 0
}

// parseAround lets flags stand before and after the arguments.
func parseAround(f *flag.FlagSet, args []string) (rest []string, err error) {
	for {
		if err := f.Parse(args); err != nil {
			return nil, err
		}
		if f.NArg() == 0 {
			return rest, nil
		}
		rest, args = append(rest, f.Arg(0)), f.Args()[1:]
	}
}

// on does the verb on a sandbox that is there: one that is made just now holds nothing
// that anybody could ask about.
func (v *verb) on(ctx context.Context, open OpenOptions, args []string, stdout io.Writer) error {
	if _, err := os.Stat(open.Path); open.Path != engine.MemoryPath && errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("there is no sandbox in %s: go to the folder where Terraform keeps it, or name its file with -path. "+
			"An apply with sandbox = {} in the provider block makes one, and so does terraform-provider-tray sandbox", open.Path)
	}
	sandbox, err := New(open)
	if err != nil {
		return err
	}
	defer sandbox.Close() //nolint:errcheck // the process ends
	s := &session{Context: ctx, sandbox: sandbox, path: open.Path, token: sandbox.OwnerToken(), stdout: stdout}
	if open.Operator {
		s.token = sandbox.OperatorToken()
	}
	return v.run(s, args)
}

// send makes one request and returns status and body.
func (s *session) send(method, target, body string) (string, int, []byte, error) {
	r, err := http.NewRequestWithContext(s, method, "http://sandbox"+target, strings.NewReader(body))
	if err != nil {
		return "", 0, nil, err
	}
	r.Header.Set("Authorization", "Bearer "+s.token)
	res, err := s.sandbox.Transport().RoundTrip(r)
	if err != nil {
		return "", 0, nil, err
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	return res.Status, res.StatusCode, text, err
}

// ask makes a request that must succeed, and decodes its answer unless into is nil.
func (s *session) ask(method, target, body string, into any) error {
	_, status, text, err := s.send(method, target, body)
	if err != nil {
		return err
	}
	if status >= http.StatusBadRequest {
		var said struct{ Message string }
		_ = json.Unmarshal(text, &said)
		return fmt.Errorf("the sandbox in %s refuses: %s", s.path, cmp.Or(said.Message, string(text)))
	}
	if into == nil {
		return nil
	}
	return json.Unmarshal(text, into)
}

// call prints the status and the body.
func (s *session) call(args []string) error {
	method, target := strings.ToUpper(args[0]), args[1]
	if !strings.HasPrefix(target, "/") {
		return errArguments
	}
	line, status, text, err := s.send(method, target, strings.Join(args[2:], ""))
	if err != nil {
		return err
	}
	fmt.Fprintln(s.stdout, line)
	if len(text) > 0 {
		fmt.Fprintln(s.stdout, string(text))
	}
	if status < http.StatusBadRequest {
		return nil
	}
	remedy := "the answer says why"
	path, _, _ := strings.Cut(target, "?")
	if route, _ := find(method, path); route == nil && status == http.StatusNotFound {
		remedy = "it has no such call, the sandbox guide lists them"
	}
	return fmt.Errorf("the sandbox in %s answers %d to %s %s: %s", s.path, status, method, target, remedy)
}

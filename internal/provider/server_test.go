package provider

import (
	"context"
	"errors"
	"reflect"
	"runtime"
	"testing"
	"weak"
)

// ballast stands for what hangs on the context of a call.
type ballast [1 << 10]byte

type ballastKey struct{}

// The framework keeps the context of every call that was ever made: a plan of 1,000
// memberships took 150 MB, of which 40 were needed.
func TestServer_keepsNothingOfCallsThatAreOver(t *testing.T) {
	t.Parallel()
	s := Server(New("test")())
	calls := map[string]func(context.Context) error{
		"ValidateResourceConfig":     call(s.ValidateResourceConfig),
		"UpgradeResourceState":       call(s.UpgradeResourceState),
		"UpgradeResourceIdentity":    call(s.UpgradeResourceIdentity),
		"ReadResource":               call(s.ReadResource),
		"PlanResourceChange":         call(s.PlanResourceChange),
		"ApplyResourceChange":        call(s.ApplyResourceChange),
		"ImportResourceState":        call(s.ImportResourceState),
		"GenerateResourceConfig":     call(s.GenerateResourceConfig),
		"ValidateDataResourceConfig": call(s.ValidateDataResourceConfig),
		"ReadDataSource":             call(s.ReadDataSource),
		"CallFunction":               call(s.CallFunction),
	}
	for name, do := range calls {
		t.Run(name, func(t *testing.T) {
			kept := loaded(t, do)
			runtime.GC()
			runtime.GC()
			if kept.Value() != nil {
				t.Error("the server still holds the context")
			}
		})
	}
	runtime.KeepAlive(s)
}

// loaded makes a call whose context carries ballast, and ends the context, as a connection
// does. Nothing of it is left on this goroutine's stack.
func loaded(t *testing.T, do func(context.Context) error) weak.Pointer[ballast] {
	load := &ballast{}
	ctx, cancel := context.WithCancel(context.WithValue(t.Context(), ballastKey{}, load))
	defer cancel()
	if err := do(ctx); err != nil {
		t.Fatal(err)
	}
	return weak.Make(load)
}

// call makes a call of its own kind about a type that the provider has.
func call[Request, Response any](do func(context.Context, *Request) (*Response, error)) func(context.Context) error {
	return func(ctx context.Context) error {
		in := new(Request)
		if name := reflect.ValueOf(in).Elem().FieldByName("TypeName"); name.IsValid() {
			name.SetString("tray_workspace")
		}
		_, err := do(ctx, in)
		return err
	}
}

func TestServer_lendsTheContextWhileACallLasts(t *testing.T) {
	t.Run("with logs", func(t *testing.T) { lends(t, true, 7) })
	t.Run("without logs", func(t *testing.T) { lends(t, false, nil) })
}

func lends(t *testing.T, logs bool, value any) {
	ctx, cancel := context.WithCancel(context.WithValue(t.Context(), ballastKey{}, 7))
	var lent context.Context
	_, err := lend(ctx, logs, func(ctx context.Context, _ int) (int, error) {
		lent = ctx
		if ctx.Value(ballastKey{}) != value || ctx.Err() != nil {
			t.Errorf("value %v, error %v", ctx.Value(ballastKey{}), ctx.Err())
		}
		child, stop := context.WithCancel(ctx)
		defer stop()
		cancel()
		<-child.Done()
		return 0, child.Err()
	}, 0)
	if !errors.Is(err, context.Canceled) {
		t.Errorf("interrupted call: %v", err)
	}
	if lent.Value(ballastKey{}) != nil || lent.Err() == nil {
		t.Errorf("after the call: value %v, error %v", lent.Value(ballastKey{}), lent.Err())
	}
	<-lent.Done()
}

// A provider that loses one of the optional servers would lose `terraform query`.
func TestServer_servesAllThatTheFrameworkDoes(t *testing.T) {
	s := Server(New("test")())
	if _, ok := s.(*server); !ok {
		t.Errorf("the framework's server lacks something that fullServer asks for: %T", s)
	}
	if _, ok := s.(fullServer); !ok {
		t.Errorf("list resources, actions and state stores are hidden by %T", s)
	}
}

func TestServer_logsOfTheLibraries(t *testing.T) {
	for variable, wanted := range map[string]bool{
		"PATH=/bin":                         false,
		"TF_LOG=":                           false,
		"TF_LOG=debug":                      true,
		"TF_LOG_PROVIDER=TRACE":             true,
		"TF_LOG_PROVIDER_TRAY=TRACE":        true,
		"TF_LOG_SDK_PROTO_DATA_DIR=/a/path": true,
		"TF_LOG_SDK_FRAMEWORK=WARN":         true,
		"TF_LOGGING=TRACE":                  false,
	} {
		if got := asksForLogs([]string{"HOME=/", variable}); got != wanted {
			t.Errorf("%s: wanted %t", variable, got)
		}
	}
}

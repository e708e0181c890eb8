package acctest

import (
	"context"
	"encoding/json"
	"sync"
	"testing"
	"time"

	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/go-plugin"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"
)

// Address is the provider's address in the registries.
const Address = "tray-community/tray"

// addresses are what the two command lines call the provider: with the source that
// users write, and with the one that is implied when a configuration names none.
var addresses = []string{
	"registry.terraform.io/" + Address, "registry.opentofu.org/" + Address,
	"registry.terraform.io/hashicorp/tray", "registry.opentofu.org/hashicorp/tray",
}

// wholeServer is what the provider's server can do.
type wholeServer interface {
	tfprotov6.ProviderServer
	tfprotov6.ListResourceServer
	tfprotov6.ActionServer
	tfprotov6.StateStoreServer
}

// toldOnce gives the schemas that the first provider of this process has told. They are the same
// for all, every command asks for them, and making them anew was a tenth of what a test process
// of the provider did.
type toldOnce struct{ wholeServer }

var schemas struct {
	sync.Mutex
	told *tfprotov6.GetProviderSchemaResponse
}

func (s toldOnce) GetProviderSchema(ctx context.Context, in *tfprotov6.GetProviderSchemaRequest) (*tfprotov6.GetProviderSchemaResponse, error) {
	schemas.Lock()
	defer schemas.Unlock()
	if schemas.told == nil {
		told, err := s.wholeServer.GetProviderSchema(ctx, in)
		if err != nil || len(told.Diagnostics) > 0 {
			return told, err
		}
		schemas.told = told
	}
	return schemas.told, nil
}

// serveProvider serves env's provider from this process for one command. It returns the
// environment variable that tells the command where, and what ends it.
func serveProvider(t testing.TB, env *Env) (variable string, stop func()) {
	t.Helper()
	server, err := env.serve()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ready, closed := make(chan *plugin.ReattachConfig), make(chan struct{})
	failed := make(chan error, 1)
	go func() {
		failed <- tf6server.Serve(addresses[0], func() tfprotov6.ProviderServer { return server },
			tf6server.WithDebug(ctx, ready, closed),
			tf6server.WithGoPluginLogger(hclog.NewNullLogger()),
			tf6server.WithLoggingSink(sink{t}), // TF_LOG decides, as it does for Test
			tf6server.WithoutLogStderrOverride())
	}()
	select {
	case config := <-ready:
		return "TF_REATTACH_PROVIDERS=" + reattach(t, config), func() { cancel(); <-closed }
	case err := <-failed:
		cancel()
		t.Fatalf("could not serve the provider: %v", err)
	case <-time.After(30 * time.Second):
		cancel()
		t.Fatal("could not serve the provider within 30 seconds")
	}
	return "", nil
}

func reattach(t testing.TB, config *plugin.ReattachConfig) string {
	t.Helper()
	one := map[string]any{
		"Protocol": config.Protocol, "ProtocolVersion": 6, "Pid": config.Pid, "Test": true,
		"Addr": map[string]string{"Network": config.Addr.Network(), "String": config.Addr.String()},
	}
	all := map[string]any{}
	for _, a := range addresses {
		all[a] = one
	}
	encoded, err := json.Marshal(all)
	if err != nil {
		t.Fatal(err)
	}
	return string(encoded)
}

// sink lets a testing.TB stand for what the logging sink wants of a test.
type sink struct{ testing.TB }

// Parallel does nothing: the sink only logs.
func (sink) Parallel() {}

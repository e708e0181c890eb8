package sandbox

import (
	"context"
	"net/http"

	"github.com/tray-community/terraform-provider-tray/internal/sandbox/engine"
)

// Misfortunes that a test has ordered, as the control plane takes them and as they befall
// a request.

// actFaulty acts under the fault that befalls the request, if one does.
func (s *Sandbox) actFaulty(ctx context.Context, c *call, r *http.Request) (engine.Outcome, error) {
	f, err := s.store.TakeFault(ctx, r.Method, r.URL.Path)
	if err != nil {
		return s.store.Refusal(err).Outcome(), nil
	}
	if f == nil {
		return s.act(ctx, c, s.store).Outcome(), nil
	}
	return f.Meet(ctx, func() engine.Encoded { return s.actOn(ctx, c, f) })
}

// actOn acts on the old data for a stale fault, else on the data.
func (s *Sandbox) actOn(ctx context.Context, c *call, f *engine.Fault) engine.Encoded {
	if !f.Stale {
		return s.act(ctx, c, s.store)
	}
	old, err := s.snapshots.Open(f.Snapshot)
	if err != nil {
		return s.store.Refusal(err)
	}
	return s.act(ctx, c, &store{Store: old, organization: s.store.organization})
}

// snapshotForFault copies the data for a stale fault, ahead of the transaction: SQLite
// copies outside of those only.
func snapshotForFault(ctx context.Context, c *call) error {
	if err := c.authorizeControl(ctx); err != nil {
		return err
	}
	f, err := engine.DecodeFault(c.body)
	if err == nil && f.Stale {
		c.snapshot, err = c.sandbox.store.Snapshot(ctx)
	}
	return err
}

// removeSnapshots removes what stale faults answer from, which go together.
func removeSnapshots(ctx context.Context, c *call) error {
	if err := c.authorizeControl(ctx); err != nil {
		return err
	}
	return c.sandbox.store.RemoveSnapshots()
}

// authorizeControl checks the caller ahead of work that happens outside the transaction.
func (c *call) authorizeControl(ctx context.Context) error {
	return c.sandbox.store.view(ctx, func(t *tx) error {
		c.tx = t
		if err := c.identify(t); err != nil {
			return err
		}
		return c.require(RightControl)
	})
}

// postFault stores a fault. snapshotForFault has made the copy of a stale one before the
// transaction.
func postFault(c *call) (answer, error) {
	f, err := engine.DecodeFault(c.body)
	if err != nil {
		return answer{}, err
	}
	f.Snapshot = c.snapshot
	c.sandboxed("ordered a misfortune: %s", f)
	id, err := engine.AddFault(c.tx.Tx, f)
	if err != nil {
		return answer{}, err
	}
	return created(map[string]int64{"id": id})
}

// getFaults lists what is left of the faults, the oldest first, each also in words.
func getFaults(c *call) (answer, error) {
	all, err := engine.Faults(c.tx.Tx)
	if err != nil {
		return answer{}, err
	}
	type said struct {
		engine.Fault
		Says string `json:"says"`
	}
	bodies := make([]said, len(all)) // [] rather than null
	for i, f := range all {
		f.Snapshot = "" // the name of a file of ours
		bodies[i] = said{f, f.String()}
	}
	return ok(bodies)
}

func deleteFaults(c *call) (answer, error) {
	if err := engine.ClearFaults(c.tx.Tx); err != nil {
		return answer{}, err
	}
	c.sandboxed("called all misfortunes off")
	return noContent()
}

func getRequests(c *call) (answer, error) {
	all, err := engine.Log(c.tx.Tx)
	if err != nil {
		return answer{}, err
	}
	return ok(append([]engine.Logged{}, all...)) // [] rather than null
}

func deleteRequests(c *call) (answer, error) {
	if err := engine.ClearLog(c.tx.Tx); err != nil {
		return answer{}, err
	}
	c.sandboxed("emptied the request log")
	return noContent()
}

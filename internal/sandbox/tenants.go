package sandbox

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strconv"
	"sync"

	"github.com/tray-community/terraform-provider-tray/internal/sandbox/engine"
)

// A sandbox may hold further organizations, its tenants, which an operator opens. Each is
// a Sandbox of its own on a file of its own beside the first's, which lists them: so
// nothing that is asked of one can reach another. Locks are taken in one order: the first
// organization's file, then another's.

// tenants are the further organizations that a handle has open, by number.
type tenants struct {
	mu   sync.Mutex
	open map[int64]*Sandbox
}

func (c *tenants) put(seq int64, tenant *Sandbox) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.open == nil {
		c.open = map[int64]*Sandbox{}
	}
	c.open[seq] = tenant
}

// take forgets a tenant, so that nobody enters it any more.
func (c *tenants) take(seq int64) *Sandbox {
	c.mu.Lock()
	defer c.mu.Unlock()
	tenant := c.open[seq]
	delete(c.open, seq)
	return tenant
}

func (c *tenants) closeAll() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, tenant := range c.open {
		_ = tenant.Close()
	}
	c.open = nil
}

// registered is a line of the table of organizations.
type registered struct {
	seq int64
	id  string
}

// tenants lists the organizations that have files of their own.
func (t *tx) tenants() ([]registered, error) {
	return engine.Collect(t, scanRegistered, "SELECT seq, id FROM organizations WHERE id <> (SELECT id FROM organization) ORDER BY seq")
}

// route finds the organization that a request is for: that which knows its token. The
// operator's requests are for the first one, as are those of nobody, which it refuses.
// Other processes open and close organizations, so the table is read again unless the
// token is known to be the first organization's, which it then remains. Leave ends the
// visit.
func (s *Sandbox) route(ctx context.Context, token string) (home *Sandbox, leave func(), err error) {
	stay := func() {}
	last, known := s.known.Load(token)
	if token == "" || known && last.(int64) == 0 {
		return s, stay, nil
	}
	mine, others, err := s.whose(ctx, token)
	if err != nil {
		return nil, nil, err
	}
	if mine {
		s.known.Store(token, int64(0))
		return s, stay, nil
	}
	s.prune(others)
	for _, f := range others {
		tenant, leave, err := s.enter(ctx, f)
		if errors.Is(err, fs.ErrNotExist) {
			continue // somebody deleted the file; the operator can delete the organization
		}
		if err != nil {
			return nil, nil, err
		}
		theirs := known && last.(int64) == f.seq
		if !theirs {
			if theirs, err = tenant.knows(ctx, token); err != nil {
				leave()
				return nil, nil, err
			}
		}
		if theirs {
			s.known.Store(token, f.seq)
			return tenant, leave, nil
		}
		leave()
	}
	return s, stay, nil
}

// whose tells whether a token is the first organization's or the operator's, and
// otherwise which organizations there are.
func (s *Sandbox) whose(ctx context.Context, token string) (mine bool, others []registered, err error) {
	err = s.store.view(ctx, func(t *tx) error {
		if mine, err = t.knows(token); err != nil || mine {
			return err
		}
		if mine, err = t.isOperator(token); err != nil || mine {
			return err
		}
		others, err = t.tenants()
		return err
	})
	return mine, others, err
}

func (t *tx) knows(token string) (known bool, err error) {
	err = t.Row("SELECT EXISTS (SELECT 1 FROM tokens WHERE token = ?1) OR EXISTS (SELECT 1 FROM end_user_tokens WHERE token = ?1)", token).Scan(&known)
	return known, err
}

func (s *Sandbox) knows(ctx context.Context, token string) (known bool, err error) {
	err = s.store.view(ctx, func(t *tx) error { known, err = t.knows(token); return err })
	return known, err
}

// prune closes what another process has deleted. In memory there is no other, and nothing
// that could be opened again.
func (s *Sandbox) prune(there []registered) {
	if s.store.Path() == engine.MemoryPath {
		return
	}
	var gone []*Sandbox
	s.tenants.mu.Lock()
	for seq, tenant := range s.tenants.open {
		if !slices.ContainsFunc(there, func(r registered) bool { return r.seq == seq }) {
			gone = append(gone, tenant)
			delete(s.tenants.open, seq)
		}
	}
	s.tenants.mu.Unlock()
	for _, tenant := range gone {
		_ = tenant.Close()
	}
}

// enter opens a further organization, once for all requests, and keeps it open until
// leave is called. A file that is missing is an fs.ErrNotExist.
func (s *Sandbox) enter(ctx context.Context, r registered) (tenant *Sandbox, leave func(), err error) {
	s.tenants.mu.Lock()
	defer s.tenants.mu.Unlock()
	tenant = s.tenants.open[r.seq]
	if tenant == nil {
		if tenant, err = s.openTenant(ctx, r); err != nil {
			return nil, nil, err
		}
		if s.tenants.open == nil {
			s.tenants.open = map[int64]*Sandbox{}
		}
		s.tenants.open[r.seq] = tenant
	}
	tenant.inflight.Add(1)
	return tenant, tenant.inflight.Done, nil
}

func (s *Sandbox) openTenant(ctx context.Context, r registered) (*Sandbox, error) {
	name := s.tenantPath(r.seq)
	if _, err := os.Stat(name); err != nil {
		return nil, fmt.Errorf("the organization %s has lost its file: %w", r.id, err)
	}
	tenant, err := s.tenantFile(name, r.id)
	if err != nil {
		return nil, err
	}
	err = tenant.store.migrate(ctx, func(*tx) error {
		return fmt.Errorf("the file %s of the organization %s is empty: %w", name, r.id, fs.ErrNotExist)
	})
	if err != nil {
		return nil, errors.Join(err, tenant.store.Close())
	}
	return tenant, nil
}

// tenantFile is a handle on a further organization's file, which is made when it is
// missing.
func (s *Sandbox) tenantFile(name, id string) (*Sandbox, error) {
	store, err := openStore(name)
	if err != nil {
		return nil, err
	}
	store.organization = id
	return &Sandbox{store: store, clock: s.clock, first: s}, nil
}

// tenantPath is where a further organization is kept.
func (s *Sandbox) tenantPath(seq int64) string {
	if s.store.Path() == engine.MemoryPath {
		return engine.MemoryPath
	}
	return s.store.Path() + ".organization-" + strconv.FormatInt(seq, 10)
}

// createTenant makes the file of a further organization. What a create that broke off has
// left there is replaced.
func (s *Sandbox) createTenant(ctx context.Context, r registered, from seed) (*Sandbox, error) {
	name := s.tenantPath(r.seq)
	if err := engine.Remove(name); err != nil {
		return nil, err
	}
	tenant, err := s.tenantFile(name, r.id)
	if err != nil {
		return nil, err
	}
	if err := tenant.store.migrate(ctx, func(t *tx) error { return t.seed(from) }); err != nil {
		return nil, errors.Join(err, tenant.store.Close())
	}
	return tenant, nil
}

// dropTenant closes a further organization that is registered no more, and removes its
// file. One that cannot be removed, because another process has it open on Windows, stays
// behind unused: its number is not used again.
func (s *Sandbox) dropTenant(seq int64) {
	if tenant := s.tenants.take(seq); tenant != nil {
		_ = tenant.Close()
	}
	_ = engine.Remove(s.tenantPath(seq))
}

// choose finds the organization that was asked for: the first one, or a further one that
// has that name or id now, or began with that name.
func (s *Sandbox) choose(ctx context.Context, asked, first seed) (seed, error) {
	name := asked.given.Organization
	if name == "" || name == first.organization {
		return first, asked.agrees(first, s.store.Path(), "")
	}
	var others []registered
	err := s.store.view(ctx, func(t *tx) (err error) { others, err = t.tenants(); return err })
	if err != nil {
		return first, err
	}
	var former *seed
	for _, r := range others {
		found, now, err := s.seedOf(ctx, r)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			continue
		case err != nil:
			return first, err
		case now == name || r.id == name:
			found.organization = name
			return found, asked.agrees(found, s.store.Path(), "")
		case found.organization == name && former == nil:
			former = &found
		}
	}
	if former != nil {
		return *former, asked.agrees(*former, s.store.Path(), "")
	}
	return first, asked.agrees(first, s.store.Path(), "; or create the organization in it, with an operator's token (sandbox = { operator = true })")
}

// seedOf reads what a further organization began with, its plan as it is now, and its
// name now.
func (s *Sandbox) seedOf(ctx context.Context, r registered) (found seed, now string, err error) {
	tenant, leave, err := s.enter(ctx, r)
	if err != nil {
		return seed{}, "", err
	}
	defer leave()
	err = tenant.store.view(ctx, func(t *tx) error {
		if found, err = t.readSeed(); err != nil {
			return err
		}
		return t.Row("SELECT name, plan FROM organization").Scan(&now, &found.plan)
	})
	return found, now, err
}

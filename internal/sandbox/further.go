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

// A sandbox may hold further organizations, which an operator opens. Each is a Sandbox of its own on a file of its own beside
// the first's, which lists them: so nothing that is asked of one can reach another. Locks are taken in one order: the first
// organization's file, then another's.

// children are the further organizations that a handle has open, by number.
type children struct {
	mu   sync.Mutex
	open map[int64]*Sandbox
}

func (c *children) put(seq int64, child *Sandbox) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.open == nil {
		c.open = map[int64]*Sandbox{}
	}
	c.open[seq] = child
}

// take forgets a child, so that nobody enters it any more.
func (c *children) take(seq int64) *Sandbox {
	c.mu.Lock()
	defer c.mu.Unlock()
	child := c.open[seq]
	delete(c.open, seq)
	return child
}

func (c *children) closeAll() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, child := range c.open {
		_ = child.Close()
	}
	c.open = nil
}

// registered is a line of the table of organizations.
type registered struct {
	seq int64
	id  string
}

// further lists the organizations that have files of their own.
func (t *tx) further() ([]registered, error) {
	return engine.Collect(t, scanRegistered, "SELECT seq, id FROM organizations WHERE id <> (SELECT id FROM organization) ORDER BY seq")
}

// home finds the organization that a request is for: that which knows its token. The operator's requests are for the first
// one, as are those of nobody, which it refuses. Other processes open and close organizations, so the table is read again
// unless the token is known to be the first organization's, which it then remains. Leave ends the visit.
func (s *Sandbox) home(ctx context.Context, token string) (home *Sandbox, leave func(), err error) {
	stay := func() {}
	last, known := s.homes.Load(token)
	if token == "" || known && last.(int64) == 0 {
		return s, stay, nil
	}
	mine, further, err := s.whose(ctx, token)
	if err != nil {
		return nil, nil, err
	}
	if mine {
		s.homes.Store(token, int64(0))
		return s, stay, nil
	}
	s.prune(further)
	for _, f := range further {
		child, leave, err := s.enter(ctx, f)
		if errors.Is(err, fs.ErrNotExist) {
			continue // Somebody deleted the file; the operator can delete the organization.
		}
		if err != nil {
			return nil, nil, err
		}
		theirs := known && last.(int64) == f.seq
		if !theirs {
			if theirs, err = child.knows(ctx, token); err != nil {
				leave()
				return nil, nil, err
			}
		}
		if theirs {
			s.homes.Store(token, f.seq)
			return child, leave, nil
		}
		leave()
	}
	return s, stay, nil
}

// whose tells whether a token is the first organization's or the operator's, and otherwise which organizations there are.
func (s *Sandbox) whose(ctx context.Context, token string) (mine bool, further []registered, err error) {
	err = s.store.view(ctx, func(t *tx) error {
		if mine, err = t.knows(token); err != nil || mine {
			return err
		}
		if mine, err = t.isOperator(token); err != nil || mine {
			return err
		}
		further, err = t.further()
		return err
	})
	return mine, further, err
}

func (t *tx) knows(token string) (known bool, err error) {
	err = t.Row("SELECT EXISTS (SELECT 1 FROM tokens WHERE token = ?)", token).Scan(&known)
	return known, err
}

func (s *Sandbox) knows(ctx context.Context, token string) (known bool, err error) {
	err = s.store.view(ctx, func(t *tx) error { known, err = t.knows(token); return err })
	return known, err
}

// prune closes what another process has deleted. In memory there is no other, and nothing that could be opened again.
func (s *Sandbox) prune(there []registered) {
	if s.store.Path() == engine.MemoryPath {
		return
	}
	var gone []*Sandbox
	s.children.mu.Lock()
	for seq, child := range s.children.open {
		if !slices.ContainsFunc(there, func(r registered) bool { return r.seq == seq }) {
			gone = append(gone, child)
			delete(s.children.open, seq)
		}
	}
	s.children.mu.Unlock()
	for _, child := range gone {
		_ = child.Close()
	}
}

// enter opens a further organization, once for all requests, and keeps it open until leave is called. A file that is missing
// is an fs.ErrNotExist.
func (s *Sandbox) enter(ctx context.Context, r registered) (child *Sandbox, leave func(), err error) {
	s.children.mu.Lock()
	defer s.children.mu.Unlock()
	child = s.children.open[r.seq]
	if child == nil {
		if child, err = s.reopen(ctx, r); err != nil {
			return nil, nil, err
		}
		if s.children.open == nil {
			s.children.open = map[int64]*Sandbox{}
		}
		s.children.open[r.seq] = child
	}
	child.inflight.Add(1)
	return child, child.inflight.Done, nil
}

func (s *Sandbox) reopen(ctx context.Context, r registered) (*Sandbox, error) {
	name := s.childPath(r.seq)
	if _, err := os.Stat(name); err != nil {
		return nil, fmt.Errorf("the organization %s has lost its file: %w", r.id, err)
	}
	child, err := s.child(name, r.id)
	if err != nil {
		return nil, err
	}
	err = child.store.migrate(ctx, func(*tx) error {
		return fmt.Errorf("the file %s of the organization %s is empty: %w", name, r.id, fs.ErrNotExist)
	})
	if err != nil {
		return nil, errors.Join(err, child.store.Close())
	}
	return child, nil
}

// child is a handle on a further organization's file, which is made when it is missing.
func (s *Sandbox) child(name, id string) (*Sandbox, error) {
	store, err := openStore(name)
	if err != nil {
		return nil, err
	}
	store.organization = id
	return &Sandbox{store: store, clock: s.clock, first: s}, nil
}

// childPath is where a further organization is kept.
func (s *Sandbox) childPath(seq int64) string {
	if s.store.Path() == engine.MemoryPath {
		return engine.MemoryPath
	}
	return s.store.Path() + ".organization-" + strconv.FormatInt(seq, 10)
}

// bear makes the file of a further organization. What a create that broke off has left there is replaced.
func (s *Sandbox) bear(ctx context.Context, r registered, from seed) (*Sandbox, error) {
	name := s.childPath(r.seq)
	if err := engine.Remove(name); err != nil {
		return nil, err
	}
	child, err := s.child(name, r.id)
	if err != nil {
		return nil, err
	}
	if err := child.store.migrate(ctx, func(t *tx) error { return t.plant(from) }); err != nil {
		return nil, errors.Join(err, child.store.Close())
	}
	return child, nil
}

// discard closes a further organization that is registered no more, and removes its file. One that cannot be removed, because
// another process has it open on Windows, stays behind unused: its number is not used again.
func (s *Sandbox) discard(seq int64) {
	if child := s.children.take(seq); child != nil {
		_ = child.Close()
	}
	_ = engine.Remove(s.childPath(seq))
}

// choose finds the organization that was asked for: the first one, or a further one that has that name or id now, or began
// with that name.
func (s *Sandbox) choose(ctx context.Context, asked, first seed) (seed, error) {
	name := asked.given.Organization
	if name == "" || name == first.organization {
		return first, asked.agrees(first, s.store.Path(), "")
	}
	var further []registered
	err := s.store.view(ctx, func(t *tx) (err error) { further, err = t.further(); return err })
	if err != nil {
		return first, err
	}
	var former *seed
	for _, r := range further {
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

// seedOf reads what a further organization began with, its plan as it is now, and its name now.
func (s *Sandbox) seedOf(ctx context.Context, r registered) (found seed, now string, err error) {
	child, leave, err := s.enter(ctx, r)
	if err != nil {
		return seed{}, "", err
	}
	defer leave()
	err = child.store.view(ctx, func(t *tx) error {
		if found, err = t.readSeed(); err != nil {
			return err
		}
		return t.Row("SELECT name, plan FROM organization").Scan(&now, &found.plan)
	})
	return found, now, err
}

package coalesce

import (
	"context"
	"sync"

	"github.com/tray-community/terraform-provider-tray/internal/tray/rest"
)

// Singleton remembers the one object of its kind, as a collection does many: callers share
// one read, errors are not remembered, and a read that began before a write ended never
// stands for what is there after it. The zero value remembers nothing.
type Singleton[T any] struct {
	mu      sync.Mutex
	value   *T
	loading *shared
	clock   int // counts the beginnings and ends of writes
}

// Get returns the object, read by read if it is not known.
func (s *Singleton[T]) Get(ctx context.Context, c Client, read func(context.Context) (T, error)) (T, error) {
	if c.Uncached() {
		return read(ctx)
	}
	return s.Once(ctx, c, read)
}

// Once is Get for what does not change while a client lives: it is remembered also by a
// client that is Uncached.
func (s *Singleton[T]) Once(ctx context.Context, c Client, read func(context.Context) (T, error)) (T, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for s.value == nil {
		if s.loading == nil {
			s.loading = launch(ctx, &s.mu, s.load(read), func(f *shared) {
				if s.loading == f {
					s.loading = nil
				}
			})
		}
		if err := s.loading.wait(ctx, &s.mu, c); err != nil {
			var none T
			return none, err
		}
	}
	return *s.value, nil
}

// Known returns the object if it has been read, asking nobody; nil is not known.
func (s *Singleton[T]) Known() *T {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.value
}

// load is the work of the shared read; the caller holds mu.
func (s *Singleton[T]) load(read func(context.Context) (T, error)) func(context.Context) error {
	began := s.clock
	return func(ctx context.Context) error {
		got, err := read(ctx)
		s.mu.Lock()
		defer s.mu.Unlock()
		if err == nil && s.clock == began {
			s.value = &got
		}
		return err
	}
}

// Write carries out a write that answers with the object. After a failure that leaves
// open what was done, the object is read: one that done accepts is success.
func (s *Singleton[T]) Write(ctx context.Context, c Client, send func() (T, error), read func(context.Context) (T, error), done func(T) bool) (T, error) {
	began := s.forget()
	after, end := c.Afterwards(ctx)
	defer end()
	got, err := send()
	if rest.IsAmbiguous(err) {
		now, lookErr := read(after)
		switch {
		case lookErr != nil:
			err = StillAmbiguous(err, lookErr)
		case done(now):
			got, err = now, nil
		default:
			err = NotDone(err)
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	raced := s.clock != began
	s.clock++
	s.value, s.loading = nil, nil
	if err == nil && !raced { // else which of two came last only a read can tell
		s.value = &got
	}
	return got, err
}

// forget voids what is known and what is being read, and returns the clock of it.
func (s *Singleton[T]) forget() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.clock++
	s.value, s.loading = nil, nil
	return s.clock
}

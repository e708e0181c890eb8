package coalesce

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tray-community/terraform-provider-tray/internal/tray/rest"
)

func TestShared_callerLeavesAndOthersGetTheirAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newServer(5)
		f.latency = time.Second
		s := f.shelf()
		ctx, leave := context.WithCancel(t.Context())
		first := make(chan error)
		go func() { _, err := s.list(ctx); first <- err }()
		synctest.Wait()
		second := make(chan error)
		go func() { _, err := s.list(t.Context()); second <- err }()
		synctest.Wait()
		leave()
		if err := <-first; !errors.Is(err, context.Canceled) {
			t.Errorf("who left: %v", err)
		}
		if err := <-second; err != nil {
			t.Errorf("who stayed: %v", err)
		}
		wantRequests(t, f, "list")
	})
}

func TestShared_endsWhenEverybodyHasLeft(t *testing.T) {
	for what, read := range map[string]func(ctx context.Context, s *shelf) error{
		"list": func(ctx context.Context, s *shelf) error { _, err := s.list(ctx); return err },
		"get":  func(ctx context.Context, s *shelf) error { _, err := s.get(ctx, "t0001"); return err },
	} {
		synctest.Test(t, func(t *testing.T) {
			f := newServer(5)
			f.latency = time.Hour
			if what == "get" {
				f.fault = on("list", 0, 0, fault{status: http.StatusForbidden})
			}
			s := f.shelf()
			ctx, leave := context.WithCancel(t.Context())
			done := make(chan error, 2)
			for range 2 {
				go func() { done <- read(ctx, s) }()
			}
			synctest.Wait()
			if what == "get" {
				time.Sleep(90 * time.Minute) // past the list that was refused
			}
			leave()
			started := time.Now()
			<-done
			<-done
			f.mu.Lock()
			f.latency = 0
			f.mu.Unlock()
			if err := read(t.Context(), s); err != nil {
				t.Fatal(err)
			}
			if took := time.Since(started); took > time.Millisecond {
				t.Errorf("%s: a later caller waited %s for an abandoned read", what, took)
			}
		})
	}
}

// A request that is shared is nobody's: it sees no caller's deadline, and yet it ends.
func TestShared_outlivesItsCallersDeadlineButNotForEver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newServer(1)
		var deadline bool
		s := f.shelf(func(s *Source[thing]) {
			s.Page = func(ctx context.Context, _ string) (rest.Page[thing], error) {
				_, deadline = ctx.Deadline()
				<-ctx.Done()
				return rest.Page[thing]{}, rest.AsError(ctx.Err())
			}
		})
		ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
		defer cancel()
		started := time.Now()
		if _, err := s.list(ctx); err == nil || deadline || time.Since(started) > 11*time.Minute {
			t.Errorf("%v after %s; it saw a deadline: %v", err, time.Since(started), deadline)
		}
	})
}

func TestShared_waitingInVainFailsAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newServer(1)
		f.latency = time.Hour
		s := f.shelf()
		s.inVain = true
		started := time.Now()
		if _, err := s.list(t.Context()); !rest.HasStatus(err, http.StatusTooManyRequests) || time.Since(started) > 0 {
			t.Errorf("%v after %s", err, time.Since(started))
		}
	})
}

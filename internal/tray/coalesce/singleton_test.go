package coalesce

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tray-community/terraform-provider-tray/internal/tray/rest"
)

func TestSingleton_isReadOnceForAll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newServer(0).shelf()
		var one Singleton[string]
		reads := 0
		read := func(context.Context) (string, error) {
			time.Sleep(time.Second) //nolint:forbidigo // in a bubble
			if reads++; reads == 1 {
				return "", notFound()
			}
			return "a", nil
		}
		if _, err := one.Get(t.Context(), s, read); err == nil || one.Known() != nil {
			t.Error("the error is remembered, or none")
		}
		got := make(chan string)
		for range 3 {
			go func() { value, _ := one.Get(t.Context(), s, read); got <- value }()
		}
		for range 3 {
			if value := <-got; value != "a" {
				t.Errorf("%q", value)
			}
		}
		if reads != 2 || one.Known() == nil {
			t.Errorf("%d reads", reads)
		}
		s.uncached = true
		_, _ = one.Get(t.Context(), s, read)
		_, _ = one.Once(t.Context(), s, read)
		if reads != 3 {
			t.Errorf("%d reads where nothing is to be remembered but what does not change", reads)
		}
	})
}

// A read that the server answered before the write must not stand for what is there after
// it, even when its answer arrives later.
func TestSingleton_readBegunBeforeAWriteIsNotBelieved(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newServer(0).shelf()
		var one Singleton[string]
		slow := make(chan struct{})
		read := func(context.Context) (string, error) { <-slow; return "old", nil }
		got := make(chan string)
		go func() { value, _ := one.Get(t.Context(), s, read); got <- value }()
		synctest.Wait()
		wrote, err := one.Write(t.Context(), s, func() (string, error) { return "new", nil }, read, nil)
		if err != nil || wrote != "new" {
			t.Fatal(wrote, err)
		}
		close(slow)
		if value := <-got; value != "new" {
			t.Errorf("who was reading is told %q", value)
		}
		if value := one.Known(); value == nil || *value != "new" {
			t.Error("what was written is not known")
		}
	})
}

// Of two writes at once only a read can tell which came last.
func TestSingleton_afterTwoWritesAtOnceItIsRead(t *testing.T) {
	s := newServer(0).shelf()
	var one Singleton[string]
	_, err := one.Write(t.Context(), s, func() (string, error) {
		_, err := one.Write(t.Context(), s, func() (string, error) { return "inner", nil }, nil, nil)
		return "outer", err
	}, nil, nil)
	if err != nil || one.Known() != nil {
		t.Errorf("%v; it is taken to be known", err)
	}
}

func TestSingleton_lostAnswerIsSettledByReading(t *testing.T) {
	s := newServer(0).shelf()
	lost := func() (string, error) { return "", &rest.Error{Status: 502, Ambiguous: true} }
	is := func(value string) bool { return value == "new" }
	for now, ok := range map[string]bool{"new": true, "old": false} {
		var one Singleton[string]
		got, err := one.Write(t.Context(), s, lost, func(context.Context) (string, error) { return now, nil }, is)
		if (err == nil) != ok || ok && got != "new" || rest.IsAmbiguous(err) || (one.Known() != nil) != ok {
			t.Errorf("%s: %q %v", now, got, err)
		}
	}
	var one Singleton[string]
	if _, err := one.Write(t.Context(), s, lost, func(context.Context) (string, error) { return "", notFound() }, is); !rest.IsAmbiguous(err) {
		t.Errorf("%v", err)
	}
}

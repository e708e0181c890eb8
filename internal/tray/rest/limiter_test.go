package rest

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/time/rate"
)

// mostIn returns the largest number of times within any window of that length.
func mostIn(times []time.Time, window time.Duration) int {
	most := 0
	for i, from := range times {
		n := 0
		for _, at := range times[i:] {
			if at.Sub(from) < window {
				n++
			}
		}
		most = max(most, n)
	}
	return most
}

func TestLimiter_noSecondSeesMoreThanIsDocumented(t *testing.T) {
	for _, perSecond := range []float64{0.5, 1, 5, 10, 25, 28, 29, 29.5} {
		synctest.Test(t, func(t *testing.T) {
			l := newLimiter(perSecond)
			var (
				mu    sync.Mutex
				times []time.Time
				all   sync.WaitGroup
			)
			time.Sleep(time.Minute) // as full as the bucket gets
			for range 200 {
				all.Go(func() {
					if err := l.wait(context.Background()); err != nil {
						t.Error(err)
					}
					mu.Lock()
					times = append(times, time.Now())
					mu.Unlock()
				})
			}
			started := time.Now()
			all.Wait()
			slices.SortFunc(times, time.Time.Compare)
			if got := mostIn(times, time.Second); got > 30 {
				t.Errorf("rate %g: %d requests within a second", perSecond, got)
			}
			if got := 200 / time.Since(started).Seconds(); got < perSecond*0.98 {
				t.Errorf("rate %g: only %.1f a second", perSecond, got)
			}
		})
	}
}

func TestLimiter_servesInOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLimiter(2)
		var (
			order []int
			mu    sync.Mutex
			all   sync.WaitGroup
		)
		for i := range 20 {
			all.Go(func() {
				if err := l.wait(context.Background()); err != nil {
					t.Error(err)
				}
				mu.Lock()
				order = append(order, i)
				mu.Unlock()
			})
			synctest.Wait()
			if i == 10 {
				l.refused(time.Now(), 3*time.Second) // a pause does not change the order
			}
		}
		all.Wait()
		if !slices.IsSorted(order) {
			t.Errorf("served in the order %v", order)
		}
	})
}

func TestLimiter_everybodyPausesAfterA429(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{latency: 10 * time.Millisecond}
		var (
			mu    sync.Mutex
			times []time.Time
		)
		f.hook = func(*http.Request) { mu.Lock(); times = append(times, time.Now()); mu.Unlock() }
		f.fault = on("GET", 1, fault{status: 429, body: `{"message":"slow"}`, header: http.Header{"Retry-After": {"7"}}})
		c := f.client(t, func(cfg *Config) { cfg.RequestsPerSecond = 25 })
		var all sync.WaitGroup
		for range 100 {
			all.Go(func() {
				if _, err := roles(t.Context(), c); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		longest := time.Duration(0)
		for i := 1; i < len(times); i++ {
			longest = max(longest, times[i].Sub(times[i-1]))
		}
		if longest < 6900*time.Millisecond || len(times) != 101 {
			t.Errorf("the longest silence was %s, with %d requests; want about 7s, 101", longest, len(times))
		}
		if after := mostIn(times[20:], time.Second); after > 30 {
			t.Errorf("%d requests in a second", after)
		}
	})
}

func TestLimiter_halvesOnceForAVolleyAndRecovers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLimiter(20)
		time.Sleep(time.Second)
		sent := time.Now()
		time.Sleep(10 * time.Millisecond)
		for range 8 { // all were under way together
			l.refused(sent, -1)
			l.served(sent) // as some are, which says nothing of the rate since
		}
		if got := l.bucket.Limit(); got != 10 || l.strikes != 1 {
			t.Errorf("the rate is %g after %d volleys, want 10 after one", float64(got), l.strikes)
		}
		started := time.Now()
		for l.bucket.Limit() < 20 {
			if err := l.wait(t.Context()); err != nil {
				t.Fatal(err)
			}
			time.Sleep(time.Millisecond)
			l.served(time.Now())
		}
		if took := time.Since(started); took < 8*time.Second || took > 14*time.Second {
			t.Errorf("recovered in %s, want about ten seconds", took)
		}
		if got := l.bucket.Limit(); got != 20 {
			t.Errorf("recovered to %g a second, want 20", float64(got))
		}
	})
}

func TestLimiter_pausesGrowWithoutRetryAfter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLimiter(25)
		for strike, want := range []time.Duration{1, 2, 4, 8, 16, 30, 30} {
			time.Sleep(time.Hour)
			got := l.refused(time.Now(), -1)
			if want *= time.Second; got < want/2 || got > want*3/2 {
				t.Errorf("pause %d is %s, want about %s", strike+1, got, want)
			}
		}
	})
}

func TestLimiter_pauseBeyondTheDeadlineFailsAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{latency: 10 * time.Millisecond}
		f.fault = on("*", 0, fault{status: 429, body: `{"message":"slow"}`, header: http.Header{"Retry-After": {"60"}}})
		c := f.client(t)
		patient := make(chan error, 1)
		go func() { _, err := roles(t.Context(), c); patient <- err }()
		ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
		defer cancel()
		started := time.Now()
		answer := make(chan struct{}) // that somebody else's request is to bring
		for what, err := range map[string]error{"one's own": second(roles(ctx, c)), "another's": c.Wait(ctx, answer)} {
			var e *Error
			if !errors.As(err, &e) || e.Status != 429 || e.RetryAfter < 59*time.Second {
				t.Fatalf("%s: %v", what, err)
			}
			for _, word := range []string{"1m0", "requests_per_second", "-parallelism", "token"} {
				if !strings.Contains(e.Error(), word) {
					t.Errorf("%s: %q does not mention %s", what, e.Error(), word)
				}
			}
		}
		if took := time.Since(started); took > time.Second {
			t.Errorf("failed after %s", took)
		}
		if err := <-patient; !HasStatus(err, 429) {
			t.Errorf("the patient one: %v", err)
		}
	})
}

func second[T any](_ T, err error) error { return err }

func TestLimiter_withoutADeadlinePatienceStillEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{}
		f.fault = on("*", 0, fault{status: 429, body: `{}`, header: http.Header{"Retry-After": {"86400"}}})
		started := time.Now()
		_, err := roles(context.Background(), f.client(t))
		if took := time.Since(started); !HasStatus(err, 429) || took > time.Second {
			t.Errorf("%v after %s", err, took)
		}
	})
}

func TestLimiter_cancellingEndsAPauseAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{}
		f.fault = on("*", 0, fault{status: 429, body: `{}`, header: http.Header{"Retry-After": {"60"}}})
		c := f.client(t)
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error, 20)
		for range 10 {
			go func() { _, err := roles(ctx, c); done <- err }()
			go func() { done <- send(ctx, c, http.MethodDelete) }()
		}
		time.Sleep(10 * time.Second)
		started := time.Now()
		cancel()
		for range 20 {
			if err := <-done; !errors.Is(err, context.Canceled) {
				t.Errorf("%v", err)
			}
		}
		if took := time.Since(started); took >= 100*time.Millisecond {
			t.Errorf("returned after %s", took)
		}
	})
}

func TestLimiter_leavingTheLinePassesTheTurnOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLimiter(1)
		var all sync.WaitGroup
		served := 0
		var mu sync.Mutex
		for i := range 30 {
			ctx, cancel := context.WithTimeout(t.Context(), time.Duration(i%3+1)*5*time.Second)
			all.Go(func() {
				defer cancel()
				if l.wait(ctx) == nil {
					mu.Lock()
					served++
					mu.Unlock()
				}
			})
		}
		all.Wait()
		if served < 14 || l.busy || len(l.line) != 0 {
			t.Errorf("%d served in 15 seconds; busy %v, %d in line", served, l.busy, len(l.line))
		}
	})
}

func TestLimiter_readsBothFormsOfRetryAfter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for value, want := range map[string]time.Duration{
			"": -1, "soon": -1, "-5": -1, "0": 0, "3": 3 * time.Second, "1.5": 1500 * time.Millisecond,
			time.Now().Add(90 * time.Second).UTC().Format(http.TimeFormat): 90 * time.Second,
			time.Now().Add(-time.Hour).UTC().Format(http.TimeFormat):       0,
			"99999999999999999999": 100 * 365 * 24 * time.Hour,
		} {
			if got := retryAfter(http.Header{"Retry-After": {value}}); got != want {
				t.Errorf("%q: %s, want %s", value, got, want)
			}
		}
	})
}

// sendTimes are the times at which so many requests, all wanted at once, are let through.
func sendTimes(t *testing.T, l *limiter, n int) []time.Time {
	t.Helper()
	var (
		mu    sync.Mutex
		times []time.Time
		all   sync.WaitGroup
	)
	for range n {
		all.Go(func() {
			if err := l.wait(t.Context()); err != nil {
				t.Error(err)
			}
			mu.Lock()
			defer mu.Unlock()
			times = append(times, time.Now())
		})
	}
	all.Wait()
	slices.SortFunc(times, time.Time.Compare)
	return times
}

// "requests_per_second" was a rate with a burst on top: 25 let 30 through in a second.
func TestLimiter_noSecondSeesMoreThanItsNumber(t *testing.T) {
	for _, perSecond := range []float64{1, 2, 5, 10, 25, 29.5, 30, 60} {
		synctest.Test(t, func(t *testing.T) {
			l := newLimiter(perSecond)
			time.Sleep(time.Minute) // as much in hand as there can be
			var times []time.Time
			for _, n := range []int{7, 1, 200, 3, 40} { // bursts, with rests of all lengths between
				times = append(times, sendTimes(t, l, n)...)
				time.Sleep(time.Duration(n) * 37 * time.Millisecond)
			}
			if got := mostIn(times, time.Second+slack); float64(got) > perSecond {
				t.Errorf("%g a second: %d within one", perSecond, got)
			}
			sustained := times[8+int(perSecond) : 208]
			if got := float64(len(sustained)-1) / sustained[len(sustained)-1].Sub(sustained[0]).Seconds(); got < float64(int(perSecond))*0.97 {
				t.Errorf("%g a second: only %.1f when there is always somebody waiting", perSecond, got)
			}
		})
	}
}

// Ten pages took longer at 30 a second than at 25, which had a burst of 5 and the other none.
func TestLimiter_aHigherNumberIsNeverSlower(t *testing.T) {
	for _, pages := range []int{5, 10, 25, 30, 100} {
		last := time.Duration(1 << 62)
		for _, perSecond := range []float64{5, 10, 20, 25, 26, 29, 30, 40} {
			synctest.Test(t, func(t *testing.T) {
				began := time.Now()
				sent := sendTimes(t, newLimiter(perSecond), pages)
				took := sent[pages-1].Sub(began)
				if took > last {
					t.Errorf("%d pages take %s at %g a second, and %s at less", pages, took, perSecond, last)
				}
				if pages == 10 && perSecond >= 25 && took > 0 {
					t.Errorf("ten pages are not sent at once at %g a second: %s", perSecond, took)
				}
				last = took
			})
		}
	}
}

// A server counts as requests arrive, some late and some not: at the default number it
// sees no more than the documented 30 even if they are a tenth of a second apart.
func TestLimiter_defaultLeavesRoomForUnevenTravel(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		times := sendTimes(t, newLimiter(defaultRequestsPerSecond), 500)
		if got := mostIn(times, 1100*time.Millisecond); got > 30 {
			t.Errorf("%d requests within 1.1 seconds", got)
		}
	})
}

// Retry-After beyond all patience ends a call at once, however it is spelled; one that
// asks for nothing does not.
func TestLimiter_retryAfterFarInTheFutureFailsAtOnce(t *testing.T) {
	far := func() map[string]string {
		return map[string]string{
			"seconds": "86400", "a fraction": "86400.5", "an exponent": "1e9", "more than fits": "99999999999999999999", "infinite": "+Inf",
			"just beyond patience": "301",
			"a date":               time.Now().Add(24 * time.Hour).UTC().Format(http.TimeFormat),
			"a date of old form":   time.Now().Add(24 * time.Hour).UTC().Format("Monday, 02-Jan-06 15:04:05 GMT"),
			"the last date":        "Fri, 31 Dec 9999 23:59:59 GMT",
		}
	}
	synctest.Test(t, func(t *testing.T) {
		for _, status := range []int{429, 503} {
			for spelling, value := range far() {
				f := &fake{}
				f.fault = on("*", 0, fault{status: status, body: `{}`, header: http.Header{"Retry-After": {value}}})
				c := f.client(t)
				began := time.Now()
				_, err1 := roles(t.Context(), c)
				err2 := send(t.Context(), c, http.MethodDelete)
				for _, err := range []error{err1, err2} {
					var e *Error
					if !errors.As(err, &e) || e.Status != status || e.RetryAfter < 5*time.Minute {
						t.Errorf("%d, %s: %v", status, spelling, err)
					}
				}
				if took := time.Since(began); took > time.Second || f.requests("") > 5 {
					t.Errorf("%d, %s: failed after %s, or asked again", status, spelling, took)
				}
			}
			for _, value := range []string{"-86400", "-1.5", "-Inf", "NaN", "tomorrow", "Fri, 31 Dec 1999 23:59:59 GMT", "0"} {
				f := &fake{}
				f.fault = on("*", 1, fault{status: status, body: `{}`, header: http.Header{"Retry-After": {value}}})
				began := time.Now()
				if _, err := roles(t.Context(), f.client(t)); err != nil || time.Since(began) > 3*time.Second {
					t.Errorf("%d, %q: %v after %s", status, value, err, time.Since(began))
				}
			}
		}
	})
}

// A date is the server's: on a laptop that is an hour slow, a pause of 3 seconds is not an hour.
func TestLimiter_retryAfterDateCountsFromTheServersClock(t *testing.T) {
	at := time.Now().Add(time.Hour).UTC()
	h := http.Header{"Date": {at.Format(http.TimeFormat)}, "Retry-After": {at.Add(3 * time.Second).Format(http.TimeFormat)}}
	if got := retryAfter(h); got != 3*time.Second {
		t.Errorf("%s, want 3s", got)
	}
}

// Whoever waits already when a pause begins learns at once that it is too long.
func TestLimiter_aPauseReachesThoseWhoWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLimiter(25)
		ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
		defer cancel()
		waits := make(chan error)
		go func() { waits <- l.watch(ctx, nil) }()
		synctest.Wait()
		began := time.Now()
		l.refused(began, time.Minute)
		if err := <-waits; !HasStatus(err, 429) || time.Since(began) > 0 {
			t.Errorf("%v after %s", err, time.Since(began))
		}
	})
}

// Whoever leaves the line just as the turn comes passes it on.
func TestLimiter_aTurnThatComesAsOneLeavesIsNotLost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for range 100 { // which of the two is noticed first is chance
			l := newLimiter(25)
			if err := l.standInLine(t.Context()); err != nil {
				t.Fatal(err)
			}
			ctx, leave := context.WithCancel(t.Context())
			second := make(chan error)
			go func() { second <- l.standInLine(ctx) }()
			synctest.Wait()
			leave()
			l.next()
			if err := <-second; err == nil {
				l.next()
			}
			if l.busy {
				t.Fatal("the turn is lost")
			}
		}
	})
}

// Of a volley that was under way together, the longest Retry-After counts, in whichever order
// the answers come; those without one say how long the pause still is.
func TestLimiter_theLongestPauseOfAVolleyCounts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLimiter(25)
		sent := time.Now()
		time.Sleep(time.Second)
		for _, asked := range []time.Duration{2 * time.Second, 10 * time.Second, time.Second} {
			l.refused(sent, asked)
		}
		if left := time.Until(l.until); left < 10*time.Second || left > 10100*time.Millisecond {
			t.Errorf("the pause is %s, want ten seconds", left)
		}
		time.Sleep(4 * time.Second)
		if left := l.refused(sent, -1); left < 6*time.Second || left > 6100*time.Millisecond {
			t.Errorf("%s are left, want six seconds", left)
		}
	})
}

// However often it is refused, a client sends a request a second at least, or as few as it is
// told; and what was served in between makes the next pause a short one again.
func TestLimiter_neitherTheRateNorThePausesRunAway(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for perSecond, least := range map[float64]float64{25: 1, 0.5: 0.5} {
			l := newLimiter(perSecond)
			for range 20 {
				time.Sleep(time.Hour)
				l.refused(time.Now(), -1)
			}
			if got := float64(l.bucket.Limit()); got != least {
				t.Errorf("after 20 refusals %g sends %g a second, want %g", perSecond, got, least)
			}
			time.Sleep(time.Hour)
			l.served(time.Now())
			if pause := l.refused(time.Now(), -1); pause > 1500*time.Millisecond {
				t.Errorf("after an answer the next pause is %s", pause)
			}
		}
	})
}

// A turn that is reserved and not used, as its caller leaves or a pause begins, is nobody's
// loss: the next request goes when it would have gone, and not because a pause woke it.
func TestLimiter_anUnusedTurnIsGivenBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLimiter(25)
		sendTimes(t, l, 10) // the burst: from here on a turn comes every 40 ms
		began := time.Now()
		for range 100 {
			ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
			if err := l.wait(ctx); !HasStatus(err, 429) {
				t.Errorf("%v", err)
			}
			cancel()
		}
		if err := l.wait(t.Context()); err != nil || time.Since(began) > 40*time.Millisecond {
			t.Errorf("%v after %s, want 40 ms", err, time.Since(began))
		}
		began = time.Now()
		time.AfterFunc(20*time.Millisecond, func() { l.refused(time.Now(), 0) }) // halves the rate, and pauses for 100 ms at most
		if err := l.wait(t.Context()); err != nil || time.Now().Before(l.until) || time.Since(began) > 125*time.Millisecond {
			t.Errorf("%v after %s, in a pause: %v", err, time.Since(began), time.Now().Before(l.until))
		}
	})
}

// Many clients that are refused at once do not come back at once.
func TestLimiter_pausesAreNotTheSameForEverybody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for asked, bounds := range map[time.Duration][2]time.Duration{
			-1:              {500 * time.Millisecond, 1500 * time.Millisecond},
			5 * time.Second: {5 * time.Second, 5100 * time.Millisecond},
		} {
			seen := map[time.Duration]bool{}
			for range 50 {
				pause := newLimiter(25).refused(time.Now(), asked)
				if seen[pause] = true; pause < bounds[0] || pause > bounds[1] {
					t.Errorf("asked for %s, the pause is %s", asked, pause)
				}
			}
			if len(seen) < 25 {
				t.Errorf("asked for %s, 50 clients have %d pauses", asked, len(seen))
			}
		}
	})
}

// A full second costs the next burst, and none after it.
func TestLimiter_afterAQuietMinuteTenPagesGoAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := newLimiter(25)
		for range 3 {
			sendTimes(t, l, 100)
			time.Sleep(time.Minute)
			began := time.Now()
			if took := sendTimes(t, l, 10)[9].Sub(began); took > 0 {
				t.Errorf("ten pages take %s", took)
			}
			time.Sleep(time.Minute)
		}
	})
}

// When the rate is halved, the window already holds more than it may: it says at once when
// that many will have left it.
func TestWindow_saysHowLongItIsTooFull(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var w window
		for range 10 {
			w.sent()
			time.Sleep(10 * time.Millisecond)
		}
		// The sixth was sent 50 ms ago, and with it five are left.
		if got, want := w.full(rate.NewLimiter(5, 1)), time.Second+slack-50*time.Millisecond; got != want {
			t.Errorf("full for %s, want %s", got, want)
		}
	})
}

package tray

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/iotest"
	"testing/synctest"
	"time"
)

func TestDeploy_bodyIsTheZipInBase64(t *testing.T) {
	for _, size := range []int{0, 1, 2, 3, 4, 12287, 12288, 12289, 100_000} {
		zip := make([]byte, size)
		for i := range zip {
			zip[i] = byte(i * 7)
		}
		want, _ := json.Marshal(map[string]string{"connectorSourceCode": base64.StdEncoding.EncodeToString(zip)})
		for name, wrap := range map[string]func(io.Reader) io.Reader{"at once": func(r io.Reader) io.Reader { return r }, "byte by byte": iotest.OneByteReader, "halves": iotest.HalfReader} {
			body := newSourceBody(zip)
			if body.Len() != len(want) {
				t.Errorf("%d bytes: %d, want %d", size, body.Len(), len(want))
			}
			got, err := io.ReadAll(wrap(body))
			if err != nil || !bytes.Equal(got, want) || body.Len() != 0 {
				t.Errorf("%d bytes, %s: differs: %v", size, name, err)
			}
		}
	}
}

// A zip of 20 MB is in memory once, and sent with its length.
func TestDeploy_largeZipIsNotCopied(t *testing.T) {
	zip, sent := make([]byte, 20<<20), int64(0)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet {
			w.WriteHeader(404)
			return
		}
		n, err := io.Copy(io.Discard, r.Body)
		if err != nil || n != r.ContentLength || r.Header.Get("Content-Type") != "application/json" {
			t.Errorf("%d of %d bytes: %v", n, r.ContentLength, err)
		}
		sent = n
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `{"id":"d1","deploymentStatus":"Deploying"}`)
	}))
	defer server.Close()
	c, err := New(Config{BaseURL: server.URL, Token: canary})
	if err != nil {
		t.Fatal(err)
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	if _, err := c.Deployments.Deploy(t.Context(), assetRef, zip); err != nil {
		t.Fatal(err)
	}
	runtime.ReadMemStats(&after)
	if got := after.TotalAlloc - before.TotalAlloc; got > 4<<20 || sent < 20<<20 {
		t.Errorf("allocated %d KiB to send %d", got>>10, sent>>10)
	}
}

func BenchmarkDeploy20MB(b *testing.B) {
	zip := make([]byte, 20<<20)
	b.ReportAllocs()
	b.SetBytes(int64(len(zip)))
	for b.Loop() {
		if _, err := io.Copy(io.Discard, newSourceBody(zip)); err != nil {
			b.Fatal(err)
		}
	}
}

// A slow line takes its time for a large zip, and a try is not cut off in the middle.
func TestDeploy_largeZipMayTakeLonger(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := withFaults(t)
		f.hook = func(r *http.Request) {
			if r.Method == http.MethodPost {
				time.Sleep(2 * time.Minute)
			}
		}
		if _, err := f.client(t).Deployments.Deploy(t.Context(), assetRef, make([]byte, 20<<20)); err != nil || f.count("POST") != 1 {
			t.Error(err)
		}
	})
}

func TestDeploy_oneThatIsUnderWayIsSaidToBe(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := withFaults(t)
		repeat := fault{status: 200, body: `{"id":"` + uuid(7) + `","deploymentStatus":"Building","repeatDeployment":true}`}
		f.fault = on("POST", "", 0, 1, repeat)
		d, err := f.client(t).Deployments.Deploy(t.Context(), assetRef, []byte("zip"))
		if err != nil || !d.Repeat || d.ID != uuid(7) || d.State != Building {
			t.Errorf("%v %v", d, err)
		}
		// Somebody else's, which began after we had looked, is not taken for ours.
		f.fault = on("POST", "", 0, 1, fault{status: 200, body: strings.Replace(repeat.body, uuid(7), uuid(8), 1)})
		if d, err = f.client(t).Deployments.Deploy(t.Context(), assetRef, []byte("zip")); err != nil || !d.Repeat || d.ID != uuid(8) {
			t.Errorf("somebody else's: %v %v", d, err)
		}
		// The answer is lost, what was started does not show yet, and the second try is told of it.
		posts := 0
		f.fault = func(_ int, r *http.Request) *fault {
			if r.Method != http.MethodPost {
				return nil
			}
			if posts++; posts == 1 {
				return &fault{before: true}
			}
			return &fault{status: 200, body: strings.Replace(repeat.body, uuid(7), uuid(9), 1)}
		}
		if d, err = f.client(t).Deployments.Deploy(t.Context(), assetRef, []byte("zip")); err != nil || d.Repeat || d.ID != uuid(9) {
			t.Errorf("after a lost answer: %v %v", d, err)
		}
	})
}

func TestDeploy_unknownFateThatCannotBeReadStaysOpen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := withFaults(t)
		f.fault = func(_ int, r *http.Request) *fault {
			if r.Method == http.MethodPost || len(f.sources) > 0 {
				return &fault{status: 502, done: true}
			}
			return nil
		}
		_, err := f.client(t).Deployments.Deploy(t.Context(), assetRef, []byte("zip"))
		if !isAmbiguous(err) || len(f.sources) != 1 {
			t.Errorf("%d deployments: %v", len(f.sources), err)
		}
	})
}

// Tray ignores what is sent while a deployment is under way, which may fail: it was taken for
// the one that had been asked for.
func TestDeploy_waitsForTheOneUnderWayAndDeploysThen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := withFaults(t)
		f.deploying = states("Building", "Building", "Failed", "Deploying", "Deployed")
		f.fault = on("POST", "", 0, 1, fault{status: 200, body: `{"id":"` + uuid(7) + `","deploymentStatus":"Building","repeatDeployment":true}`})
		var told []string
		d, err := f.client(t).Deployments.DeployAndWait(t.Context(), assetRef, []byte("zip"), func(d Deployment) { told = append(told, fmt.Sprint(string(d.State), " ", d.Repeat)) })
		if err != nil || d.ID == uuid(7) || d.State != Deployed || len(f.sources) != 1 || f.count("POST") != 2 {
			t.Errorf("%v %v", d, err)
		}
		if want := []string{"Building true", "Deploying false", "Deployed false"}; !slices.Equal(told, want) {
			t.Errorf("told %q", told)
		}
	})
}

// Whoever waits no more by the time Tray answers was not told what they had started, and took
// it for somebody else's.
func TestDeploy_isToldWhatItStartedAlthoughNobodyWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := withFaults(t)
		f.deploying = states("Deploying")
		ctx, cancel := context.WithCancel(t.Context())
		f.hook = func(r *http.Request) {
			if r.Method == http.MethodPost {
				cancel()
			}
		}
		var told []string
		_, err := f.client(t).Deployments.DeployAndWait(ctx, assetRef, []byte("zip"), func(d Deployment) { told = append(told, fmt.Sprint(d.ID != "", d.Repeat)) })
		if !errors.Is(err, context.Canceled) || len(f.sources) != 1 || !slices.Equal(told, []string{"true false"}) {
			t.Errorf("told %q, %v", told, err)
		}
	})
}

// states are those that a deployment is found in, one a read, and the last one from then on.
func states(all ...string) func(string) string {
	reads := 0
	return func(string) string {
		reads++
		return all[min(reads, len(all))-1]
	}
}

func TestWait_tellsTheStatesAndReturnsAtTheEnd(t *testing.T) {
	for name, test := range map[string]struct {
		states []string
		fails  string
	}{
		"deployed":         {[]string{"Deploying", "Building", "Building", "Deployed"}, ""},
		"at once":          {[]string{"Deployed"}, ""},
		"a state unknown":  {[]string{"Queued", "Deployed"}, ""},
		"no state at all":  {[]string{"", "Deployed"}, ""},
		"failed":           {[]string{"Deploying", "Failed"}, "deployment " + uuid(7) + " failed: src/x.ts: no such type. Correct the connector"},
		"and stays failed": {[]string{"Failed", "Deployed"}, "failed"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := withFaults(t)
				f.deploying = states(test.states...)
				var told []string
				d, err := f.client(t).Deployments.Wait(t.Context(), assetRef, uuid(7), func(d Deployment) { told = append(told, string(d.State)) })
				if (err == nil) != (test.fails == "") || !strings.Contains(fmt.Sprint(err), test.fails) && err != nil {
					t.Fatalf("%v, want %q", err, test.fails)
				}
				want := slices.Compact(slices.Clone(test.states))
				if test.fails != "" {
					want = want[:slices.Index(want, "Failed")+1]
				}
				if d == nil || string(d.State) != want[len(want)-1] || !slices.Equal(told, want) {
					t.Errorf("%v; told %q, want %q", d, told, want)
				}
			})
		})
	}
}

func TestWait_theEndOfItIsNotThatOfTheDeployment(t *testing.T) {
	for _, k := range []int{1, 2, 5} {
		synctest.Test(t, func(t *testing.T) {
			f := withFaults(t)
			f.deploying = states("Deploying", "Building")
			ctx, cancel := context.WithCancel(t.Context())
			time.AfterFunc(time.Duration(k)*time.Second-time.Millisecond, cancel)
			c, began := f.client(t), time.Now()
			d, err := c.Deployments.Wait(ctx, assetRef, uuid(7), nil)
			if !errors.Is(err, context.Canceled) || d == nil || d.State.Ended() || !strings.Contains(err.Error(), "It goes on in Tray: apply again") || isAmbiguous(err) {
				t.Errorf("%v %v", d, err)
			}
			if took := time.Since(began); took >= time.Duration(k)*time.Second {
				t.Errorf("after %s", took)
			}
			reads := len(f.requests())
			time.Sleep(time.Hour)
			if more := f.requests(); len(more) != 0 || reads > k+1 {
				t.Errorf("%d reads, and %q when nobody waited", reads, more)
			}
			f.deploying = states("Deployed")
			if d, err := c.Deployments.Wait(t.Context(), assetRef, uuid(7), nil); err != nil || d.State != Deployed {
				t.Errorf("and then: %v %v", d, err)
			}
		})
	}
}

func TestWait_manyShareOneReader(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := withFaults(t)
		began := time.Now()
		f.deploying = func(string) string {
			if time.Since(began) > time.Minute {
				return "Deployed"
			}
			return "Building"
		}
		c := f.client(t)
		var all sync.WaitGroup
		for i := range 20 {
			all.Go(func() {
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				if i%2 == 0 {
					time.AfterFunc(time.Duration(i)*time.Second, cancel) // it leaves, and the others go on
				}
				if d, err := c.Deployments.Wait(ctx, assetRef, uuid(7), nil); i%2 == 1 && (err != nil || d.State != Deployed) {
					t.Errorf("%v %v", d, err)
				}
			})
		}
		all.Wait()
		at := f.came()
		for i := 1; i < len(at); i++ {
			if at[i].Sub(at[i-1]) < time.Second {
				t.Errorf("read at %s and at %s", at[i-1], at[i])
			}
		}
		if len(at) > 30 {
			t.Errorf("%d reads in %s", len(at), at[len(at)-1].Sub(began))
		}
	})
}

// Whoever gives up and waits again, as one apply after another does, is not faster by that.
func TestWait_comingAgainIsNoFaster(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := withFaults(t)
		f.deploying = states("Building")
		c := f.client(t)
		for range 40 {
			ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
			_, _ = c.Deployments.Wait(ctx, assetRef, uuid(7), nil)
			cancel()
		}
		at := f.came()
		if got := most(at, time.Second-time.Millisecond); got > 1 || len(at) < 5 {
			t.Errorf("%d reads, and %d within a second", len(at), got)
		}
	})
}

func TestWait_passesOverFaultsAndWhatIsNotToBeSeenYet(t *testing.T) {
	for name, flt := range map[string]fault{"404": {status: 404, body: `{"message":"not found"}`}, "502": {status: 502}, "lost": {before: true}, "429": {status: 429, body: `{}`}} {
		synctest.Test(t, func(t *testing.T) {
			f := withFaults(t)
			f.deploying = states("Deployed")
			f.fault = on("GET", uuid(7), 0, 3, flt)
			if d, err := f.client(t).Deployments.Wait(t.Context(), assetRef, uuid(7), nil); err != nil || d.State != Deployed {
				t.Errorf("%s: %v %v", name, d, err)
			}
			f.fault = on("GET", uuid(7), 0, 0, flt)
			d, err := f.client(t).Deployments.Wait(t.Context(), assetRef, uuid(7), nil)
			if err == nil || d != nil || !strings.Contains(err.Error(), "was not seen to end") {
				t.Errorf("%s for ever: %v %v", name, d, err)
			}
		})
	}
}

// Fifty deployments at once, on the default rate, against a server that counts: no 429, no
// deployment read twice within a second, and room for others.
func TestWait_fiftyAtOnceStayUnderTheLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var (
			mu   sync.Mutex
			all  []time.Time
			each = map[string][]time.Time{}
		)
		began := time.Now()
		server := roundTrips(func(r *http.Request) (*http.Response, error) {
			mu.Lock()
			defer mu.Unlock()
			now := time.Now()
			all = append(all, now)
			each[r.URL.Path] = append(each[r.URL.Path], now)
			rec := httptest.NewRecorder()
			state := "Building"
			if now.Sub(began) > 3*time.Minute {
				state = "Deployed"
			}
			write(rec, 200, map[string]string{"id": "d", "deploymentStatus": state})
			return rec.Result(), nil
		})
		c, err := New(Config{BaseURL: "https://api.test", Token: canary, Transport: server})
		if err != nil {
			t.Fatal(err)
		}
		var waiting sync.WaitGroup
		for i := range 50 {
			waiting.Go(func() {
				ref := ConnectorRef{fmt.Sprint("acme-", i), "1.0"}
				d, err := c.Deployments.Wait(t.Context(), ref, "d", nil)
				if err != nil || d.State != Deployed {
					t.Errorf("%v %v", d, err)
				}
			})
		}
		time.Sleep(time.Minute)
		asked := time.Now()
		if _, err := c.Deployments.Get(t.Context(), assetRef, "d"); err != nil || time.Since(asked) > time.Second {
			t.Errorf("another request waited for %s: %v", time.Since(asked), err)
		}
		waiting.Wait()
		if got := most(all, time.Second); got > 25 {
			t.Errorf("%d requests in a second", got)
		}
		for path, times := range each {
			if most(times, time.Second) > 1 {
				t.Errorf("%s was read more than once in a second", path)
			}
		}
		if took := time.Since(began); took > 3*time.Minute+10*time.Second {
			t.Errorf("took %s", took)
		}
	})
}

// most is how many of those times lie within any window.
func most(times []time.Time, window time.Duration) int {
	slices.SortFunc(times, time.Time.Compare)
	found, from := 0, 0
	for i := range times {
		for times[i].Sub(times[from]) >= window {
			from++
		}
		found = max(found, i-from+1)
	}
	return found
}

package tray

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/tray-community/terraform-provider-tray/internal/tray/rest"
)

// How often a deployment is read while somebody waits for it. It takes minutes; the
// vendor's own pipeline reads it every five seconds (facts: custom connectors).
const (
	firstPoll = time.Second
	slowPoll  = 5 * time.Second
	// pollGrowth is the part of the time waited that the next pause lasts.
	pollGrowth = 10
	// pollShare is the part of the rate limit that all polls together may take, as one in so
	// many: the writes of a run must get through.
	pollShare = 2
	// settleTime is how long a deployment that was just accepted may not be found.
	settleTime = 30 * time.Second
)

// watches are the deployments that somebody waits for. Each is read by one reader for all
// who wait, at most once a second, and by none when nobody waits.
type watches struct {
	mu   sync.Mutex
	all  map[watched]*watch
	read map[watched]time.Time // when each was last read, by whatever reader
}

type watched struct {
	ref ConnectorRef
	id  string
}

type watch struct {
	waiters int
	cancel  context.CancelFunc
	sighting
}

// sighting is what a reader has found.
type sighting struct {
	last    *Deployment   // nil before it was seen
	err     error         // why the reader ended
	changed chan struct{} // closed, and replaced, when one of the above has changed
}

// Wait returns when the deployment has ended: with no error when it is Deployed, and with
// one that says why when it Failed. Progress, which may be nil, is told of each state that
// the deployment is found in. The end of ctx ends the wait and not the deployment, which
// goes on in Tray; the deployment as it was last seen is returned in any case, nil if never.
func (d *Deployments) Wait(ctx context.Context, ref ConnectorRef, id string, progress func(Deployment)) (*Deployment, error) {
	return d.wait(ctx, ref, id, nil, progress)
}

// wait is Wait after progress was told of told; nil is of nothing.
func (d *Deployments) wait(ctx context.Context, ref ConnectorRef, id string, told *Deployment, progress func(Deployment)) (*Deployment, error) {
	w := d.join(ctx, watched{ref, id})
	defer d.leave(watched{ref, id}, w)
	for {
		seen := d.look(w)
		if seen.last != nil && (told == nil || told.State != seen.last.State) {
			if told = seen.last; progress != nil {
				progress(*told)
			}
		}
		err := seen.err
		switch {
		case seen.last != nil && seen.last.State.Ended():
			return d.ended(ctx, *seen.last)
		case err == nil:
			err = d.c.rest.Wait(ctx, seen.changed)
		}
		if err != nil {
			return seen.last, stillGoing(err, ref, id, seen.last)
		}
	}
}

// DeployAndWait is Deploy and then Wait. While somebody's deployment is under way, Tray ignores
// another one: it waits for the end of that, however it ends, and deploys then. Progress is
// told what was started as soon as Tray has answered, even if ctx has ended by then.
func (d *Deployments) DeployAndWait(ctx context.Context, ref ConnectorRef, zip []byte, progress func(Deployment)) (*Deployment, error) {
	for {
		made, err := d.Deploy(ctx, ref, zip)
		if err != nil {
			return nil, err
		}
		if progress != nil {
			progress(*made)
		}
		if !made.Repeat {
			return d.wait(ctx, ref, made.ID, made, progress)
		}
		if other, err := d.Wait(ctx, ref, made.ID, nil); err != nil && (other == nil || !other.State.Ended()) {
			return nil, err
		}
	}
}

// join is the watch of a deployment, whose reader is started by the first who waits.
func (d *Deployments) join(ctx context.Context, k watched) *watch {
	d.watches.mu.Lock()
	defer d.watches.mu.Unlock()
	if d.watches.all == nil {
		d.watches.all, d.watches.read = map[watched]*watch{}, map[watched]time.Time{}
	}
	w := d.watches.all[k]
	if w == nil {
		reading, cancel := context.WithCancel(context.WithoutCancel(ctx))
		w = &watch{cancel: cancel, sighting: sighting{changed: make(chan struct{})}}
		d.watches.all[k] = w
		go d.poll(reading, k, w)
	}
	w.waiters++
	return w
}

func (d *Deployments) leave(k watched, w *watch) {
	d.watches.mu.Lock()
	defer d.watches.mu.Unlock()
	if w.waiters--; w.waiters > 0 {
		return
	}
	w.cancel()
	if d.watches.all[k] == w {
		delete(d.watches.all, k)
	}
}

func (d *Deployments) look(w *watch) sighting {
	d.watches.mu.Lock()
	defer d.watches.mu.Unlock()
	seen := w.sighting
	if seen.last != nil { // each caller gets one of its own
		last := *seen.last
		seen.last = &last
	}
	return seen
}

// poll reads a deployment until it has ended, reading it failed, or nobody waits.
func (d *Deployments) poll(ctx context.Context, k watched, w *watch) {
	began := time.Now()
	for {
		if d.turn(ctx, k) != nil {
			return
		}
		now, err := d.Get(ctx, k.ref, k.id)
		if hasStatus(err, http.StatusNotFound) && time.Since(began) < settleTime {
			now, err = nil, nil // not to be seen yet
		}
		if d.note(k, w, now, err) {
			return
		}
		if d.pause(ctx, time.Since(began)) != nil {
			return
		}
	}
}

// turn waits until a deployment may be read, and takes note of it: whoever gives up and waits
// again is no faster by that.
func (d *Deployments) turn(ctx context.Context, k watched) error {
	for {
		d.watches.mu.Lock()
		wait := time.Until(d.watches.read[k].Add(firstPoll))
		if wait <= 0 {
			d.watches.read[k] = time.Now()
		}
		d.watches.mu.Unlock()
		if wait <= 0 {
			return ctx.Err()
		}
		if err := rest.Sleep(ctx, wait); err != nil {
			return err
		}
	}
}

// note tells those who wait, and reports whether that was all. Who comes after begins anew.
func (d *Deployments) note(k watched, w *watch, now *Deployment, err error) bool {
	d.watches.mu.Lock()
	defer d.watches.mu.Unlock()
	if now != nil {
		w.last = now
	}
	w.err = err
	over := err != nil || now != nil && now.State.Ended()
	if over && d.watches.all[k] == w {
		delete(d.watches.all, k)
	}
	close(w.changed)
	w.changed = make(chan struct{})
	return over
}

// pause waits between two reads of a deployment: at least a second, longer the longer it has
// taken, and so long that all that are under way keep to their share of the rate.
func (d *Deployments) pause(ctx context.Context, waited time.Duration) error {
	d.watches.mu.Lock()
	watching := len(d.watches.all)
	d.watches.mu.Unlock()
	pause := min(max(firstPoll, waited/pollGrowth), slowPoll)
	fair := time.Duration(float64(watching) * pollShare / d.c.rest.Rate() * float64(time.Second))
	return rest.Sleep(ctx, max(pause, fair))
}

// ended is what Wait returns of a deployment that has ended.
func (d *Deployments) ended(ctx context.Context, now Deployment) (*Deployment, error) {
	d.c.connectorDeployed(now.Connector)
	if now.State == Deployed {
		return &now, nil
	}
	now.Failure = d.failure(ctx, now)
	e := &Error{
		Message: fmt.Sprintf("Tray could not deploy the connector %s: deployment %s failed", now.Connector, now.ID),
		Hint:    "Its build may say more when you run it with Tray's CDK: correct the connector, build it and apply again.",
	}
	if now.Failure != "" {
		e.Message += ": " + now.Failure
		e.Hint = "Correct the connector, build it and apply again."
	}
	return &now, d.c.rest.Fail(call{Method: http.MethodGet, Path: deploymentPath(now.Connector, now.ID)}, e)
}

// failure is why a deployment failed, "" where nobody tells: Tray's API has the state alone.
func (d *Deployments) failure(ctx context.Context, now Deployment) string {
	if there, err := d.c.Management.Available(ctx); err != nil || !there {
		return ""
	}
	managed, err := d.c.CustomConnectors.Get(ctx, now.Connector)
	if err != nil || managed.Deployment.ID != now.ID {
		return ""
	}
	return managed.Deployment.Failure
}

// stillGoing is the error of a wait that ended before the deployment did.
func stillGoing(err error, ref ConnectorRef, id string, last *Deployment) error {
	var e *Error
	if !errors.As(rest.AsError(err), &e) {
		return err
	}
	open := *e
	seen := ""
	if last != nil && last.State != "" {
		seen = ", which was last seen " + string(last.State) + ","
	}
	open.Message = fmt.Sprintf("The deployment %s of the connector %s%s was not seen to end: %s", id, ref, seen, e.Message)
	open.Hint = "It goes on in Tray: apply again to wait for it, with a longer timeout if it was cut short."
	return &open
}

package membershipset

import (
	"context"
	"maps"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/tray-community/terraform-provider-tray/internal/provider/base"
	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

// result is what a write leaves for the state.
type result struct {
	document
	waiting []string
	ignored map[string]string
	// read says that Tray was asked; otherwise the state stays as it was.
	read bool
}

// bring makes the workspace what want says and returns what then is there. was is the
// state, nil on a create. After a failure the result is the truth as far as it got.
func (g *governor) bring(ctx context.Context, was *document, want document, diags *diag.Diagnostics) result {
	o := order{scope: want.scope, wanted: want.seats, at: want.at}
	also := maps.Clone(want.seats)
	if was != nil {
		o.managed = was.active()
		for who, s := range was.seats {
			if _, there := also[who]; !there {
				also[who] = s
			}
		}
	}
	g.carryOut(ctx, o, diags)
	everybody := map[string]bool{}
	for who := range want.seats {
		everybody[who] = true
	}
	// Whoever has left is not to be called ignored: also names them.
	d, waiting, ignored, err := g.settle(ctx, document{scope: want.scope}, also, everybody)
	if err != nil {
		if !diags.HasError() {
			base.Failed(diags, "read the members back", err)
		}
		return result{}
	}
	if !diags.HasError() {
		d.seats = want.seats // as it is spelled there
	}
	return result{document: d, waiting: waiting, ignored: ignored, read: true}
}

// clear removes everybody for whom the resource stands. It returns who is left of them
// when that fails.
func (g *governor) clear(ctx context.Context, was document, diags *diag.Diagnostics) result {
	now, err := g.gather(ctx, was.scope, nil, was.seats)
	if tray.IsGone(err) { // the workspace is gone, and its members with it
		return result{}
	}
	if base.Failed(diags, "read the members of the workspace", err) {
		return result{}
	}
	ours := was.active()
	c := was.diff(now, nil, ours)
	var remove []move
	for _, m := range c.remove {
		if _, is := ours[m.who]; is {
			remove = append(remove, m)
		}
	}
	g.takeAway(ctx, order{scope: was.scope, at: was.at}, changes{remove: remove}, nil, diags)
	if !diags.HasError() {
		return result{}
	}
	d, waiting, ignored, err := g.settle(ctx, document{scope: was.scope}, was.seats, was.pending)
	if err != nil {
		return result{}
	}
	maps.DeleteFunc(d.seats, func(who string, _ seat) bool { _, is := was.seats[who]; return !is })
	return result{document: d, waiting: waiting, ignored: ignored, read: true}
}

package tray

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/tray-community/terraform-provider-tray/internal/tray/coalesce"
)

// ConnectorShare is with a person, by e-mail address, or with a workspace: one of the two is
// there.
type ConnectorShare struct {
	Email       string
	WorkspaceID string
	CreatedAt   time.Time
}

func (s ConnectorShare) is(o ConnectorShare) bool { return s.id() == o.id() }

func (s ConnectorShare) id() string {
	if s.WorkspaceID != "" {
		return "workspaces/" + s.WorkspaceID
	}
	return "emails/" + s.Email
}

// shared is what is known of whom a version is shared with.
func (k *CustomConnectors) shared(ref ConnectorRef) objects[ConnectorShare] {
	return k.shares.of(ref, func() objects[ConnectorShare] {
		return newFamily(k.c, kind[wireConnectorShare, ConnectorShare]{
			what: "share of the connector", path: managedConnector(ref, "shares"), right: rightOwnConnector, listOnly: true,
			at: func(id string) []string {
				with, whom, _ := strings.Cut(id, "/")
				return managedConnector(ref, "shares", with, whom)
			},
			convert: wireConnectorShare.element,
			id:      ConnectorShare.id,
			shows:   func(ConnectorShare, ConnectorShare) bool { return true },
		})
	})
}

// Shares returns whom a version is shared with, oldest first. It needs the management plane:
// Tray publishes no such list.
func (k *CustomConnectors) Shares(ctx context.Context, ref ConnectorRef) ([]ConnectorShare, error) {
	return k.shared(ref).List(ctx)
}

// ShareWithEmails adds people of the organization, by exactly these addresses, to those who
// may use a version. It works on Tray's own API, with the token that deployed the version,
// and only ever adds: whom it is shared with already stays, so that it may be repeated.
func (k *CustomConnectors) ShareWithEmails(ctx context.Context, ref ConnectorRef, emails []string) error {
	if len(emails) == 0 {
		return nil
	}
	cut := ConnectorRef{ref.Name, shareVersion(ref.Version)}
	post := call{
		Method: http.MethodPost, Right: rightDeploy, In: map[string][]string{"emails": emails}, Repeatable: true,
		Path: cut.under([]string{"cdk", "v1", "permissions", "connectors"}, "share-with-emails"),
	}
	_, err := coalesce.InTurn(ctx, k.shared(ref).records(), "emails", func(after context.Context) (none ConnectorShare, err error) {
		err = k.c.rest.Do(ctx, post, nil)
		k.shared(ref).records().Invalidate()
		return none, k.settleShares(after, ref, err, func(now []ConnectorShare) bool {
			return !slices.ContainsFunc(emails, func(email string) bool { return !slices.ContainsFunc(now, ConnectorShare{Email: email}.is) })
		})
	})
	return err
}

// settleShares ends a failed sharing: when its fate is open, the shares are read, where that
// can be, and done says whether it was done.
func (k *CustomConnectors) settleShares(after context.Context, ref ConnectorRef, err error, done func([]ConnectorShare) bool) error {
	if !isAmbiguous(err) {
		return err
	}
	switch now, lookErr := k.Shares(after, ref); {
	case lookErr != nil:
		return stillAmbiguous(err, lookErr)
	case done(now):
		return nil
	}
	return notDone(err)
}

// ShareWithWorkspace shares a version with a workspace, which is whoever is in it. It needs
// the management plane. Nothing changes when it already is.
func (k *CustomConnectors) ShareWithWorkspace(ctx context.Context, ref ConnectorRef, workspaceID string) error {
	shares, share := k.shared(ref), ConnectorShare{WorkspaceID: workspaceID}
	if err := shares.need(ctx, "making"); err != nil {
		return err
	}
	_, err := coalesce.InTurn(ctx, shares.records(), share.id(), func(after context.Context) (none ConnectorShare, err error) {
		err = k.c.rest.Do(ctx, call{Method: http.MethodPut, Path: shares.pathOf(share.id()), Right: rightOwnConnector}, nil)
		if err == nil {
			shares.records().Wrote(share.id(), share)
			return none, nil
		}
		shares.records().Invalidate()
		return none, k.settleShares(after, ref, err, func(now []ConnectorShare) bool { return slices.ContainsFunc(now, share.is) })
	})
	return err
}

// Unshare takes a share away. It needs the management plane. One that is already gone is
// success.
func (k *CustomConnectors) Unshare(ctx context.Context, ref ConnectorRef, share ConnectorShare) error {
	return k.shared(ref).remove(ctx, share.id(), rightOwnConnector, nil)
}

type wireConnectorShare struct {
	Email       string    `json:"email"`
	WorkspaceID string    `json:"workspaceId"`
	CreatedAt   time.Time `json:"createdAt"`
}

func (w wireConnectorShare) element() (element[ConnectorShare], error) {
	if (w.Email == "") == (w.WorkspaceID == "") {
		return element[ConnectorShare]{}, errors.New("the answer cannot be read: a share with nobody")
	}
	return element[ConnectorShare]{Complete: true, Value: ConnectorShare(w)}, nil
}

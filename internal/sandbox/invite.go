package sandbox

import (
	"database/sql"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/tray-community/terraform-provider-tray/internal/sandbox/engine"
)

// Rights over an organization.
const (
	RightInvite      Right = "invite people"
	RightReadInvites Right = "read and cancel invites"
)

// inviteNoun is the invitations.
var inviteNoun = noun{
	name: "invites",
	routes: []*route{
		on("POST", "/core/v1/invites", "inviteUser", FromDocuments, RightInvite, inviteUser, 12, 13, 14, 15, 16, 17, 30, 33, 64),
		on("GET", "/management/v1/invites", "listInvites", OurOwn, RightReadInvites, listInvites),
		on("DELETE", "/management/v1/invites/{inviteId}", "cancelInvite", OurOwn, RightReadInvites, cancelInvite, 45),
	},
	actions: []*route{
		on("POST", "/_sandbox/invites/{invite}/accept", "", OurOwn, RightControl, acceptInvite),
		on("POST", "/_sandbox/ui/invites/{invite}/cancel", "", OurOwn, RightControl, uiCancelInvite),
		on("POST", "/_sandbox/ui/invites/{invite}/expire", "", OurOwn, RightControl, uiExpireInvite),
	},
	overOrganization: rights{
		// Owner, Admin, Contributor, Viewer, scoped token
		RightInvite:      {yesD, yesD, noA, noA, noA},
		RightReadInvites: {yesO, yesO, noA, noA, noA},
	},
	assumptions: []Assumption{
		{13, "What does the 101st invite of a day answer, and what is a day?",
			"429 with a message that names the limit; the last 24 hours, cancelled and accepted invites included.",
			"Not worth asking: it would use up a day's invites."},
		{14, "What does inviting the address of a user answer?",
			"400.",
			"POST /core/v1/invites with the address of a user."},
		{15, "What does inviting an address with a pending invite answer?",
			"400. After the invite has expired or was cancelled, a new one is made.",
			"POST /core/v1/invites twice."},
		{16, "How long does an invite live?",
			"Seven days. The API returns the time; the documents do not state it.",
			"POST /core/v1/invites and read expires."},
		{17, "Can people be invited as Admin?",
			"Yes by API. The UI offers Contributor and Viewer only.",
			"POST /core/v1/invites with the Admin role's id."},
		{20, "What becomes of a pending invite when its address becomes a user by another way?",
			"It counts as accepted.",
			"POST /core/v1/invites, POST /core/v1/users with the same address, then open the invite's link."},
		{33, "Which right do inviting and creating users need?",
			"Organization Admin or Owner.",
			"POST /core/v1/invites with an organization Contributor's token."},
		{45, "Can an invite be cancelled?",
			"Yes, while pending or expired.",
			"Look for it under People, Other."},
	},
	state: stateInvites,
	restore: restoring("invites", func(t *tx, seq int, i struct {
		ID, Email, Role, Status, UserID string
		Created, Expires                time.Time
	}) error {
		status := i.Status
		if status == inviteExpired { // which is not stored, and follows from the time
			status = invitePending
		}
		_, err := t.Exec(`INSERT INTO invites (seq, id, email, email_key, role, status, created_at, expires_at, user_id)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, nullif(?, ''))`,
			seq, i.ID, i.Email, emailKey(i.Email), i.Role, status, i.Created.UnixMilli(), i.Expires.UnixMilli(), i.UserID)
		return err
	}),
}

// States of an invite. Expired is not stored: it is pending whose time has come.
const (
	invitePending   = "pending"
	inviteAccepted  = "accepted"
	inviteExpired   = "expired"
	inviteCancelled = "cancelled"
)

var inviteStates = []string{invitePending, inviteAccepted, inviteExpired, inviteCancelled}

type invite struct {
	ID, Email, Role, Status string
	Created, Expires        time.Time
	UserID                  string // who accepted it
}

type inviteBody struct {
	ID        string `json:"id"`
	Email     string `json:"email"`
	Role      role   `json:"organizationRole"`
	Status    string `json:"status"`
	CreatedAt string `json:"createdAt"`
	Expires   string `json:"expires"`
	UserID    string `json:"userId,omitempty"`
}

func (c *call) inviteBody(i invite) inviteBody {
	return inviteBody{i.ID, i.Email, c.tx.organizationRole(i.Role), i.Status, engine.Timestamp(i.Created), engine.Timestamp(i.Expires), i.UserID}
}

// invitesFrom selects invites with their state at a moment, which is the query's first
// argument.
const invitesFrom = `SELECT t.seq, t.id, t.email, t.role, t.state, t.created_at, t.expires_at, coalesce(t.user_id, '')
	FROM (SELECT *, CASE WHEN status = 'pending' AND expires_at <= ? THEN 'expired' ELSE status END AS state FROM invites) t WHERE 1`

func scanInvite(r *sql.Rows) (engine.Placed[invite], error) {
	var p engine.Placed[invite]
	var created, expires int64
	i := &p.Element
	err := r.Scan(&p.Seq, &i.ID, &i.Email, &i.Role, &i.Status, &created, &expires, &i.UserID)
	i.Created, i.Expires = engine.FromMillis(created), engine.FromMillis(expires)
	return p, err
}

// findInvite looks an invite up by id, or by address, where the newest is meant.
func (c *call) findInvite(idOrEmail string) (invite, error) {
	found, err := engine.Collect(c.tx, scanInvite, invitesFrom+" AND (t.id = ? OR t.email_key = ?) ORDER BY t.seq DESC LIMIT 1",
		c.now.UnixMilli(), strings.ToLower(idOrEmail), emailKey(idOrEmail))
	if err != nil {
		return invite{}, err
	}
	if len(found) == 0 {
		return invite{}, engine.NotFound("There is no invite %s", idOrEmail)
	}
	return found[0].Element, nil
}

func inviteUser(c *call) (answer, error) {
	in, err := c.fields()
	if err != nil {
		return answer{}, err
	}
	email, role, err := requiredPerson(in)
	if err != nil {
		return answer{}, err
	}
	if err := c.requireInvitable(email, role); err != nil {
		return answer{}, err
	}
	c.did(aboutPerson(email), "invited %s as %s", email, role)
	i, err := c.insertInvite(email, role)
	if err == nil && c.options.AutoAccept {
		_, err = c.join(i, nameOf(i.Email))
	}
	if err != nil {
		return answer{}, err
	}
	return ok(struct {
		InviteID string `json:"inviteId"`
		Expires  string `json:"expires"`
	}{i.ID, engine.Timestamp(i.Expires)})
}

// requireInvitable checks the rules of inviting, the daily limit last: a request that
// fails for another reason does not count.
func (c *call) requireInvitable(email, role string) error {
	if err := ruleOneOwner("", role); err != nil {
		return err
	}
	if u, err := c.tx.findUser(email); err == nil {
		return engine.BadRequest("This e-mail address already belongs to a user of the organization: %s", u.Email)
	} else if p := (*engine.Problem)(nil); !errors.As(err, &p) {
		return err
	}
	if i, err := c.findInvite(email); err == nil && i.Status == invitePending {
		return engine.BadRequest("There already is a pending invite for %s, until %s", i.Email, engine.Timestamp(i.Expires))
	} else if p := (*engine.Problem)(nil); err != nil && !errors.As(err, &p) {
		return err
	}
	var sent int
	err := c.tx.Row("SELECT count(*) FROM invites WHERE created_at > ?", c.now.Add(-inviteWindow).UnixMilli()).Scan(&sent)
	if err != nil {
		return err
	}
	return ruleInviteLimit(sent)
}

func (c *call) insertInvite(email, role string) (invite, error) {
	seq, err := c.tx.next(kindInvite)
	if err != nil {
		return invite{}, err
	}
	i := invite{ID: c.tx.derivedID(kindInvite, seq), Email: email, Role: role, Status: invitePending,
		Created: c.now, Expires: engine.FromMillis(c.now.Add(inviteLifetime).UnixMilli())}
	_, err = c.tx.Exec("INSERT INTO invites (seq, id, email, email_key, role, status, created_at, expires_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
		seq, i.ID, i.Email, emailKey(i.Email), i.Role, i.Status, i.Created.UnixMilli(), i.Expires.UnixMilli())
	return i, err
}

func listInvites(c *call) (answer, error) {
	p, err := c.paging(maxOrganizationPage)
	if err != nil {
		return answer{}, err
	}
	query, args := invitesFrom, []any{c.now.UnixMilli()}
	if c.query.Has("email") {
		query, args = query+" AND t.email_key = ?", append(args, emailKey(c.query.Get("email")))
	}
	if c.query.Has("status") {
		status := c.query.Get("status")
		if !slices.Contains(inviteStates, status) {
			return answer{}, engine.InvalidQuery("status", "%q is not one of %s", status, strings.Join(inviteStates, ", "))
		}
		query, args = query+" AND t.state = ?", append(args, status)
	}
	f, err := engine.Fetch(c.tx, p, scanInvite, query, args...)
	if err != nil {
		return answer{}, err
	}
	return page(c, f, func(i invite) any { return c.inviteBody(i) })
}

func cancelInvite(c *call) (answer, error) {
	id := c.params["inviteId"]
	if !engine.IsUUID(id) {
		return answer{}, engine.BadRequest("Invalid value for: path parameter inviteId (expected a UUID)")
	}
	return c.cancel(id)
}

func (c *call) cancel(idOrEmail string) (answer, error) {
	i, err := c.findInvite(idOrEmail)
	if err != nil {
		return answer{}, err
	}
	if i.Status == inviteAccepted || i.Status == inviteCancelled {
		return answer{}, engine.Conflict("Only a pending or expired invite can be cancelled: this one is %s", i.Status)
	}
	c.did(aboutPerson(i.Email), "cancelled the invitation of %s", i.Email)
	if _, err := c.tx.Exec("UPDATE invites SET status = 'cancelled' WHERE id = ?", i.ID); err != nil {
		return answer{}, err
	}
	return noContent()
}

func stateInvites(c *call) (any, error) {
	return listed(c, func(r *sql.Rows) (inviteBody, error) {
		i, err := scanInvite(r)
		return c.inviteBody(i.Element), err
	}, invitesFrom+" ORDER BY t.email_key, t.seq", c.now.UnixMilli())
}

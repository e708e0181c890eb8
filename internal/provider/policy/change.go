package policy

// Action is what a change does.
type Action string

// The actions that change something in Tray.
const (
	AddMember       Action = "add member"
	SetMember       Action = "set member"
	RemoveMember    Action = "remove member"
	Invite          Action = "invite"
	CreateUser      Action = "create user"
	SetOrgRole      Action = "set organization role"
	DeleteUser      Action = "delete user"
	DeleteWorkspace Action = "delete workspace"
	CreateAPIUser   Action = "create API user" // Role is the one in the workspace
	UseEmbedded     Action = "use Embedded"    // Noun and Who are what is to be made there
	DeployConnector Action = "deploy connector"
	CreateObject    Action = "create object" // anything else that has a name
)

// The actions that change nothing, and say what a resource is about.
const (
	// Manage says that a resource stands for a membership, for all members of a workspace
	// or for one of its roles.
	Manage Action = "manage"
	// AdoptMember says that a resource for many, as it is created, finds somebody there and
	// is to give them Role, "" for none.
	AdoptMember Action = "adopt member"
	// NameOwner says that a configuration holds Who for the organization's Owner.
	NameOwner Action = "name owner"
	// StandFor says that an instance plans something for an object: Claim.
	StandFor Action = "stand for"
	// TakeName says that an object gets, or keeps, a name that another one has as well.
	TakeName Action = "take name"
)

// ResourceType is how a resource stands for memberships.
type ResourceType string

// The forms, one per resource type.
const (
	OneMember  ResourceType = "tray_workspace_member"
	AllMembers ResourceType = "tray_workspace_members"
	OneRole    ResourceType = "tray_workspace_role_members"
)

// Change is one thing that a session plans or does.
type Change struct {
	Action       Action       `json:"action"`
	Who          string       `json:"who"`           // as Organization names people
	Workspace    string       `json:"workspace"`     // id; "" for changes on the organization
	Role         string       `json:"role"`          // the role given; of RemoveMember, the one that is taken away, "" for any
	ResourceType ResourceType `json:"resource_type"` // of Manage
	// Destroys says that the change comes of a resource that leaves the configuration.
	Destroys bool `json:"destroys"`
	// Object is what CreateObject creates. Found is a sentence about what is there instead;
	// "" leaves it to the rule.
	Object Object `json:"object"`
	Found  string `json:"-"`
	// Shared says that several objects may have the name of Object at once.
	Shared bool `json:"-"`
	// Claim is what StandFor plans, and whose name TakeName is about.
	Claim Claim `json:"-"`
	// Noun is what people call an object of Claim, such as "user".
	Noun string `json:"-"`
	// Giving is, of TakeName, what becomes of the name at the other object.
	Giving Giving `json:"-"`
	// Mark is that of the instance behind a Manage, or behind the removals of a destroy:
	// what one instance does never clashes with itself.
	Mark string `json:"mark"`
	// Fingerprint is what that resource says, word for word; see Session.MergesEqual.
	Fingerprint string `json:"fingerprint"`
	// Hint is a sentence about what may be meant, of what AdoptMember finds; "" for none.
	Hint string `json:"-"`
	// Shift is, of TakeName with Shifting, the chain of names that moves on.
	Shift Shift `json:"-"`
	// Yields says of a removal that its resource stays, and gives the person up in a run that
	// does one thing at a time; see Session.OneByOne.
	Yields bool `json:"yields"`
	// Ends says of a removal that it was written down before, as the date by which the access
	// ends: no guardrail counts it, and what else objects to it is a warning.
	Ends bool `json:"ends"`
}

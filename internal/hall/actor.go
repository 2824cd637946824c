package hall

// Role of a clerk. Each includes the ones before it.
type Role string

// The roles.
const (
	Clerk Role = "clerk" // calls and serves
	Lead  Role = "lead"  // also closes other people's counters, confirms the clock
	Admin Role = "admin" // also devices and users
)

// Includes tells whether r may do what other may.
func (r Role) Includes(other Role) bool {
	rank := map[Role]int{Clerk: 1, Lead: 2, Admin: 3}
	return rank[r] >= rank[other] && rank[other] > 0
}

// ActorKind says what acts.
type ActorKind string

// The kinds of actors.
const (
	Staff    ActorKind = "staff"    // a signed-in clerk, or a program with a clerk's bearer token
	Device   ActorKind = "device"   // a paired kiosk or display
	Citizen  ActorKind = "citizen"  // holder of a secret link
	Operator ActorKind = "operator" // the command line
	System   ActorKind = "system"   // the server itself: end of day
)

// Actor is who asks for a change.
type Actor struct {
	Kind ActorKind
	ID   string // user name, device id, ""
	Role Role   // staff only
	Area string // device only: the area it stands in, "" for the first
	Lang string // language of answers, only for messages
}

// Command goes with every change: who, and under which idempotency key. The same key with the same request gives the
// same answer for 48 h, also after a restart; with another request it is refused with queue.KeyReused. An empty key
// means none.
type Command struct {
	Actor Actor
	Key   string
}

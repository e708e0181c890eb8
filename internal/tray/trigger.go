package tray

// Triggers are the triggers that the token may subscribe to, with their operations.
type Triggers struct{ *catalogue }

func newTriggers(c *Client) *Triggers {
	return &Triggers{newCatalogue(c, "trigger", "triggers")}
}

package sandbox

import "time"

// fromMillis and millis turn times into what the database holds.
func fromMillis(ms int64) time.Time { return time.UnixMilli(ms).UTC() }

func timestamp(t time.Time) string { return t.UTC().Format(time.RFC3339Nano) }

type clockBody struct {
	Now string `json:"now"`
}

func getClock(c *call) (answer, error) { return ok(clockBody{timestamp(c.now)}) }

// advanceClock moves the sandbox's time, in which invites and tokens expire. It only goes forward: nothing that has expired
// comes back to life.
func advanceClock(c *call) (answer, error) {
	in, err := c.fields()
	if err != nil {
		return answer{}, err
	}
	text, err := required[string](in, "advance")
	if err != nil {
		return answer{}, err
	}
	by, err := time.ParseDuration(text)
	if err != nil || by < 0 {
		return answer{}, badRequest("advance must be a positive duration such as 24h, got %q", text)
	}
	if _, err := c.tx.exec("UPDATE organization SET advance = advance + ?", by.Nanoseconds()); err != nil {
		return answer{}, err
	}
	return ok(clockBody{timestamp(c.now.Add(by))})
}

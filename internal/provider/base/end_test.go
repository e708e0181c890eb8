package base

import (
	"testing"
	"time"
)

func TestEnd_isAMomentOrTheEndOfADayInUTC(t *testing.T) {
	for text, want := range map[string]string{
		"2026-12-31":                "2027-01-01T00:00:00Z",
		"2028-02-29":                "2028-03-01T00:00:00Z",
		"2026-12-31T18:00:00+01:00": "2026-12-31T17:00:00Z",
		"2026-12-31T18:00:00Z":      "2026-12-31T18:00:00Z",
		"2026-02-30":                "", "31.12.2026": "", "2026-12-31T18:00:00": "", "2026-12-31 18:00:00Z": "", "": "", "never": "",
	} {
		at, is := EndValue(text).At()
		if got := at.Format(time.RFC3339); is != (want != "") || is && got != want {
			t.Errorf("%q is %s, %t, want %s", text, got, is, want)
		}
		if (EndProblem(text) == "") != is {
			t.Errorf("%q: %s", text, EndProblem(text))
		}
	}
	end := EndValue("2026-12-31")
	for text, passed := range map[string]bool{"2026-12-31T23:59:59Z": false, "2027-01-01T00:00:00Z": true} {
		if now, _ := time.Parse(time.RFC3339, text); end.Passed(now) != passed {
			t.Errorf("at %s it has passed: %t, want %t", text, !passed, passed)
		}
	}
	if !end.Same(EndValue("2027-01-01T01:00:00+01:00")) || end.Same(EndNull()) || !EndNull().Same(EndNull()) || EndNull().Passed(time.Now()) {
		t.Error("moments are compared otherwise than as moments")
	}
}

func TestEnd_daysLeftAreWholeOnes(t *testing.T) {
	at, _ := EndValue("2026-12-31").At()
	for text, want := range map[string]int64{"2026-12-28T12:00:00Z": 3, "2026-12-31T00:00:00Z": 1, "2026-12-31T00:00:01Z": 0, "2027-01-01T00:00:00Z": -1, "2027-01-03T12:00:00Z": -3} {
		if now, _ := time.Parse(time.RFC3339, text); DaysLeft(now, at) != want {
			t.Errorf("at %s there are %d left, want %d", text, DaysLeft(now, at), want)
		}
	}
}

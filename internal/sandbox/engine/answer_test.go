package engine

import "testing"

func TestAnswer_reasonsFitIntoAHeader(t *testing.T) {
	if got := HeaderText("90% of “Zoë”\r\nX: 1"); got != "90%25 of %E2%80%9CZo%C3%AB%E2%80%9D%0D%0AX: 1" {
		t.Error(got)
	}
}

package enforce

import (
	"errors"
	"testing"

	"github.com/tray-community/terraform-provider-tray/internal/tray"
)

func TestRefused_isWhatTrayUnderstoodAndDeclined(t *testing.T) {
	for _, c := range []struct {
		err  error
		want bool
	}{
		{&tray.Error{Status: 400}, true}, {&tray.Error{Status: 409}, true}, {&tray.Error{Status: 409, Ambiguous: true}, false},
		{&tray.Error{Status: 403}, false}, {&tray.Error{Status: 500}, false}, {&tray.Error{}, false}, {errors.New("x"), false}, {nil, false},
	} {
		if got := Refused(c.err); got != c.want {
			t.Errorf("Refused(%#v) is %t, want %t", c.err, got, c.want)
		}
	}
}

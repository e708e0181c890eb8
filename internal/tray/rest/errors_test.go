package rest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

func TestError_rendersSentenceHintAndStatus(t *testing.T) {
	for want, e := range map[string]*Error{
		"That name is taken. Choose another. HTTP 409, request req_123": {
			Status: 409, Message: "That name is taken", Hint: "Choose another.", RequestID: "req_123"},
		"Already there! HTTP 409":             {Status: 409, Message: "Already there!"},
		"Tray could not be reached: refused.": {Message: "Tray could not be reached: refused"},
	} {
		if got := e.Error(); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
}

func TestError_kindsAreFoundThroughWrapping(t *testing.T) {
	cause := errors.New("cause")
	err := fmt.Errorf("reading: %w", &Error{Status: 403, Err: cause})
	if !IsForbidden(err) || IsGone(err) || !errors.Is(err, cause) {
		t.Error(err)
	}
	if IsGone(&Error{Status: 404}) || !IsGone(AsGone(&Error{Status: 404}, "seen")) {
		t.Error("a 404 is proof only when proven")
	}
}

// What a server says is printed by a terminal, which must not obey it.
func TestError_controlCharactersOfAServerAreNotPassedOn(t *testing.T) {
	nasty := "A\x1b[2J\x1b]0;title\x07B\u009b31mC\rD\nE\u202eF\u2066G\x00H\xffI"
	body, _ := json.Marshal(map[string]string{"message": nasty, "code": nasty})
	for what, flt := range map[string]fault{
		"message and code": {status: 400, body: string(body)},
		"bytes":            {status: 400, body: "{\"message\":\"\xff\xfe\u202e\"}"},
		"content type":     {status: 502, body: "x", kind: "text/\x1b[31m"},
		"request id":       {status: 400, body: "{}", header: http.Header{"X-Request-Id": {nasty}}},
		"not the shape":    {status: 200, body: `{"elements":"` + "\u202e" + `"}`},
	} {
		f := &fake{}
		f.fault = on("*", 0, flt)
		var log strings.Builder
		_, err := roles(t.Context(), f.client(t, func(cfg *Config) {
			cfg.MaxRetries = -1
			cfg.Log = func(_ context.Context, _ string, fields map[string]any) { fmt.Fprint(&log, fields) }
		}))
		var e *Error
		if !errors.As(err, &e) {
			t.Fatalf("%s: %v", what, err)
		}
		for _, text := range []string{e.Error(), e.Message, e.Code, e.RequestID, fmt.Sprint(e.Err), log.String()} {
			if i := strings.IndexFunc(text, func(r rune) bool { return unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) }); i >= 0 || !utf8.ValidString(text) {
				t.Errorf("%s: %q", what, text)
			}
		}
	}
	if got := (&Error{Message: "role " + nasty}).Error(); strings.ContainsAny(got, "\x1b\r\n\x00") {
		t.Errorf("a text made of a name: %q", got)
	}
}

// A server that repeats what was sent gives no secret away, however it writes it.
func TestCall_secretsAreInNoErrorOfAServerThatRepeatsThem(t *testing.T) {
	const secret = `s3cr"et<>`
	body, _ := json.Marshal(map[string]string{"message": "before " + secret + " after", "code": secret})
	for _, answer := range []string{string(body), `{"message":"s3cr\"et<>"}`, `{"message":"` + strings.Repeat("x", 996) + `s3cr\"et<>"}`} {
		f := &fake{}
		f.fault = on("*", 0, fault{status: 400, body: answer})
		err := f.client(t).Do(t.Context(), Call{
			Method: http.MethodPost, Path: []string{"x"}, In: map[string]string{"secret": secret}, Secrets: []string{"", secret},
		}, nil)
		var e *Error
		if !errors.As(err, &e) || strings.Contains(fmt.Sprintf("%v %+v", err, *e), "s3cr") {
			t.Errorf("%v", err)
		}
	}
}

func TestExplain_quotesNoMoreThanASentenceAndSaysWhatToRaise(t *testing.T) {
	c := &Client{}
	body := []byte(`{"message":"` + strings.Repeat("long ", 1000) + `"}`)
	if e := c.explainStatus(Call{}, &http.Response{StatusCode: 400}, body); len(e.Message) != maxSentence {
		t.Errorf("%d bytes are quoted", len(e.Message))
	}
	if e := c.explainLost(http.MethodGet, &attempts{}, context.DeadlineExceeded); e.Hint != "Raise the operation's timeout." {
		t.Errorf("%q", e.Hint)
	}
}

package page

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
)

// refusal is the sandbox saying no.
type refusal struct {
	status  int
	message string
}

// Error implements error.
func (r *refusal) Error() string { return r.message }

// ask makes a request of the control plane, with the Owner's token. A nil body or into
// sends nothing, and forgets the answer.
func (p *Page) ask(ctx context.Context, method, target string, body, into any) error {
	r, err := p.request(ctx, method, target, body)
	if err != nil {
		return err
	}
	res, err := p.options.Sandbox.RoundTrip(r)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		return err
	}
	if res.StatusCode >= http.StatusBadRequest {
		var said struct{ Message string }
		_ = json.Unmarshal(text, &said) // an answer without a message has its status
		return &refusal{res.StatusCode, cmp.Or(said.Message, res.Status)}
	}
	if into == nil {
		return nil
	}
	if err := json.Unmarshal(text, into); err != nil {
		return fmt.Errorf("%s %s cannot be read: %w", method, target, err)
	}
	return nil
}

func (p *Page) request(ctx context.Context, method, target string, body any) (*http.Request, error) {
	var content io.Reader = http.NoBody
	if body != nil {
		text, err := json.Marshal(body)
		if err != nil {
			return nil, err
		}
		content = bytes.NewReader(text)
	}
	r, err := http.NewRequestWithContext(ctx, method, "http://sandbox"+target, content)
	if err != nil {
		return nil, err
	}
	r.Header.Set("Authorization", "Bearer "+p.options.Token)
	return r, nil
}

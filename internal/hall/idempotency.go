package hall

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"

	"westerkappeln.de/wartemarke/internal/queue"
)

// scope tells whose key it is: two actors may use the same one.
func (a Actor) scope() string { return string(a.Kind) + ":" + a.ID }

// once runs a use case once per key. The answer is stored in the transaction of the change, so that its repetition, also
// after a restart, gives the same one; refusals changed nothing and are not stored. The stored answer to a check-in holds
// the secret of the phone page, which is otherwise kept as a hash only: that is the price of giving the same answer, and
// it is deleted with the key after 48 h.
func once[A any](ctx context.Context, h *Hall, cmd Command, op string, args any, fn func(*change) (A, error)) (A, error) {
	var answer A
	request, err := json.Marshal(args)
	if err != nil {
		return answer, fmt.Errorf("arguments of %s: %w", op, err)
	}
	hash := sha256.Sum256(append([]byte(op+"\n"), request...))
	err = h.update(ctx, cmd.Actor, func(c *change) error {
		if cmd.Key != "" {
			known, found, err := c.tx.Answer(cmd.Actor.scope(), cmd.Key)
			switch {
			case err != nil:
				return err
			case found && c.now.Sub(known.At) >= keepAnswers:
				// Forgotten, only not deleted yet.
			case found && known.Request != hash:
				return &queue.Refusal{Code: queue.KeyReused}
			case found:
				return json.Unmarshal(known.Body, &answer)
			}
		}
		var err error
		if answer, err = fn(c); err != nil || cmd.Key == "" {
			return err
		}
		body, err := json.Marshal(answer)
		if err != nil {
			return fmt.Errorf("answer of %s: %w", op, err)
		}
		return c.tx.PutAnswer(cmd.Actor.scope(), cmd.Key, Answer{Request: hash, Body: body, At: c.now})
	})
	if err != nil {
		var none A
		return none, err
	}
	return answer, nil
}

// nothing is the answer of use cases that have none.
type nothing struct{}

func (h *Hall) do(ctx context.Context, cmd Command, op string, args any, fn func(*change) error) error {
	_, err := once(ctx, h, cmd, op, args, func(c *change) (nothing, error) { return nothing{}, fn(c) })
	return err
}

package hall

import "context"

// Store keeps everything. internal/store/sqlite is the default; storetest is the suite that every store passes.
type Store interface {
	// Update runs fn in one durable read-write transaction; fn's error rolls it back.
	Update(ctx context.Context, fn func(Tx) error) error
	// View runs fn on one consistent snapshot.
	View(ctx context.Context, fn func(Tx) error) error
}

// Tx is one transaction. (The methods are added with their first use.)
type Tx interface{}

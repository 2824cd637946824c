package wire

// Codes of problems that only HTTP knows. All others are the queue's codes (queue.Code).
const (
	CodeUnauthorized = "unauthorized" // 401: not signed in, or a token that is not known
	CodeTooLarge     = "too_large"    // 413: the body is over 64 KiB
	CodeTimeout      = "timeout"      // 408: the body did not come in time
	CodeTooMany      = "too_many"     // 429: too many attempts; Until says when to try again
	CodeUnavailable  = "unavailable"  // 503: the store cannot be reached, or too many listeners
	CodeInternal     = "internal"     // 500: our fault
)

// ProblemType is the media type of a Problem (RFC 9457 6.1).
const ProblemType = "application/problem+json"

// GetStatus is the HTTP status. huma asks for it.
func (p *Problem) GetStatus() int { return p.Status }

// ContentType is the media type of a Problem, whatever was negotiated. huma asks for it.
func (p *Problem) ContentType(string) string { return ProblemType }

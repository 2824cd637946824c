-- +goose Up
-- Booking by citizens. Places count whole minutes since 1970; all other times are nanoseconds, as before.

ALTER TABLE appointments ADD COLUMN stop BIGINT NOT NULL DEFAULT 0;
ALTER TABLE appointments ADD COLUMN state TEXT NOT NULL DEFAULT 'booked'
    CHECK (state IN ('held', 'unconfirmed', 'booked', 'cancelled'));
-- What is promised to somebody never lapses.
ALTER TABLE appointments ADD COLUMN until BIGINT NOT NULL DEFAULT 0
    CHECK ((until <> 0) = (state IN ('held', 'unconfirmed')));
ALTER TABLE appointments ADD COLUMN sequence INTEGER NOT NULL DEFAULT 0;
UPDATE appointments SET state = 'cancelled' WHERE cancelled = 1;
DROP INDEX appointments_foreign;
ALTER TABLE appointments DROP COLUMN cancelled;
CREATE INDEX appointments_foreign ON appointments (start) WHERE is_foreign = 1 AND state = 'booked';
CREATE INDEX appointments_until ON appointments (until) WHERE until <> 0;
CREATE INDEX appointments_keyed ON appointments (start) WHERE import_key IS NOT NULL;

-- mail_key is the address as limits compare it; secret makes the link of the mails, and goes with the contact; earlier numbers
-- the wishes for an earlier slot in their order, 0 for none.
ALTER TABLE contacts ADD COLUMN lang TEXT NOT NULL DEFAULT '';
ALTER TABLE contacts ADD COLUMN mail_key TEXT NOT NULL DEFAULT '';
ALTER TABLE contacts ADD COLUMN secret TEXT NOT NULL DEFAULT '';
ALTER TABLE contacts ADD COLUMN earlier INTEGER NOT NULL DEFAULT 0;
CREATE INDEX contacts_mail ON contacts (mail_key) WHERE mail_key <> '';
CREATE INDEX contacts_earlier ON contacts (earlier) WHERE earlier > 0;

CREATE TABLE links (
    hash        BLOB PRIMARY KEY,
    appointment TEXT NOT NULL REFERENCES appointments (id) ON DELETE CASCADE,
    kind        TEXT NOT NULL CHECK (kind IN ('hold', 'own'))
);
CREATE INDEX links_appointment ON links (appointment);

-- A place is a lane of a pool for a stretch of time. until is 0 for good, else the place is free from then on: it is held for
-- somebody, or (without an appointment) rests after a cancellation.
CREATE TABLE places (
    pool        TEXT NOT NULL,
    start       BIGINT NOT NULL,
    lane        INTEGER NOT NULL CHECK (lane BETWEEN 0 AND 1048575),
    stop        BIGINT NOT NULL CHECK (stop > start AND stop <= start + 1440),
    until       BIGINT NOT NULL,
    appointment TEXT REFERENCES appointments (id) ON DELETE CASCADE,
    PRIMARY KEY (pool, start, lane),
    CHECK (appointment IS NOT NULL OR until <> 0)
) WITHOUT ROWID;
CREATE INDEX places_appointment ON places (appointment);
CREATE INDEX places_until ON places (until) WHERE until <> 0;
-- No two places of a lane overlap: what PostgreSQL calls an exclusion constraint. A place is never changed but in until and
-- appointment.
-- +goose StatementBegin
CREATE TRIGGER places_apart BEFORE INSERT ON places
WHEN EXISTS (SELECT 1 FROM places WHERE pool = NEW.pool AND lane = NEW.lane
    AND start > NEW.start - 1440 AND start < NEW.stop AND stop > NEW.start)
BEGIN
    SELECT RAISE(ABORT, 'taken');
END;
-- +goose StatementEnd

-- Mails to be sent, and what became of them. They hold no address and no text: both are made when one is sent.
CREATE TABLE mails (
    id          TEXT PRIMARY KEY,
    appointment TEXT NOT NULL REFERENCES contacts (appointment) ON DELETE CASCADE,
    kind        TEXT NOT NULL,
    slot        BIGINT NOT NULL,
    created     BIGINT NOT NULL,
    due         BIGINT NOT NULL,
    state       TEXT NOT NULL CHECK (state IN ('waiting', 'sent', 'dead')),
    attempts    INTEGER NOT NULL,
    error       TEXT NOT NULL
);
CREATE INDEX mails_appointment ON mails (appointment, created);
CREATE INDEX mails_due ON mails (state, due);
CREATE INDEX mails_state ON mails (state, created);

-- The files themselves lie encrypted beside the database, named by id.
CREATE TABLE documents (
    id          TEXT PRIMARY KEY,
    appointment TEXT NOT NULL REFERENCES contacts (appointment) ON DELETE CASCADE,
    name        TEXT NOT NULL,
    kind        TEXT NOT NULL,
    size        INTEGER NOT NULL,
    added       BIGINT NOT NULL
);
CREATE INDEX documents_appointment ON documents (appointment, added);

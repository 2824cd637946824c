-- +goose Up
-- Times are nanoseconds since 1970 (UTC), 0 for none. Lists are JSON. Days are text such as 2026-11-23.

CREATE TABLE tickets (
    id           TEXT PRIMARY KEY,
    day          TEXT NOT NULL,
    series       TEXT NOT NULL,
    num          INTEGER NOT NULL CHECK (num BETWEEN 1 AND 999),
    service      TEXT NOT NULL,
    services     TEXT NOT NULL,
    area         TEXT NOT NULL,
    state        TEXT NOT NULL CHECK (state IN ('waiting', 'called', 'serving', 'missed', 'parked', 'finished', 'cancelled', 'expired')),
    counter      TEXT NOT NULL,
    wanted       TEXT NOT NULL,
    due          BIGINT NOT NULL,
    why          TEXT NOT NULL,
    arrived      BIGINT NOT NULL,
    called       BIGINT NOT NULL,
    served       BIGINT NOT NULL,
    ended        BIGINT NOT NULL,
    attempts     INTEGER NOT NULL,
    locked_until BIGINT NOT NULL,
    priority     INTEGER NOT NULL CHECK (priority BETWEEN 0 AND 2),
    came_back    INTEGER NOT NULL,
    appointment  TEXT NOT NULL,
    booked       BIGINT NOT NULL,
    remark       TEXT NOT NULL,
    people       INTEGER NOT NULL,
    print        TEXT NOT NULL,
    undo         TEXT NOT NULL,
    secret       BLOB NOT NULL UNIQUE
);
CREATE INDEX tickets_day ON tickets (day, state);
CREATE INDEX tickets_number ON tickets (day, series, num);
CREATE INDEX tickets_appointment ON tickets (appointment, day) WHERE appointment <> '';
CREATE INDEX tickets_remark ON tickets (day) WHERE remark <> '';
-- What the rules promise, the database keeps as well: numbers wrap after 999, but never onto one that is open; a counter
-- has one ticket; an appointment has one open ticket.
CREATE UNIQUE INDEX tickets_open_number ON tickets (day, series, num)
    WHERE state IN ('waiting', 'called', 'serving', 'missed', 'parked');
CREATE UNIQUE INDEX tickets_at_counter ON tickets (day, counter) WHERE state IN ('called', 'serving');
CREATE UNIQUE INDEX tickets_open_appointment ON tickets (appointment)
    WHERE appointment <> '' AND state IN ('waiting', 'called', 'serving', 'missed', 'parked');

CREATE TABLE numbers (
    day      TEXT NOT NULL,
    series   TEXT NOT NULL,
    last     INTEGER NOT NULL,
    walk_ins INTEGER NOT NULL,
    PRIMARY KEY (day, series)
);

CREATE TABLE visits (
    ticket  TEXT NOT NULL,
    ended   BIGINT NOT NULL,
    day     TEXT NOT NULL,
    service TEXT NOT NULL,
    counter TEXT NOT NULL,
    pieces  INTEGER NOT NULL,
    booked  INTEGER NOT NULL,
    arrived BIGINT NOT NULL,
    called  BIGINT NOT NULL,
    served  BIGINT NOT NULL,
    PRIMARY KEY (ticket, ended)
);
CREATE INDEX visits_day ON visits (day);

CREATE TABLE papers (
    ticket TEXT PRIMARY KEY REFERENCES tickets (id) ON DELETE CASCADE,
    number TEXT NOT NULL,
    device TEXT NOT NULL,
    word   TEXT NOT NULL,
    since  BIGINT NOT NULL
);

CREATE TABLE counters (
    id     TEXT PRIMARY KEY,
    day    TEXT NOT NULL,
    clerk  TEXT NOT NULL,
    opened BIGINT NOT NULL
);

CREATE TABLE appointments (
    id         TEXT PRIMARY KEY,
    code       TEXT NOT NULL UNIQUE,
    is_foreign INTEGER NOT NULL,
    start      BIGINT NOT NULL,
    services   TEXT NOT NULL,
    cancelled  INTEGER NOT NULL,
    source     TEXT NOT NULL,
    import_key TEXT UNIQUE
);
CREATE INDEX appointments_start ON appointments (start);
CREATE INDEX appointments_foreign ON appointments (start) WHERE is_foreign = 1 AND cancelled = 0;

-- The only table about persons.
CREATE TABLE contacts (
    appointment TEXT PRIMARY KEY REFERENCES appointments (id) ON DELETE CASCADE,
    name        TEXT NOT NULL,
    mail        TEXT NOT NULL,
    phone       TEXT NOT NULL,
    since       BIGINT NOT NULL
);

CREATE TABLE events (
    seq    INTEGER PRIMARY KEY AUTOINCREMENT,
    at     BIGINT NOT NULL,
    type   TEXT NOT NULL,
    ticket TEXT NOT NULL,
    body   TEXT NOT NULL
);
CREATE INDEX events_at ON events (at);
CREATE INDEX events_announced ON events (ticket, seq) WHERE type IN ('ticket.called', 'ticket.rung');

CREATE TABLE answers (
    actor   TEXT NOT NULL,
    key     TEXT NOT NULL,
    request BLOB NOT NULL,
    body    BLOB NOT NULL,
    at      BIGINT NOT NULL,
    PRIMARY KEY (actor, key)
);
CREATE INDEX answers_at ON answers (at);

CREATE TABLE catalogue (
    id      INTEGER PRIMARY KEY CHECK (id = 1),
    version INTEGER NOT NULL,
    body    TEXT NOT NULL
);

CREATE TABLE users (
    name     TEXT PRIMARY KEY,
    role     TEXT NOT NULL,
    password TEXT NOT NULL
);

CREATE TABLE tokens (
    hash BLOB PRIMARY KEY,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    area TEXT NOT NULL,
    UNIQUE (kind, name)
);

CREATE TABLE sessions (
    token  BLOB PRIMARY KEY,
    data   BLOB NOT NULL,
    expiry BIGINT NOT NULL
);
CREATE INDEX sessions_expiry ON sessions (expiry);

CREATE TABLE devices (
    id       TEXT PRIMARY KEY,
    name     TEXT NOT NULL UNIQUE,
    kind     TEXT NOT NULL,
    area     TEXT NOT NULL,
    paired   BIGINT NOT NULL,
    seen     BIGINT NOT NULL,
    version  TEXT NOT NULL,
    printer  TEXT NOT NULL,
    scanner  TEXT NOT NULL,
    troubles TEXT NOT NULL,
    silent   INTEGER NOT NULL,
    since    TEXT NOT NULL
);

CREATE TABLE clock (
    id       INTEGER PRIMARY KEY CHECK (id = 1),
    seen     BIGINT NOT NULL,
    day      TEXT NOT NULL,
    trouble  TEXT NOT NULL,
    since    BIGINT NOT NULL,
    revision BIGINT NOT NULL
);

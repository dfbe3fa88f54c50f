"""The tables of callbacks: deliveries, and the attempts of each."""

TABLE = """
CREATE TABLE callback_deliveries (
    id TEXT PRIMARY KEY,
    org_id TEXT NOT NULL REFERENCES orgs (id),
    run_id TEXT REFERENCES runs (id),
    batch_id TEXT REFERENCES batches (id),
    request_id TEXT NOT NULL,
    callback_url TEXT NOT NULL,
    payload BLOB NOT NULL,
    is_automatic INTEGER NOT NULL CHECK (is_automatic IN (0, 1)),
    status_code TEXT NOT NULL CHECK (status_code IN ('pending', 'succeeded', 'failed')),
    signing_secret_id TEXT,
    failure_reason_code TEXT,
    failure_detail TEXT,
    attempt_count INTEGER NOT NULL DEFAULT 0,
    next_attempt_at TEXT,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    completed_at TEXT,
    CHECK ((run_id IS NULL) <> (batch_id IS NULL)),
    CHECK ((status_code = 'pending') = (next_attempt_at IS NOT NULL))
) STRICT;
CREATE INDEX callback_deliveries_of_run ON callback_deliveries (run_id, id);
CREATE INDEX callback_deliveries_due ON callback_deliveries (next_attempt_at) WHERE next_attempt_at IS NOT NULL;
CREATE TABLE callback_attempts (
    id TEXT PRIMARY KEY,
    delivery_id TEXT NOT NULL REFERENCES callback_deliveries (id),
    attempt_number INTEGER NOT NULL,
    status_code INTEGER,
    response_body TEXT,
    response_time_ms INTEGER NOT NULL,
    error_message TEXT,
    created_at TEXT NOT NULL,
    UNIQUE (delivery_id, attempt_number)
) STRICT;
"""
"""``payload`` is what was frozen when the run ended; each attempt of a delivery sends these bytes."""

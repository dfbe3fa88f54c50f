"""The tables of runs, their outputs and their logs."""

TABLE = """
CREATE TABLE runs (
    id TEXT PRIMARY KEY,
    org_id TEXT NOT NULL REFERENCES orgs (id),
    model TEXT NOT NULL, -- such as runflow/eye-color
    model_id TEXT NOT NULL,
    revision TEXT NOT NULL,
    status_code TEXT NOT NULL
        CHECK (status_code IN ('queued', 'dispatching', 'running', 'succeeded', 'failed', 'canceled')),
    input TEXT NOT NULL, -- JSON; pictures as references, never as data
    metadata TEXT, -- JSON
    client_ref TEXT,
    callback_url TEXT,
    base_url TEXT NOT NULL, -- how the client addressed this server; links in callbacks begin with it
    batch_id TEXT REFERENCES batches (id),
    batch_item_id TEXT UNIQUE,
    sequence_index INTEGER,
    request_id TEXT NOT NULL,
    price_micro INTEGER NOT NULL, -- what it costs if it succeeds, in millionths of a dollar
    cost_micro INTEGER, -- what was debited
    attempts INTEGER NOT NULL DEFAULT 0,
    failure_code TEXT,
    failure_message TEXT,
    failure_stage_code TEXT,
    created_at TEXT NOT NULL,
    started_at TEXT,
    completed_at TEXT,
    duration_ms INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX runs_by_org ON runs (org_id, created_at, id);
CREATE INDEX runs_by_client_ref ON runs (org_id, client_ref) WHERE client_ref IS NOT NULL;
CREATE INDEX runs_by_batch ON runs (batch_id, sequence_index) WHERE batch_id IS NOT NULL;
CREATE INDEX runs_queued ON runs (org_id, id) WHERE status_code = 'queued';
CREATE INDEX runs_taken ON runs (status_code, id) WHERE status_code IN ('dispatching', 'running');
CREATE INDEX runs_completed ON runs (org_id, completed_at) WHERE completed_at IS NOT NULL;

CREATE TABLE outputs (
    id TEXT PRIMARY KEY,
    run_id TEXT NOT NULL REFERENCES runs (id),
    org_id TEXT NOT NULL REFERENCES orgs (id),
    name TEXT NOT NULL, -- the file name in its URL
    digest TEXT NOT NULL, -- of the blob
    media_type TEXT NOT NULL,
    size_bytes INTEGER NOT NULL,
    width_px INTEGER NOT NULL,
    height_px INTEGER NOT NULL,
    thumbnail_digest TEXT NOT NULL,
    thumbnail_media_type TEXT NOT NULL,
    created_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX outputs_by_run ON outputs (run_id, id);

CREATE TABLE run_logs (
    id TEXT PRIMARY KEY,
    run_id TEXT NOT NULL REFERENCES runs (id),
    level_code TEXT NOT NULL,
    message TEXT NOT NULL,
    timestamp TEXT NOT NULL,
    meta TEXT -- JSON
) STRICT, WITHOUT ROWID;
CREATE INDEX run_logs_by_run ON run_logs (run_id, id);
"""

"""The table of batches; their items are runs."""

TABLE = """
CREATE TABLE batches (
    id TEXT PRIMARY KEY,
    org_id TEXT NOT NULL REFERENCES orgs (id),
    model TEXT NOT NULL,
    model_id TEXT NOT NULL,
    status_code TEXT NOT NULL
        CHECK (status_code IN ('queued', 'running', 'succeeded', 'failed', 'partial_succeeded', 'canceled')),
    metadata TEXT, -- JSON
    callback_url TEXT,
    base_url TEXT NOT NULL,
    request_id TEXT NOT NULL,
    items_total INTEGER NOT NULL,
    items_succeeded INTEGER NOT NULL DEFAULT 0,
    items_failed INTEGER NOT NULL DEFAULT 0,
    items_canceled INTEGER NOT NULL DEFAULT 0,
    cost_micro INTEGER NOT NULL DEFAULT 0,
    created_at TEXT NOT NULL,
    started_at TEXT,
    completed_at TEXT,
    duration_ms INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX batches_by_org ON batches (org_id, created_at, id);
"""

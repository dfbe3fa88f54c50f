"""The tables of organizations and of what the server remembers about itself."""

TABLE = """
CREATE TABLE settings (
    name TEXT PRIMARY KEY,
    value BLOB NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE orgs (
    id TEXT PRIMARY KEY,
    balance_id TEXT NOT NULL,
    name TEXT NOT NULL,
    given_micro INTEGER NOT NULL, -- what the organization was ever given to spend, in millionths of a dollar
    spent_micro INTEGER NOT NULL DEFAULT 0,
    reserved_micro INTEGER NOT NULL DEFAULT 0, -- the prices of its runs that have not ended
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    CHECK (spent_micro >= 0 AND reserved_micro >= 0)
) STRICT, WITHOUT ROWID;

CREATE TABLE api_keys (
    digest BLOB PRIMARY KEY, -- SHA-256; the key itself is nowhere
    org_id TEXT NOT NULL REFERENCES orgs (id),
    seen_at TEXT NOT NULL -- when a server last started with it
) STRICT, WITHOUT ROWID;

CREATE TABLE idempotency (
    org_id TEXT NOT NULL REFERENCES orgs (id),
    key TEXT NOT NULL,
    request_digest TEXT NOT NULL,
    answer BLOB NOT NULL,
    created_at TEXT NOT NULL,
    PRIMARY KEY (org_id, key)
) STRICT, WITHOUT ROWID;
"""

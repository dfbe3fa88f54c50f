"""The table of callback secrets."""

TABLE = """
CREATE TABLE callback_secrets (
    id TEXT PRIMARY KEY,
    org_id TEXT NOT NULL REFERENCES orgs (id),
    plain_secret TEXT NOT NULL,
    key_prefix TEXT NOT NULL,
    is_current INTEGER NOT NULL CHECK (is_current IN (0, 1)),
    label TEXT,
    last_used_at TEXT,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX callback_secrets_of_org ON callback_secrets (org_id, id);
CREATE UNIQUE INDEX current_callback_secret ON callback_secrets (org_id) WHERE is_current;
"""
"""``plain_secret`` has to be kept as it is: signing needs it. The database's file is readable by its owner alone."""

"""The table of assets."""

TABLE = """
CREATE TABLE assets (
    id TEXT PRIMARY KEY,
    org_id TEXT NOT NULL REFERENCES orgs (id),
    name TEXT NOT NULL,
    mime_type TEXT NOT NULL,
    size_bytes INTEGER NOT NULL,
    source_type TEXT NOT NULL CHECK (source_type IN ('upload', 'inline')),
    state TEXT NOT NULL CHECK (state IN ('announced', 'received', 'confirmed')),
    digest TEXT,
    expires_at TEXT,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    CHECK (digest IS NOT NULL OR state = 'announced')
) STRICT, WITHOUT ROWID;
CREATE INDEX assets_that_expire ON assets (expires_at) WHERE expires_at IS NOT NULL;
"""
"""``expires_at``: when an upload that was not confirmed is forgotten; nothing else expires."""

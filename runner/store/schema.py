"""The tables of the state database, as migrations: the n-th one leads from version n-1 to n."""

MIGRATIONS: tuple[tuple[str, ...], ...] = (
    (
        """
        CREATE TABLE runs (
            run_id TEXT PRIMARY KEY,
            plan_id TEXT NOT NULL,
            started_at TEXT NOT NULL,
            finished_at TEXT,
            state TEXT,
            exit_code INTEGER
        ) STRICT, WITHOUT ROWID
        """,
        "CREATE INDEX runs_by_plan ON runs (plan_id)",
        """
        CREATE TABLE events (
            number INTEGER PRIMARY KEY AUTOINCREMENT,
            run_id TEXT NOT NULL REFERENCES runs (run_id),
            body TEXT NOT NULL
        ) STRICT
        """,
        "CREATE INDEX events_by_run ON events (run_id, number)",
        """
        CREATE TABLE results (
            key TEXT PRIMARY KEY,
            digest TEXT NOT NULL,
            media_type TEXT NOT NULL,
            size_bytes INTEGER NOT NULL,
            width_px INTEGER NOT NULL,
            height_px INTEGER NOT NULL,
            details TEXT NOT NULL,
            notes TEXT NOT NULL,
            duration_ms INTEGER NOT NULL,
            made_at TEXT NOT NULL
        ) STRICT, WITHOUT ROWID
        """,
        """
        CREATE TABLE encodings (
            key TEXT PRIMARY KEY,
            digest TEXT NOT NULL
        ) STRICT, WITHOUT ROWID
        """,
        """
        CREATE TABLE leases (
            name TEXT PRIMARY KEY,
            owner TEXT NOT NULL,
            host TEXT NOT NULL,
            process INTEGER NOT NULL,
            until_s REAL NOT NULL
        ) STRICT, WITHOUT ROWID
        """,
        """
        CREATE TABLE files (
            path TEXT PRIMARY KEY,
            file_size INTEGER NOT NULL,
            mtime_ns INTEGER NOT NULL,
            inode INTEGER NOT NULL,
            digest TEXT NOT NULL,
            media_type TEXT NOT NULL,
            width_px INTEGER NOT NULL,
            height_px INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID
        """,
        """
        CREATE TABLE masks (
            spec TEXT PRIMARY KEY,
            digest TEXT NOT NULL,
            width_px INTEGER NOT NULL,
            height_px INTEGER NOT NULL,
            area REAL NOT NULL,
            is_binary INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID
        """,
    ),
    (
        "ALTER TABLE results ADD COLUMN draw INTEGER NOT NULL DEFAULT 0",
        """
        CREATE TABLE measurements (
            key TEXT PRIMARY KEY,
            value TEXT,
            threshold TEXT NOT NULL,
            passed INTEGER NOT NULL,
            message TEXT NOT NULL
        ) STRICT, WITHOUT ROWID
        """,
    ),
    (
        """
        CREATE TABLE purchases (
            key TEXT PRIMARY KEY,
            action TEXT NOT NULL,
            provider TEXT NOT NULL,
            run_id TEXT NOT NULL,
            step TEXT NOT NULL,
            draw INTEGER NOT NULL,
            items TEXT NOT NULL,
            month TEXT NOT NULL,
            attempt INTEGER NOT NULL,
            state TEXT NOT NULL,
            reserved INTEGER NOT NULL,
            request TEXT,
            sent_at TEXT,
            job_id TEXT,
            reason TEXT NOT NULL,
            CHECK (state IN ('claimed', 'prepared', 'accepted', 'finished', 'failed', 'in_doubt')),
            CHECK (state <> 'accepted' OR job_id IS NOT NULL),
            CHECK (reserved >= 0 AND (reserved = 0 OR state NOT IN ('finished', 'failed')))
        ) STRICT, WITHOUT ROWID
        """,
        "CREATE INDEX purchases_open ON purchases (key) WHERE state NOT IN ('finished', 'failed')",
        """
        CREATE TABLE charges (
            number INTEGER PRIMARY KEY AUTOINCREMENT,
            key TEXT NOT NULL,
            action TEXT NOT NULL,
            run_id TEXT NOT NULL,
            job_id TEXT,
            amount INTEGER NOT NULL,
            at TEXT NOT NULL
        ) STRICT
        """,
        "CREATE INDEX charges_by_run ON charges (run_id)",
        """
        CREATE TABLE spending (
            scope TEXT PRIMARY KEY,
            taken INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID
        """,
        """
        CREATE TABLE uploads (
            provider TEXT NOT NULL,
            digest TEXT NOT NULL,
            reference TEXT NOT NULL,
            PRIMARY KEY (provider, digest)
        ) STRICT, WITHOUT ROWID
        """,
    ),
    (
        """
        CREATE TABLE applied_plans (
            plan TEXT PRIMARY KEY,
            run_id TEXT NOT NULL REFERENCES runs (run_id)
        ) STRICT, WITHOUT ROWID
        """,
    ),
    (
        """
        CREATE TABLE pieces (
            digest TEXT PRIMARY KEY,
            body BLOB NOT NULL
        ) STRICT
        """,
        """
        CREATE TABLE products (
            path TEXT PRIMARY KEY,
            made_from TEXT NOT NULL,
            file_size INTEGER NOT NULL,
            mtime_ns INTEGER NOT NULL,
            inode INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID
        """,
    ),
)

-- Many recipients: what is known of their servers, and queries that stay fast.

CREATE TABLE host (
    target TEXT NOT NULL REFERENCES target (id),
    host TEXT NOT NULL,
    failures INTEGER NOT NULL,
    failed_at DOUBLE PRECISION,
    paused_until DOUBLE PRECISION,
    reason TEXT NOT NULL,
    PRIMARY KEY (target, host)
);

CREATE INDEX post_edited ON post (revision) WHERE revision > 1;

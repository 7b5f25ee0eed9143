-- The page of a post that is not sent before its page answers.

CREATE TABLE page (
    post TEXT PRIMARY KEY REFERENCES post (id),
    within DOUBLE PRECISION NOT NULL,
    url TEXT NOT NULL DEFAULT '',
    first_at DOUBLE PRECISION,
    next_at DOUBLE PRECISION,
    failures INTEGER NOT NULL DEFAULT 0,
    live_at DOUBLE PRECISION,
    reason TEXT NOT NULL DEFAULT '',
    gaps TEXT NOT NULL DEFAULT '',
    run TEXT NOT NULL DEFAULT ''
);

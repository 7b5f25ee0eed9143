-- The first schema. Times are seconds since 1970, UTC; documents are JSON text.
-- Numbered migrations are never edited once released; a change is a new number.

CREATE TABLE source (
    name TEXT PRIMARY KEY,
    validators TEXT NOT NULL,
    state TEXT NOT NULL,
    read_at DOUBLE PRECISION NOT NULL
);

CREATE TABLE post (
    id TEXT PRIMARY KEY,
    source TEXT NOT NULL,
    identity TEXT NOT NULL,
    url TEXT NOT NULL,
    title TEXT NOT NULL,
    document TEXT NOT NULL,
    likeness TEXT NOT NULL,
    skip_reason TEXT NOT NULL,
    revision INTEGER NOT NULL,
    ordered_at DOUBLE PRECISION NOT NULL,
    sequence INTEGER NOT NULL,
    seen_at DOUBLE PRECISION NOT NULL
);
CREATE INDEX post_by_source ON post (source);
CREATE INDEX post_by_sequence ON post (sequence);
CREATE INDEX post_by_title ON post (title);
CREATE INDEX post_by_likeness ON post (likeness);

CREATE TABLE alias (
    alias TEXT PRIMARY KEY,
    post TEXT NOT NULL REFERENCES post (id)
);

CREATE TABLE target (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    publisher TEXT NOT NULL,
    server TEXT,
    account TEXT,
    account_name TEXT NOT NULL DEFAULT '',
    application TEXT NOT NULL DEFAULT '',
    settings_hash TEXT NOT NULL DEFAULT '',
    checked_at DOUBLE PRECISION,
    expires_at DOUBLE PRECISION,
    capabilities TEXT,
    discovered_at DOUBLE PRECISION,
    adopted_at DOUBLE PRECISION,
    paused_until DOUBLE PRECISION,
    pause_reason TEXT NOT NULL DEFAULT '',
    confirmed INTEGER NOT NULL DEFAULT 0,
    UNIQUE (publisher, server, account)
);

-- A source whose posts were planned for a target: what comes later is new.
CREATE TABLE subscription (
    source TEXT NOT NULL,
    target TEXT NOT NULL REFERENCES target (id),
    planned_at DOUBLE PRECISION NOT NULL,
    PRIMARY KEY (source, target)
);

CREATE TABLE question (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    target TEXT NOT NULL,
    post TEXT NOT NULL,
    text TEXT NOT NULL,
    answers TEXT NOT NULL,
    asked_at DOUBLE PRECISION NOT NULL
);

CREATE TABLE message (
    id TEXT PRIMARY KEY,
    target TEXT NOT NULL REFERENCES target (id),
    post TEXT NOT NULL REFERENCES post (id),
    action TEXT NOT NULL,
    number INTEGER NOT NULL,
    epoch INTEGER NOT NULL DEFAULT 1,
    revision INTEGER NOT NULL DEFAULT 0,
    document TEXT,
    -- Of the create: what stands over there now. No words: not ours to edit.
    standing_revision INTEGER NOT NULL DEFAULT 0,
    standing_words TEXT,
    UNIQUE (target, post, action, number)
);

CREATE TABLE delivery (
    id TEXT PRIMARY KEY,
    message TEXT NOT NULL REFERENCES message (id),
    recipient TEXT NOT NULL,
    host TEXT NOT NULL DEFAULT '',
    state TEXT NOT NULL,
    epoch INTEGER NOT NULL DEFAULT 1,
    due_at DOUBLE PRECISION,
    attempts INTEGER NOT NULL DEFAULT 0,
    failures INTEGER NOT NULL DEFAULT 0,
    failed_at DOUBLE PRECISION,
    -- 1: the attempt that began at started_at has no known outcome.
    unknown INTEGER NOT NULL DEFAULT 0,
    started_at DOUBLE PRECISION,
    deadline_at DOUBLE PRECISION,
    reason TEXT NOT NULL DEFAULT '',
    receipt TEXT,
    progress TEXT,
    question TEXT REFERENCES question (id),
    run TEXT NOT NULL,
    UNIQUE (message, recipient)
);
CREATE INDEX delivery_open ON delivery (state)
WHERE state IN ('planned', 'sending', 'waiting', 'pending', 'held');
CREATE INDEX delivery_by_run ON delivery (run);
CREATE INDEX delivery_by_question ON delivery (question);

CREATE TABLE attempt (
    delivery TEXT NOT NULL REFERENCES delivery (id),
    epoch INTEGER NOT NULL,
    number INTEGER NOT NULL,
    run TEXT NOT NULL,
    started_at DOUBLE PRECISION NOT NULL,
    ended_at DOUBLE PRECISION,
    outcome TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (delivery, epoch, number)
);

CREATE TABLE document (
    target TEXT NOT NULL REFERENCES target (id),
    key TEXT NOT NULL,
    document TEXT NOT NULL,
    PRIMARY KEY (target, key)
);

CREATE TABLE meta (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL
);

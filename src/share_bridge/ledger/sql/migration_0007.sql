-- Credentials that rotate, in a journal alone and there encrypted.

CREATE TABLE credential (
    scope TEXT PRIMARY KEY,
    document TEXT NOT NULL
);

-- Servers of recipients that are dead: on how many days each failed, and when it last
-- did.

ALTER TABLE host ADD COLUMN days INTEGER NOT NULL DEFAULT 0;
ALTER TABLE host ADD COLUMN last_failed_at DOUBLE PRECISION;

-- Digests: several posts in one message.

-- Of a create that does not go by itself: from when on it counts for a digest of its
-- target; and the digest that told of it.
ALTER TABLE message ADD COLUMN collected_at DOUBLE PRECISION;
ALTER TABLE message ADD COLUMN digest TEXT;
CREATE INDEX message_collected ON message (target) WHERE collected_at IS NOT NULL;
CREATE INDEX message_told ON message (digest) WHERE digest IS NOT NULL;

-- Posts that were taken off their site, and copies that are taken away.

-- Why the post is not to be seen any more, or empty; and how often its own address
-- was asked since it left its source.
ALTER TABLE post ADD COLUMN gone TEXT NOT NULL DEFAULT '';
ALTER TABLE post ADD COLUMN asked INTEGER NOT NULL DEFAULT 0;
CREATE INDEX post_gone ON post (gone) WHERE gone <> '';

-- What tells the idempotency key of a message from that of one like it before: of a
-- create, how often we took its copy away; of others, the epoch of their create.
ALTER TABLE message ADD COLUMN generation INTEGER NOT NULL DEFAULT 0;

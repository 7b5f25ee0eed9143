-- A ledger of any size answers at once: posts by age, messages by post.

CREATE INDEX post_by_age ON post (source, ordered_at, sequence);
CREATE INDEX post_by_time ON post (ordered_at, sequence);
CREATE INDEX message_by_post ON message (post);

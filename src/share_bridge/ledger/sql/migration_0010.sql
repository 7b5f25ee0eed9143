-- How far the posts of a source are known to have a create each at a target. It can be
-- told from the others, and is no fact: where it is missing, all posts are looked at.
CREATE TABLE planned (
    source TEXT NOT NULL,
    target TEXT NOT NULL,
    sequence INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (source, target)
);

CREATE INDEX post_to_plan ON post (source, sequence)
WHERE skip_reason = '' AND gone = '';

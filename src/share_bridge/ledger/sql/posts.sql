-- name: source
SELECT name, validators, state, read_at FROM source WHERE name = :name;

-- name: save_source
INSERT INTO source (name, validators, state, read_at)
VALUES (:name, :validators, :state, :now)
ON CONFLICT (name) DO UPDATE SET
    validators = excluded.validators, state = excluded.state, read_at = excluded.read_at;

-- name: post_by_alias
SELECT post.* FROM alias JOIN post ON post.id = alias.post WHERE alias.alias = :alias;

-- name: post_by_likeness
SELECT * FROM post WHERE likeness = :likeness AND likeness <> '' ORDER BY sequence LIMIT 1;

-- name: count_posts
SELECT COUNT(*) AS count FROM post WHERE source = :source;

-- name: posts_of
-- The posts of a source that are to be seen, newest first.
SELECT * FROM post WHERE source = :source AND gone = ''
ORDER BY ordered_at DESC, sequence DESC LIMIT :count;

-- name: posts_titled
SELECT * FROM post WHERE title = :title ORDER BY sequence DESC LIMIT 3;

-- name: post
SELECT * FROM post WHERE id = :id;

-- name: posts_like
SELECT * FROM post WHERE id LIKE :prefix || '%' OR url = :text ORDER BY sequence LIMIT 2;

-- name: add_post
INSERT INTO post (
    id, source, identity, url, title, document, likeness, skip_reason,
    revision, ordered_at, sequence, seen_at
)
VALUES (
    :id, :source, :identity, :url, :title, :document, :likeness, :skip_reason,
    1, :ordered_at, (SELECT COALESCE(MAX(sequence), 0) + 1 FROM post), :now
);

-- name: change_post
UPDATE post SET
    source = :source, url = :url, title = :title, document = :document,
    likeness = :likeness, skip_reason = :skip_reason, ordered_at = :ordered_at,
    revision = revision + 1
WHERE id = :id;

-- name: add_alias
INSERT INTO alias (alias, post) VALUES (:alias, :post) ON CONFLICT (alias) DO NOTHING;

-- name: unplanned_posts
-- Posts of a source that a target has no create for, oldest first. Both sides are
-- read once, in the order of their indexes, however many there are.
SELECT post.* FROM post
WHERE post.id IN (
    SELECT id FROM post WHERE source = :source AND skip_reason = '' AND gone = ''
    EXCEPT
    SELECT post FROM message WHERE target = :target AND action = 'create'
    ORDER BY 1
)
ORDER BY post.ordered_at + 0, post.sequence;

-- name: unplanned_since
-- The same of posts that came after one: of all before it is known that they have one.
SELECT post.* FROM post
WHERE post.source = :source AND post.skip_reason = '' AND post.gone = ''
    AND post.sequence > :after AND NOT EXISTS (
        SELECT 1 FROM message
        WHERE message.target = :target AND message.post = post.id
            AND message.action = 'create'
    )
ORDER BY post.ordered_at + 0, post.sequence;

-- name: planned
SELECT sequence FROM planned WHERE source = :source AND target = :target;

-- name: last_sequence
SELECT COALESCE(MAX(sequence), 0) AS sequence FROM post;

-- name: note_planned
INSERT INTO planned (source, target, sequence) VALUES (:source, :target, :sequence)
ON CONFLICT (source, target) DO UPDATE SET sequence = excluded.sequence;

-- name: plan_again
-- A post may lack a create somewhere after all.
UPDATE planned SET sequence = (SELECT sequence - 1 FROM post WHERE id = :post)
WHERE sequence >= (SELECT sequence FROM post WHERE id = :post);

-- name: forget_planned
-- Posts were planned for another target instead.
DELETE FROM planned WHERE target = :target;

-- name: newest_post
SELECT id FROM post WHERE source = :source AND skip_reason = '' AND gone = ''
ORDER BY ordered_at DESC, sequence DESC LIMIT 1;

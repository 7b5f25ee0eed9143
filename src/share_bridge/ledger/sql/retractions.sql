-- name: mark_gone
UPDATE post SET gone = :reason WHERE id = :post;

-- name: mark_asked
UPDATE post SET asked = asked + 1 WHERE id = :post;

-- name: missing_posts
-- What stands somewhere and may have left its source, the newest first.
SELECT post.* FROM post
WHERE post.source = :source AND post.gone = '' AND post.asked < :most
    AND post.url <> '' AND EXISTS (
        SELECT 1 FROM target
        JOIN message ON message.target = target.id AND message.post = post.id
            AND message.action = 'create'
        JOIN delivery ON delivery.message = message.id
        WHERE delivery.state = 'delivered'
    )
ORDER BY post.ordered_at DESC, post.sequence DESC;

-- name: gone_posts
-- Posts that are gone, with a copy at the target that nobody asked to delete yet; found
-- by the few that are; the sum keeps the order from deciding where to look.
SELECT post.* FROM post CROSS JOIN message
WHERE post.gone <> '' AND message.target = :target AND message.post = post.id
    AND message.action = 'create'
    AND NOT EXISTS (
        SELECT 1 FROM message AS taken
        WHERE taken.target = message.target AND taken.post = message.post
            AND taken.action = 'delete'
    )
    AND EXISTS (
        SELECT 1 FROM delivery WHERE delivery.message = message.id
            AND delivery.state NOT IN ('skipped', 'rejected')
    )
ORDER BY post.ordered_at + 0, post.sequence;

-- name: unsent
-- What of a post surely never left.
SELECT delivery.*, message.target, message.post, message.action, message.number,
    message.generation
FROM delivery JOIN message ON message.id = delivery.message
WHERE message.target = :target AND message.post = :post AND message.action <> 'delete'
    AND delivery.state IN ('planned', 'waiting', 'held')
    AND delivery.unknown = 0 AND delivery.progress IS NULL;

-- name: stands
-- Whether a copy stands, or may stand, or is on its way.
SELECT 1 FROM delivery JOIN message ON message.id = delivery.message
WHERE message.target = :target AND message.post = :post
    AND message.action = 'create' AND delivery.state NOT IN ('skipped', 'rejected')
LIMIT 1;

-- name: retracted
SELECT 1 FROM delivery JOIN message ON message.id = delivery.message
WHERE message.target = :target AND message.post = :post
    AND message.action = 'delete' AND delivery.state <> 'skipped'
LIMIT 1;

-- name: sent_by_run
-- Posts that a run sent and that stand.
SELECT DISTINCT message.target, post.id, post.ordered_at, post.sequence
FROM attempt
JOIN delivery ON delivery.id = attempt.delivery
JOIN message ON message.id = delivery.message
JOIN post ON post.id = message.post
WHERE attempt.run = :run AND message.action = 'create'
    AND delivery.state IN ('delivered', 'pending', 'waiting', 'sending', 'held')
ORDER BY post.ordered_at, post.sequence;

-- name: last_run
-- The newest run that sent something new that stands.
SELECT attempt.run FROM attempt
JOIN delivery ON delivery.id = attempt.delivery
JOIN message ON message.id = delivery.message
WHERE message.action = 'create' AND delivery.state = 'delivered'
ORDER BY attempt.started_at DESC LIMIT 1;

-- name: takes_back
-- The deletion of a post's copies, a row a delivery.
SELECT delivery.*, message.target, message.post, message.action, message.number,
    message.generation
FROM delivery JOIN message ON message.id = delivery.message
WHERE message.target = :target AND (:post = '' OR message.post = :post)
    AND message.action = 'delete';

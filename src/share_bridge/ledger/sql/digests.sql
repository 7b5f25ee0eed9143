-- name: uncollected
-- Creates of posts that nobody tried or approved, and that would go by themselves.
SELECT delivery.*, message.target, message.post, message.action, message.number,
    message.generation, post.ordered_at
FROM delivery CROSS JOIN message CROSS JOIN post
WHERE message.id = delivery.message AND post.id = message.post
    AND message.target = :target AND message.action = 'create'
    AND message.document IS NULL AND message.approved IS NULL
    AND message.collected_at IS NULL
    AND delivery.state IN ('planned', 'sending', 'waiting', 'pending', 'held')
    AND delivery.state = 'planned' AND delivery.attempts = 0
    AND delivery.recipient = '' AND post.source NOT LIKE 'digest/%'
ORDER BY post.ordered_at, post.sequence;

-- name: collect
UPDATE message SET collected_at = :at WHERE id = :message;

-- name: collecting
-- What goes with a digest, oldest post first.
SELECT delivery.*, message.target, message.post, message.action, message.number,
    message.generation, message.collected_at, post.identity, post.document
FROM message CROSS JOIN delivery CROSS JOIN post
WHERE message.target = :target AND message.collected_at IS NOT NULL
    AND delivery.message = message.id AND post.id = message.post
    AND delivery.state = 'planned'
ORDER BY post.ordered_at, post.sequence;

-- name: digests
-- The newest digests of a target that are not frozen, with what of them is open.
SELECT post.*, (
        SELECT COUNT(*) FROM delivery
        WHERE delivery.message = message.id
            AND delivery.state IN ('planned', 'sending', 'waiting', 'pending', 'held')
    ) AS open
FROM post CROSS JOIN message
WHERE post.source >= 'digest/' AND post.source < 'digest0'
    AND message.post = post.id AND message.target = :target
    AND message.action = 'create' AND message.document IS NULL
ORDER BY post.ordered_at DESC, post.sequence DESC LIMIT 5;

-- name: can_be_told
-- A post that no other digest told of, and that is still to be sent.
SELECT 1 FROM message JOIN delivery ON delivery.message = message.id
WHERE message.target = :target AND message.post = :post AND message.action = 'create'
    AND message.collected_at IS NOT NULL
    AND (delivery.state = 'planned'
        OR delivery.state = 'skipped' AND message.digest = :digest);

-- name: tell
UPDATE message SET digest = :digest
WHERE target = :target AND post = :post AND action = 'create'
    AND id IN (SELECT message FROM delivery WHERE state = 'planned');

-- name: skip_told
UPDATE delivery SET state = 'skipped', reason = :reason, due_at = NULL, run = :run
WHERE state = 'planned' AND message IN (
    SELECT id FROM message WHERE target = :target AND post = :post
        AND action = 'create' AND digest = :digest
);

-- name: collect_again
-- A digest that surely never left told nobody of anything.
UPDATE delivery SET state = 'planned', reason = ''
WHERE state = 'skipped' AND message IN (
    SELECT member.id FROM message AS told CROSS JOIN message AS member
    WHERE told.id = :id AND told.document IS NULL
        AND member.digest = told.post AND member.target = told.target
);

-- name: untell
UPDATE message SET digest = NULL
WHERE digest = (SELECT told.post FROM message AS told
        WHERE told.id = :id AND told.document IS NULL)
    AND target = (SELECT told.target FROM message AS told WHERE told.id = :id);

-- name: let_collect
-- What a question held is collected again.
UPDATE delivery SET state = 'planned', question = NULL, reason = '', run = :run
WHERE state = 'held' AND question = :question AND unknown = 0;

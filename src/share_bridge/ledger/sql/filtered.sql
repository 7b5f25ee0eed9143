-- name: untried
-- Creates that nobody tried, approved, or asked for anew.
SELECT delivery.*, message.target, message.post, message.action, message.number,
    message.generation
FROM delivery CROSS JOIN message CROSS JOIN post
WHERE message.id = delivery.message AND message.target = :target AND message.action = 'create'
    AND post.id = message.post AND post.source NOT LIKE 'digest/%'
    AND message.document IS NULL AND message.approved IS NULL AND message.epoch = 1
    AND delivery.state IN ('planned', 'sending', 'waiting', 'pending', 'held')
    AND delivery.state IN ('planned', 'held') AND delivery.attempts = 0;

-- name: unfilter
DELETE FROM delivery
WHERE state = 'skipped' AND attempts = 0 AND reason LIKE 'filters.%'
    AND message IN (
        SELECT id FROM message
        WHERE target = :target AND post = :post AND action = 'create'
    );

-- name: skipped
-- The newest messages that were not to be sent at all.
SELECT delivery.state, delivery.receipt, delivery.reason, 1 AS recipients,
    delivery.due_at, delivery.unknown, delivery.attempts, 0 AS touched,
    message.action, message.id AS message, message.document, message.approved,
    message.collected_at,
    message.post, post.url, post.title, target.name AS target, target.publisher
FROM delivery
JOIN message ON message.id = delivery.message
JOIN post ON post.id = message.post
JOIN target ON target.id = message.target
WHERE delivery.state = 'skipped' AND delivery.recipient = ''
ORDER BY post.ordered_at DESC, post.sequence DESC, target.name, message.number,
    message.id
LIMIT :count;

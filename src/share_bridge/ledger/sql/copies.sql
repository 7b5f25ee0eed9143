-- name: copies
-- Copies that have an address, and whether they were taken away, oldest post first.
SELECT post.id, post.identity, post.source, post.url, post.document, delivery.receipt,
    CASE WHEN EXISTS (
        SELECT 1 FROM message AS taken
        JOIN delivery AS done ON done.message = taken.id
        WHERE taken.target = message.target AND taken.post = message.post
            AND taken.action = 'delete' AND done.state = 'delivered'
    ) THEN 1 ELSE 0 END AS gone
FROM delivery
JOIN message ON message.id = delivery.message
JOIN post ON post.id = message.post
JOIN target ON target.id = message.target
WHERE message.action = 'create' AND delivery.recipient = ''
    AND delivery.state = 'delivered' AND delivery.receipt IS NOT NULL
ORDER BY post.ordered_at, post.sequence, target.name;

-- name: receipts_at
SELECT delivery.receipt FROM delivery JOIN message ON message.id = delivery.message
WHERE message.target = :target AND message.action = 'create'
    AND delivery.receipt IS NOT NULL;

-- name: copies_at
-- Copies at one target that were not taken away, newest post first.
SELECT message.post, delivery.receipt
FROM delivery
JOIN message ON message.id = delivery.message
JOIN post ON post.id = message.post
WHERE message.target = :target AND message.action = 'create'
    AND delivery.recipient = '' AND delivery.state = 'delivered'
    AND delivery.receipt IS NOT NULL
    AND NOT EXISTS (
        SELECT 1 FROM message AS taken
        JOIN delivery AS done ON done.message = taken.id
        WHERE taken.target = message.target AND taken.post = message.post
            AND taken.action = 'delete' AND done.state = 'delivered'
    )
ORDER BY post.ordered_at DESC, post.sequence DESC;

-- name: tried
SELECT 1 AS tried FROM message CROSS JOIN delivery
WHERE delivery.message = message.id AND message.target = :target
    AND message.post = :post AND message.action = 'create'
    AND delivery.recipient = :recipient
    AND (delivery.attempts > 0 OR delivery.state = 'delivered')
LIMIT 1;

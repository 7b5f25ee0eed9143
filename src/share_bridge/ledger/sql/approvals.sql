-- name: approval
SELECT approved FROM message WHERE id = :message;

-- name: approve
UPDATE message SET approved = :approved WHERE id = :message;

-- name: unsent_at
-- Creates and updates that surely never left and that nothing holds; of a digest it
-- is the digest that is read.
SELECT delivery.*, message.target, message.post, message.action, message.number,
    message.generation
FROM delivery CROSS JOIN message
WHERE message.id = delivery.message AND message.target = :target
    AND message.action <> 'delete' AND message.document IS NULL
    AND delivery.state IN ('planned', 'sending', 'waiting', 'pending', 'held')
    AND delivery.state IN ('planned', 'waiting')
    AND (delivery.state <> 'planned' OR message.collected_at IS NULL)
    AND delivery.unknown = 0 AND delivery.progress IS NULL;

-- name: unapproved
-- Deliveries that wait for their owner's approval, oldest post first.
SELECT delivery.*, message.target, message.post, message.action, message.number,
    message.generation
FROM delivery CROSS JOIN question CROSS JOIN message CROSS JOIN post
WHERE question.id = delivery.question AND message.id = delivery.message
    AND post.id = message.post
    AND delivery.state IN ('planned', 'sending', 'waiting', 'pending', 'held')
    AND delivery.state = 'held' AND question.kind = 'approve'
    AND message.target = :target
ORDER BY post.ordered_at, post.sequence, message.number, delivery.recipient;

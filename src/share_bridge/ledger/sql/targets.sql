-- name: target_by_name
SELECT * FROM target WHERE name = :name;

-- name: target_by_account
SELECT * FROM target
WHERE publisher = :publisher AND server = :server AND account = :account;

-- name: targets
SELECT * FROM target ORDER BY name;

-- name: add_target
INSERT INTO target (id, name, publisher) VALUES (:id, :name, :publisher);

-- name: rename_target
UPDATE target SET name = :name WHERE id = :id;

-- name: bind_target
UPDATE target SET
    server = :server, account = :account, account_name = :account_name,
    application = :application,
    settings_hash = :settings_hash, checked_at = :now, expires_at = :expires_at,
    confirmed = 0
WHERE id = :id;

-- name: note_check
UPDATE target SET settings_hash = :settings_hash, checked_at = :now WHERE id = :id;

-- name: save_capabilities
UPDATE target SET capabilities = :capabilities, discovered_at = :now WHERE id = :id;

-- name: mark_adopted
UPDATE target SET adopted_at = :now WHERE id = :id;

-- name: pause_target
UPDATE target SET paused_until = :until, pause_reason = :reason WHERE id = :id;

-- name: stop_target
UPDATE target SET stopped = :stopped WHERE id = :id;

-- name: last_sent
-- When another post left for a target that took it, or may have taken it.
SELECT delivery.started_at
FROM delivery CROSS JOIN message
WHERE message.id = delivery.message AND delivery.started_at IS NOT NULL
    AND message.target = :target
    AND message.action = 'create' AND message.id <> :besides
    AND (delivery.state IN ('delivered', 'pending', 'sending') OR delivery.unknown = 1)
ORDER BY delivery.started_at DESC LIMIT 1;

-- name: confirm_target
UPDATE target SET confirmed = 1, checked_at = NULL WHERE id = :id;

-- name: mean_account
UPDATE target SET confirmed = 0, checked_at = NULL WHERE id = :id;

-- name: recheck_target
UPDATE target SET checked_at = NULL, paused_until = NULL WHERE id = :id;

-- name: subscription
SELECT planned_at FROM subscription WHERE source = :source AND target = :target;

-- name: subscribe
INSERT INTO subscription (source, target, planned_at)
VALUES (:source, :target, :now) ON CONFLICT (source, target) DO NOTHING;

-- name: tried_messages
-- Of which more is known than that they are to be sent.
SELECT message.id FROM message
WHERE message.target IN (:provisional, :bound) AND EXISTS (
    SELECT 1 FROM delivery WHERE delivery.message = message.id
        AND (attempts > 0 OR state NOT IN ('planned', 'held', 'waiting'))
);

-- name: drop_attempts_in
DELETE FROM attempt
WHERE delivery IN (SELECT id FROM delivery WHERE message = :id);

-- name: drop_deliveries_in
DELETE FROM delivery WHERE message = :id;

-- name: untried_messages
-- Creates that were never tried at the target.
SELECT id, post, action, number FROM message
WHERE target = :target AND action = 'create'
    AND NOT EXISTS (
        SELECT 1 FROM delivery WHERE delivery.message = message.id
            AND (attempts > 0 OR state NOT IN ('planned', 'held', 'waiting'))
    );

-- name: messages_at
SELECT id, post, action, number FROM message WHERE target = :target;

-- name: deliveries_in
SELECT id, recipient FROM delivery WHERE message = :message;

-- name: move_attempts
UPDATE attempt SET delivery = :new WHERE delivery = :old;

-- name: drop_message
DELETE FROM message WHERE id = :id;

-- name: move_subscriptions
INSERT INTO subscription (source, target, planned_at)
SELECT source, :bound, planned_at FROM subscription WHERE target = :provisional
ON CONFLICT (source, target) DO NOTHING;

-- name: drop_subscriptions
DELETE FROM subscription WHERE target = :provisional;

-- name: move_documents
INSERT INTO document (target, key, document)
SELECT :bound, key, document FROM document WHERE target = :provisional
ON CONFLICT (target, key) DO NOTHING;

-- name: drop_documents
DELETE FROM document WHERE target = :provisional;

-- name: drop_target
DELETE FROM target WHERE id = :provisional;

-- name: document
SELECT document FROM document WHERE target = :target AND key = :key;

-- name: put_document
INSERT INTO document (target, key, document) VALUES (:target, :key, :document)
ON CONFLICT (target, key) DO UPDATE SET document = excluded.document;

-- name: remove_document
DELETE FROM document WHERE target = :target AND key = :key;

-- name: first_documents
SELECT key, document FROM document
WHERE target = :target AND key >= :prefix AND key < :after ORDER BY key LIMIT :most;

-- name: next_documents
SELECT key, document FROM document
WHERE target = :target AND key > :prefix AND key < :after ORDER BY key LIMIT :most;

-- name: count_documents
SELECT COUNT(*) AS count FROM document
WHERE target = :target AND key >= :prefix AND key < :after;

-- name: sealed_of_target
SELECT 1 FROM document WHERE target = :target AND document LIKE :sealed
UNION ALL
SELECT 1 FROM delivery JOIN message ON message.id = delivery.message
WHERE message.target = :target AND delivery.recipient LIKE :sealed
    AND delivery.state IN ('planned', 'sending', 'waiting', 'pending', 'held')
LIMIT 1;

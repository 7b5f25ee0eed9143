-- name: add_message
INSERT INTO message (id, target, post, action, number, revision, generation)
VALUES (:id, :target, :post, :action, :number, :revision, COALESCE((
    SELECT made.epoch - 1 FROM message AS made
    WHERE made.target = :target AND made.post = :post
        AND made.action = 'create' AND :action <> 'create'
), 0));

-- name: add_delivery
INSERT INTO delivery (id, message, recipient, host, state, reason, question, run, unknown)
VALUES (:id, :message, :recipient, :host, :state, :reason, :question, :run, 0);

-- name: drop_delivery
DELETE FROM delivery WHERE id = :id;

-- name: withdraw_attempts
DELETE FROM attempt WHERE delivery IN (
    SELECT delivery.id FROM delivery JOIN message ON message.id = delivery.message
    WHERE message.target = :target AND message.post = :post
        AND message.action = 'create' AND message.document IS NULL
        AND delivery.state IN ('planned', 'waiting', 'held')
        AND delivery.unknown = 0 AND delivery.progress IS NULL
);

-- name: withdraw
DELETE FROM delivery
WHERE state IN ('planned', 'waiting', 'held') AND unknown = 0 AND progress IS NULL
    AND message IN (
        SELECT id FROM message WHERE target = :target AND post = :post
            AND action = 'create' AND document IS NULL
    );

-- name: withdraw_message
DELETE FROM message WHERE target = :target AND post = :post AND action = 'create'
    AND NOT EXISTS (SELECT 1 FROM delivery WHERE delivery.message = message.id);

-- name: perhaps_receivers
-- Recipients of whom nobody knows whether they received the post.
SELECT delivery.recipient, delivery.host
FROM message CROSS JOIN delivery
WHERE delivery.message = message.id AND message.target = :target
    AND message.post = :post AND message.action <> 'delete'
    AND delivery.recipient <> '' AND delivery.state IN ('held', 'skipped')
    AND EXISTS (
        SELECT 1 FROM attempt WHERE attempt.delivery = delivery.id
            AND (attempt.outcome IS NULL OR attempt.outcome = 'unknown')
    );

-- name: receivers
-- An edit may have been the first that somebody received.
SELECT delivery.recipient, delivery.host
FROM delivery JOIN message ON message.id = delivery.message
WHERE message.target = :target AND message.post = :post
    AND message.action <> 'delete' AND delivery.state = 'delivered';

-- name: message
SELECT * FROM message WHERE id = :id;

-- name: create_message
SELECT * FROM message
WHERE target = :target AND post = :post AND action = 'create' AND number = 0;

-- name: freeze
UPDATE message SET document = :document, revision = :revision WHERE id = :id;

-- name: thaw
-- A message that surely never left is composed anew; one that was accepted once, and
-- waits for the service, did leave.
UPDATE message SET document = NULL WHERE id = :id AND NOT EXISTS (
    SELECT 1 FROM delivery WHERE delivery.message = message.id
        AND (delivery.unknown = 1 OR delivery.progress IS NOT NULL
            OR delivery.state IN ('delivered', 'pending', 'sending')
            OR EXISTS (
                SELECT 1 FROM attempt
                WHERE attempt.delivery = delivery.id AND attempt.outcome = 'pending'
            ))
);

-- name: stand
UPDATE message SET standing_words = :words, standing_revision = :revision
WHERE target = :target AND post = :post AND action = 'create' AND number = 0;

-- name: stand_as_is
-- What stands there stays, whatever the post says now.
UPDATE message SET
    standing_revision = (SELECT revision FROM post WHERE post.id = message.post)
WHERE target = :target AND post = :post AND action = 'create' AND number = 0;

-- name: edited_posts
-- Creates whose post has changed since, with no update on its way. Found by the few
-- posts that ever changed; the sum keeps the order from deciding where to look. A
-- digest that went out stays as it was.
SELECT message.id AS message, message.standing_words, post.*, (
        SELECT COUNT(*) FROM message AS change
        WHERE change.target = message.target AND change.post = message.post
            AND change.action = 'update'
    ) AS changes
FROM post CROSS JOIN message
WHERE post.revision > 1 AND message.post = post.id
    AND message.target = :target AND message.action = 'create'
    AND message.standing_words IS NOT NULL
    AND message.standing_revision < post.revision AND post.skip_reason = ''
    AND post.source NOT LIKE 'digest/%'
    AND NOT EXISTS (
        SELECT 1 FROM message AS change
        JOIN delivery ON delivery.message = change.id
        WHERE change.target = message.target AND change.post = message.post
            AND change.action = 'update'
            AND delivery.state IN ('planned', 'sending', 'waiting', 'pending', 'held')
    )
    AND NOT EXISTS (
        SELECT 1 FROM message AS taken
        JOIN delivery ON delivery.message = taken.id
        WHERE taken.target = message.target AND taken.post = message.post
            AND taken.action = 'delete' AND delivery.state <> 'skipped'
    )
ORDER BY post.ordered_at + 0, post.sequence;

-- name: heads
-- What comes next for each recipient: sending, pending, waiting block the rest; and
-- a change waits until it is known what became of the create. What goes with a digest
-- is not sent by itself.
SELECT * FROM (
    SELECT delivery.*, message.target, message.post, message.action, message.number,
        message.generation,
        ROW_NUMBER() OVER (
            PARTITION BY delivery.recipient
            ORDER BY post.ordered_at, post.sequence,
                CASE message.action
                    WHEN 'create' THEN 0 WHEN 'update' THEN 1 ELSE 2
                END,
                message.number
        ) AS place,
        post.ordered_at, post.sequence
    FROM delivery CROSS JOIN message CROSS JOIN post
    WHERE message.id = delivery.message AND post.id = message.post
        AND message.target = :target
        AND delivery.state IN ('planned', 'sending', 'waiting', 'pending', 'held')
        AND delivery.state <> 'held'
        AND (delivery.state <> 'planned' OR message.collected_at IS NULL)
        AND (message.action = 'create' OR delivery.recipient <> '' OR NOT EXISTS (
            SELECT 1 FROM message AS made
            JOIN delivery AS first ON first.message = made.id
            WHERE made.target = message.target AND made.post = message.post
                AND made.action = 'create'
                AND (first.state IN ('planned', 'sending', 'waiting', 'pending')
                    OR first.state = 'held' AND first.unknown = 1
                        AND first.recipient = '')
        ))
) AS queue
WHERE place = 1
ORDER BY ordered_at, sequence, recipient;

-- name: unexpanded
-- What comes next for each post, before anybody knows whom it is for.
SELECT * FROM (
    SELECT delivery.*, message.target, message.post, message.action, message.number,
        message.generation,
        ROW_NUMBER() OVER (
            PARTITION BY message.post
            ORDER BY CASE message.action
                    WHEN 'create' THEN 0 WHEN 'update' THEN 1 ELSE 2
                END,
                message.number
        ) AS place,
        post.ordered_at, post.sequence
    FROM delivery CROSS JOIN message CROSS JOIN post
    WHERE message.id = delivery.message AND post.id = message.post
        AND message.target = :target
        AND delivery.state IN ('planned', 'sending', 'waiting', 'pending', 'held')
        AND delivery.state IN ('planned', 'waiting')
        AND delivery.recipient = '' AND delivery.attempts = 0
        AND NOT EXISTS (
            SELECT 1 FROM message AS other
            JOIN delivery AS going ON going.message = other.id
            WHERE other.target = message.target AND other.post = message.post
                AND other.id <> message.id AND going.recipient <> ''
                AND going.state IN ('planned', 'sending', 'waiting', 'pending', 'held')
                AND going.state <> 'held'
        )
) AS queue
WHERE place = 1
ORDER BY ordered_at, sequence;

-- name: claim
-- Not where its owner spoke since it was looked at: that is a new epoch.
UPDATE delivery SET
    state = 'sending', attempts = attempts + 1, started_at = :now,
    deadline_at = :deadline, due_at = NULL, run = :run, unknown = 0
WHERE id = :id AND epoch = :epoch AND state IN ('planned', 'waiting', 'pending');

-- name: begin_attempt
INSERT INTO attempt (delivery, epoch, number, run, started_at)
SELECT id, epoch, attempts, :run, :now FROM delivery WHERE id = :id;

-- name: unclaim
UPDATE delivery SET
    state = :state, attempts = :attempts, due_at = :due_at, started_at = :started_at,
    deadline_at = :deadline_at, unknown = :unknown
WHERE id = :id AND state = 'sending';

-- name: drop_attempt
DELETE FROM attempt WHERE delivery = :id AND ended_at IS NULL;

-- name: end_attempt
UPDATE attempt SET ended_at = :now, outcome = :outcome
WHERE delivery = :id AND ended_at IS NULL;

-- name: interrupted
-- Found in `sending` under the target's lock: whoever sent it is gone.
SELECT delivery.* FROM delivery CROSS JOIN message
WHERE message.id = delivery.message AND message.target = :target
    AND delivery.state IN ('planned', 'sending', 'waiting', 'pending', 'held')
    AND delivery.state = 'sending';

-- name: record
UPDATE delivery SET
    state = :state, due_at = :due_at, failures = :failures, failed_at = :failed_at,
    unknown = :unknown, reason = :reason, receipt = :receipt, question = :question,
    run = :run
WHERE id = :id;

-- name: leave_out
UPDATE delivery SET state = 'skipped', reason = :reason, due_at = NULL, run = :run
WHERE id = :id AND state IN ('planned', 'waiting') AND unknown = 0;

-- name: checkpoint
UPDATE delivery SET progress = :progress WHERE id = :id;

-- name: delivery
SELECT delivery.*, message.target, message.post, message.action, message.number,
    message.generation
FROM delivery JOIN message ON message.id = delivery.message WHERE delivery.id = :id;

-- name: last_receipt
SELECT delivery.receipt FROM delivery JOIN message ON message.id = delivery.message
WHERE message.target = :target AND message.post = :post
    AND delivery.recipient = :recipient AND delivery.receipt IS NOT NULL
ORDER BY message.action DESC, message.number DESC LIMIT 1;

-- name: adoptable
-- Creates that may stand over there already.
SELECT delivery.*, message.target, message.post, message.action, message.number,
    message.generation, post.url, post.document, post.revision AS post_revision, post.ordered_at
FROM delivery
JOIN message ON message.id = delivery.message
JOIN post ON post.id = message.post
WHERE message.target = :target AND message.action = 'create'
    AND delivery.state IN ('planned', 'skipped', 'held') AND delivery.attempts = 0
ORDER BY post.ordered_at;

-- name: open_work
-- Which targets have something to do, and when.
SELECT message.target, message.action, delivery.state, delivery.due_at,
    COUNT(*) AS count
FROM delivery JOIN message ON message.id = delivery.message
WHERE delivery.state IN ('planned', 'sending', 'waiting', 'pending', 'held')
    AND (delivery.state <> 'planned' OR message.collected_at IS NULL)
GROUP BY message.target, message.action, delivery.state, delivery.due_at;

-- name: hold_target
-- What the same question holds already is told the newest reason.
UPDATE delivery SET
    state = 'held', question = :question, reason = :reason, due_at = NULL, run = :run
WHERE (
    state IN ('planned', 'waiting', 'pending')
    OR (state = 'held' AND question = :question AND reason <> :reason)
) AND message IN (
    SELECT id FROM message
    WHERE target = :target AND (delivery.state <> 'planned' OR collected_at IS NULL)
);

-- name: hold_host
UPDATE delivery SET
    state = 'held', question = :question, reason = :reason, due_at = NULL, run = :run
WHERE state IN ('planned', 'waiting', 'pending') AND host = :host AND message IN (
    SELECT id FROM message WHERE target = :target
);

-- name: held_hosts
SELECT DISTINCT host FROM delivery
WHERE question = :question AND state = 'held' ORDER BY host;

-- name: give_up_host
-- What may have been accepted there is another question.
UPDATE delivery SET
    state = 'rejected', reason = :reason, due_at = NULL, run = :run
WHERE state IN ('planned', 'waiting') AND host = :host AND unknown = 0
    AND message IN (SELECT id FROM message WHERE target = :target);

-- name: anew_recipient
-- The owner says that this one did not get it; what it was sent stays frozen.
UPDATE delivery SET
    state = 'planned', epoch = epoch + 1, due_at = NULL, attempts = 0, failures = 0,
    failed_at = NULL, unknown = 0, reason = '', receipt = NULL, progress = NULL,
    question = NULL, run = :run
WHERE id = :id;

-- name: hold_firsts
-- Creates that were never tried; what collects is not sent by itself.
UPDATE delivery SET state = 'held', question = :question, reason = :reason, run = :run
WHERE state = 'planned' AND attempts = 0 AND message IN (
    SELECT id FROM message
    WHERE target = :target AND action = 'create' AND collected_at IS NULL
);

-- name: release_target
-- Back to where they were: an unknown outcome is settled first.
UPDATE delivery SET
    state = CASE WHEN unknown = 1 THEN 'waiting' ELSE 'planned' END,
    question = NULL, reason = '', due_at = NULL, failures = 0, failed_at = NULL,
    run = :run
WHERE state = 'held'
    AND question IN (SELECT id FROM question WHERE kind = :kind)
    AND message IN (SELECT id FROM message WHERE target = :target);

-- name: report
-- What this run touched, or what is still open, a row a message and state.
SELECT message.id AS message, message.action, message.number, message.document,
    message.approved, message.collected_at,
    message.post, post.url, post.title, post.ordered_at, post.sequence,
    target.name AS target, target.publisher, delivery.state, COUNT(*) AS recipients,
    MIN(delivery.due_at) AS due_at, MAX(delivery.attempts) AS attempts,
    MAX(delivery.reason) AS reason, MAX(delivery.receipt) AS receipt,
    MAX(delivery.unknown) AS unknown,
    MAX(CASE WHEN delivery.run = :run THEN 1 ELSE 0 END) AS touched
FROM delivery
JOIN message ON message.id = delivery.message
JOIN post ON post.id = message.post
JOIN target ON target.id = message.target
WHERE message.id IN (
    SELECT message FROM delivery WHERE run = :run
    UNION
    SELECT message FROM delivery
    WHERE state IN ('planned', 'sending', 'waiting', 'pending', 'held')
)
GROUP BY message.id, post.id, target.id, delivery.state
ORDER BY target.name, post.ordered_at, post.sequence, message.action, message.number,
    message.id, delivery.state;

-- name: history
-- The newest messages that came to an end over there, a row a message and state; of
-- what was taken away, that alone.
SELECT message.id AS message, message.action, message.number, message.document,
    message.approved, message.collected_at,
    message.post, post.url, post.title, post.ordered_at, post.sequence,
    target.name AS target, target.publisher, delivery.state, COUNT(*) AS recipients,
    MIN(delivery.due_at) AS due_at, MAX(delivery.attempts) AS attempts,
    MAX(delivery.reason) AS reason, MAX(delivery.receipt) AS receipt,
    MAX(delivery.unknown) AS unknown,
    0 AS touched
FROM delivery
JOIN message ON message.id = delivery.message
JOIN post ON post.id = message.post
JOIN target ON target.id = message.target
WHERE message.id IN (
    SELECT ended.id FROM post CROSS JOIN message AS ended
    WHERE ended.post = post.id AND EXISTS (
        SELECT 1 FROM delivery
        WHERE delivery.message = ended.id AND delivery.state IN ('delivered', 'rejected')
    )
    AND (ended.action = 'delete' OR NOT EXISTS (
        SELECT 1 FROM message AS taken
        JOIN delivery AS done ON done.message = taken.id
        WHERE taken.target = ended.target AND taken.post = ended.post
            AND taken.action = 'delete' AND done.state = 'delivered'
    ))
    ORDER BY post.ordered_at DESC, post.sequence DESC, ended.target, ended.number
    LIMIT :count
)
GROUP BY message.id, post.id, target.id, delivery.state
ORDER BY post.ordered_at DESC, post.sequence DESC, target.name, message.number,
    message.id, delivery.state;

-- name: deliveries_of_post
-- For the owner's commands; an empty target means any.
SELECT delivery.*, message.target, message.post, message.action, message.number,
    message.generation
FROM message CROSS JOIN delivery
WHERE delivery.message = message.id AND message.post = :post
    AND (:target = '' OR message.target = :target);

-- name: deliveries_at
-- The same of all posts.
SELECT delivery.*, message.target, message.post, message.action, message.number,
    message.generation
FROM delivery JOIN message ON message.id = delivery.message
WHERE (:target = '' OR message.target = :target);

-- name: anew
-- The owner says that it is not there: a new epoch, as if never tried.
UPDATE delivery SET
    state = 'planned', epoch = epoch + 1, due_at = NULL, attempts = 0, failures = 0,
    failed_at = NULL, unknown = 0, reason = '', receipt = NULL, progress = NULL,
    question = NULL, run = :run
WHERE id = :id;

-- name: anew_message
-- The key of a create stays, unless we took its copy away ourselves.
UPDATE message SET epoch = epoch + 1, document = NULL, standing_words = NULL,
    digest = NULL, standing_revision = 0, generation = generation + CASE WHEN EXISTS (
        SELECT 1 FROM message AS taken
        JOIN delivery ON delivery.message = taken.id
        WHERE taken.target = message.target AND taken.post = message.post
            AND taken.action = 'delete' AND delivery.state = 'delivered'
    ) THEN 1 ELSE 0 END
WHERE id = :id;

-- name: drop_updates
DELETE FROM delivery WHERE message IN (
    SELECT id FROM message
    WHERE target = :target AND post = :post AND action <> 'create'
);

-- name: drop_update_attempts
DELETE FROM attempt WHERE delivery IN (
    SELECT delivery.id FROM delivery JOIN message ON message.id = delivery.message
    WHERE message.target = :target AND message.post = :post
        AND message.action <> 'create'
);

-- name: drop_update_messages
DELETE FROM message
WHERE target = :target AND post = :post AND action <> 'create';

-- name: settle_by_owner
UPDATE delivery SET
    state = :state, epoch = epoch + 1, due_at = NULL, unknown = 0, reason = :reason,
    receipt = :receipt, question = :question, failures = 0, failed_at = NULL, run = :run
WHERE id = :id;

-- name: due_now
UPDATE delivery SET
    state = CASE WHEN state NOT IN ('held', 'rejected') THEN state
        WHEN unknown = 1 THEN 'waiting' ELSE 'planned' END,
    epoch = epoch + 1, question = NULL, failures = 0, failed_at = NULL, due_at = NULL,
    reason = '', run = :run
WHERE id = :id AND state IN ('waiting', 'held', 'rejected', 'pending');

-- name: first_attempt
-- One key for ever: it was first used by the first attempt of any epoch.
SELECT MIN(started_at) AS started_at FROM attempt WHERE delivery = :delivery;

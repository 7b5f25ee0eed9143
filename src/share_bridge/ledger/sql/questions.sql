-- name: ask
INSERT INTO question (id, kind, target, post, text, answers, asked_at)
VALUES (:id, :kind, :target, :post, :text, :answers, :now)
ON CONFLICT (id) DO UPDATE SET text = excluded.text, answers = excluded.answers;

-- name: questions
-- Only those that still hold something.
SELECT question.* FROM question
WHERE EXISTS (
    SELECT 1 FROM delivery
    WHERE delivery.question = question.id AND delivery.state = 'held'
)
ORDER BY asked_at, id;

-- name: question
SELECT kind, answers FROM question WHERE id = :question;

-- name: is_asked
SELECT 1 FROM delivery WHERE question = :question AND state = 'held' LIMIT 1;

-- name: meta
SELECT value FROM meta WHERE key = :key;

-- name: put_meta
INSERT INTO meta (key, value) VALUES (:key, :value)
ON CONFLICT (key) DO UPDATE SET value = excluded.value;

-- name: held_reason
SELECT reason FROM delivery
WHERE question = :question AND state = 'held' LIMIT 1;

-- name: questions_at
-- Those that hold something of a target, by its id.
SELECT DISTINCT question.* FROM question CROSS JOIN delivery CROSS JOIN message
WHERE delivery.question = question.id AND message.id = delivery.message
    AND message.target = :target;

-- name: move_question
UPDATE delivery SET question = :new
WHERE question = :old AND message IN (SELECT id FROM message WHERE target = :target);

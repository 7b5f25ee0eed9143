-- name: expect_pages
-- Posts of a source that are to be sent, and were not tried yet.
INSERT INTO page (post, within)
SELECT post.id, :within FROM post
WHERE post.source = :source AND post.url <> '' AND EXISTS (
    SELECT 1 FROM message JOIN delivery ON delivery.message = message.id
    WHERE message.post = post.id AND message.action = 'create'
        AND delivery.attempts = 0 AND delivery.state IN ('planned', 'held')
)
ON CONFLICT (post) DO NOTHING;

-- name: waive_pages
DELETE FROM page WHERE live_at IS NULL AND post IN (
    SELECT id FROM post WHERE source = :source
);

-- name: page
SELECT page.*, post.title FROM page JOIN post ON post.id = page.post
WHERE page.post = :post;

-- name: pages
-- Looked at in this run, or in vain so far while something waits for them.
SELECT page.*, post.title FROM page JOIN post ON post.id = page.post
WHERE page.run = :run OR (
    page.live_at IS NULL AND page.failures > 0 AND EXISTS (
        SELECT 1 FROM message JOIN delivery ON delivery.message = message.id
        WHERE message.post = page.post AND message.action = 'create'
            AND delivery.state = 'planned'
    )
)
ORDER BY post.ordered_at, post.sequence;

-- name: page_missing
UPDATE page SET
    url = :url, first_at = COALESCE(first_at, :now), next_at = :next,
    failures = failures + 1, live_at = NULL, reason = :reason, gaps = '', run = :run
WHERE post = :post;

-- name: page_found
UPDATE page SET
    url = :url, first_at = COALESCE(first_at, :now), next_at = NULL, live_at = :now,
    reason = '', gaps = :gaps, run = :run
WHERE post = :post;

-- name: look_anew
UPDATE page SET first_at = NULL, next_at = NULL, failures = 0, reason = ''
WHERE post = :post AND live_at IS NULL;

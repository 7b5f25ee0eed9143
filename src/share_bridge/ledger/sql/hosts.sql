-- name: hosts
SELECT * FROM host WHERE target = :target;

-- name: host
SELECT * FROM host WHERE target = :target AND host = :host;

-- name: put_host
INSERT INTO host (
    target, host, failures, failed_at, last_failed_at, days, paused_until, reason
) VALUES (
    :target, :host, :failures, :failed_at, :last_failed_at, :days, :paused_until, :reason
)
ON CONFLICT (target, host) DO UPDATE SET
    failures = excluded.failures, failed_at = excluded.failed_at,
    last_failed_at = excluded.last_failed_at, days = excluded.days,
    paused_until = excluded.paused_until, reason = excluded.reason;

-- name: drop_host
DELETE FROM host WHERE target = :target AND host = :host;

-- name: free_hosts
-- The owner wants another try now.
UPDATE host SET paused_until = NULL WHERE target = :target;

-- name: drop_hosts
DELETE FROM host WHERE target = :provisional;

-- revive_task: [write] let a dead letter be tried again from the beginning.
-- $1 id uuid
UPDATE outbox SET failed_at = NULL, attempts = 0, not_before = now(), leased_until = NULL
WHERE id = $1 AND failed_at IS NOT NULL
RETURNING id, citizen_id, kind, topic_key, last_error

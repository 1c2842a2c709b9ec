-- touch_device: [write] the scanning device of a token, which is noted to have been seen.
-- $1 token_hash bytea  $2 now timestamptz
UPDATE devices SET last_seen_at = $2 WHERE token_hash = $1
RETURNING id, event_id, name, gates, onboarded_at, revoked_at

-- touch_device: [write] the scanning device of a token, which is noted to have been seen, every ten seconds at most.
-- $1 token_hash bytea  $2 now timestamptz
WITH seen AS (
    UPDATE devices SET last_seen_at = $2::timestamptz
    WHERE token_hash = $1 AND (last_seen_at IS NULL OR last_seen_at < $2::timestamptz - interval '10 seconds')
)
SELECT id, event_id, name, gates, onboarded_at, revoked_at FROM devices WHERE token_hash = $1

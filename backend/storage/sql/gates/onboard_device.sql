-- onboard_device: [write] let a device in with its onboarding code, once. Returns no row when the code is not good.
-- $1 onboarding_hash bytea  $2 token_hash bytea  $3 now timestamptz
UPDATE devices SET token_hash = $2, onboarded_at = $3, last_seen_at = $3
WHERE onboarding_hash = $1 AND onboarded_at IS NULL AND revoked_at IS NULL AND onboarding_expires_at > $3
RETURNING id, event_id, name, gates

-- revoke_badges: [write] end badges; one that is revoked already stays as it is.
-- $1 event_id uuid  $2 serial int[]  $3 why text
UPDATE badges SET revoked_at = now(), revoked_why = $3
WHERE event_id = $1 AND serial = ANY ($2::int[]) AND revoked_at IS NULL
RETURNING serial

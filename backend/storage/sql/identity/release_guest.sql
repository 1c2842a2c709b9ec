-- release_guest: [write] nobody holds a guest's badge: the next phone that signs in with it does. Returns the sessions that
-- this ends.
-- $1 event_id uuid  $2 citizen_id uuid  $3 at timestamptz
WITH released AS (
    UPDATE guests SET bound_at = NULL, device_hash = NULL WHERE event_id = $1 AND citizen_id = $2
), gone AS (
    DELETE FROM refresh_tokens t USING sessions s WHERE s.principal_id = $2 AND t.session_id = s.id
)
UPDATE sessions SET revoked_at = $3, revoked_why = 'released' WHERE principal_id = $2 AND revoked_at IS NULL RETURNING id

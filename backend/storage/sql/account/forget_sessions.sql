-- forget_sessions: [write] end every session of people who are erased, forget their devices and delete their refresh
-- tokens. Returns how many were still open.
-- $1 citizen_id uuid[]  $2 revoked_at timestamptz
WITH ended AS (
    UPDATE sessions SET revoked_at = $2, revoked_why = 'signed_out', device = NULL
    WHERE principal_id = ANY ($1::uuid[]) AND revoked_at IS NULL RETURNING 1
), gone AS (
    DELETE FROM refresh_tokens t USING sessions s WHERE s.principal_id = ANY ($1::uuid[]) AND t.session_id = s.id
), unnamed AS (
    UPDATE sessions SET device = NULL WHERE principal_id = ANY ($1::uuid[]) AND revoked_at IS NOT NULL AND device IS NOT NULL
)
SELECT count(*) AS removed FROM ended

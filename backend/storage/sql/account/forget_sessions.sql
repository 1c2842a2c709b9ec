-- forget_sessions: [write] end every session of a citizen who is erased and delete their refresh tokens. Returns how
-- many were still open.
-- $1 citizen_id uuid  $2 revoked_at timestamptz
WITH ended AS (
    UPDATE sessions SET revoked_at = $2, revoked_why = 'signed_out'
    WHERE principal_id = $1 AND revoked_at IS NULL RETURNING 1
), gone AS (
    DELETE FROM refresh_tokens t USING sessions s WHERE s.principal_id = $1 AND t.session_id = s.id
)
SELECT count(*) AS removed FROM ended

-- read_open_sessions: [read] a citizen's sessions that can still be refreshed, the one used last first; its last use is
-- when its newest refresh token was made.
-- $1 citizen_id uuid  $2 sessions at most int
SELECT s.id, s.device, s.created_at, t.created_at AS last_used_at, t.expires_at
FROM sessions s JOIN LATERAL (
    SELECT created_at, expires_at FROM refresh_tokens t
    WHERE t.session_id = s.id AND t.used_at IS NULL AND t.expires_at > now() ORDER BY t.created_at DESC LIMIT 1
) t ON true
WHERE s.principal_id = $1 AND s.revoked_at IS NULL
ORDER BY t.created_at DESC, s.id DESC LIMIT $2

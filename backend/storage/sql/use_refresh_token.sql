-- use_refresh_token: take a refresh token once. Returns its session; was_used says that somebody used it before.
-- $1 token_hash bytea
WITH found AS (
    SELECT t.token_hash, t.session_id, t.used_at, t.expires_at, s.principal_id, s.role, s.revoked_at
    FROM refresh_tokens t JOIN sessions s ON s.id = t.session_id
    WHERE t.token_hash = $1 FOR UPDATE
), used AS (
    UPDATE refresh_tokens t SET used_at = now() FROM found
    WHERE t.token_hash = found.token_hash AND found.used_at IS NULL
)
SELECT session_id, principal_id, role, used_at IS NOT NULL AS was_used, expires_at <= now() AS is_expired,
       revoked_at IS NOT NULL AS is_revoked
FROM found

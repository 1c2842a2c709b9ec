-- use_refresh_token: [write] take a refresh token once. Returns its session; was_used says that somebody used it
-- before.
-- $1 token_hash bytea
WITH found AS (
    SELECT t.token_hash, t.session_id, t.used_at, t.expires_at, s.principal_id, s.revoked_at,
           -- Staff have the role they have today, and none once their account is closed.
           CASE WHEN s.role = 'citizen' THEN s.role WHEN f.disabled_at IS NULL THEN f.role END AS role
    FROM refresh_tokens t JOIN sessions s ON s.id = t.session_id
    LEFT JOIN staff f ON f.id = s.principal_id
    WHERE t.token_hash = $1 FOR UPDATE OF t
), used AS (
    UPDATE refresh_tokens t SET used_at = now() FROM found
    WHERE t.token_hash = found.token_hash AND found.used_at IS NULL
)
SELECT session_id, principal_id, role, used_at IS NOT NULL AS was_used, expires_at <= now() AS is_expired,
       revoked_at IS NOT NULL OR role IS NULL AS is_revoked
FROM found

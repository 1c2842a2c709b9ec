-- use_refresh_token: [write] take a refresh token once. Returns its session; was_used says that somebody used it
-- before.
-- $1 token_hash bytea
WITH found AS (
    SELECT t.token_hash, t.session_id, t.used_at, t.expires_at, s.principal_id, s.revoked_at,
           s.created_at AS begun_at,
           -- Staff have the role they have today, and none once their account is closed; a citizen has none who has
           -- left, were it in the moment of the sign-in.
           CASE WHEN s.role NOT IN ('citizen', 'guest') THEN CASE WHEN f.disabled_at IS NULL THEN f.role END
                WHEN a.erased_at IS NULL THEN s.role END AS role
    FROM refresh_tokens t JOIN sessions s ON s.id = t.session_id
    LEFT JOIN staff f ON f.id = s.principal_id
    LEFT JOIN accounts a ON a.id = s.principal_id
    WHERE t.token_hash = $1 FOR UPDATE OF t
), used AS (
    UPDATE refresh_tokens t SET used_at = now() FROM found
    WHERE t.token_hash = found.token_hash AND found.used_at IS NULL
), seen AS (
    UPDATE staff_sessions s SET last_used_at = now() FROM found
    WHERE found.role NOT IN ('citizen', 'guest') AND s.session_id = found.session_id AND found.used_at IS NULL
)
SELECT session_id, principal_id, role, begun_at, used_at IS NOT NULL AS was_used, expires_at <= now() AS is_expired,
       revoked_at IS NOT NULL OR role IS NULL AS is_revoked
FROM found

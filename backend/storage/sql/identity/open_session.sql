-- open_session: [write] a session for a citizen who is known already; no row for who has left.
-- $1 citizen_id uuid  $2 session_id uuid  $3 token_hash bytea  $4 token_expires_at timestamptz  $5 device text
WITH citizen AS (
    SELECT c.id, c.nickname FROM citizens c JOIN accounts a ON a.id = c.id
    WHERE c.id = $1 AND a.erased_at IS NULL
), session AS (
    INSERT INTO sessions (id, principal_id, role, device) SELECT $2::uuid, id, 'citizen', $5::text FROM citizen
), token AS (
    INSERT INTO refresh_tokens (token_hash, session_id, expires_at) SELECT $3::bytea, $2::uuid, $4::timestamptz
    FROM citizen
)
SELECT id, nickname FROM citizen

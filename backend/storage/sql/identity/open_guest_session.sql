-- open_guest_session: [write] a session of a guest who is there, on the phone that showed the holder's link.
-- $1 citizen_id uuid  $2 session_id uuid  $3 token_hash bytea  $4 token_expires_at timestamptz
WITH guest AS (
    SELECT id FROM accounts WHERE id = $1 AND guest_event_id IS NOT NULL AND erased_at IS NULL
), session AS (
    INSERT INTO sessions (id, principal_id, role, is_by_link) SELECT $2::uuid, id, 'guest', true FROM guest
), token AS (
    INSERT INTO refresh_tokens (token_hash, session_id, expires_at) SELECT $3::bytea, $2::uuid, $4::timestamptz FROM guest
)
SELECT id FROM guest

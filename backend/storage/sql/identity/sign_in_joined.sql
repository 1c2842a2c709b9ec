-- sign_in_joined: [write] a session for somebody with a wider identity; binds what is not bound yet, makes what is missing.
-- The wider identity leads; where only the way's own is known, it is bound to that account. other_id: the account of the
-- way's own identity where it is another one. Raises identities_pkey (23505) when the same person comes in by two ways
-- at one moment; run again.
-- $1 provider text  $2 subject text  $3 wider_provider text  $4 wider_subject text  $5 citizen_id uuid (if new)
-- $6 nickname text  $7 session_id uuid  $8 token_hash bytea  $9 token_expires_at timestamptz  $10 device text
WITH known AS (
    SELECT provider, citizen_id FROM identities
    WHERE (provider = $3 AND subject = $4) OR (provider = $1 AND subject = $2)
), chosen AS (
    SELECT c.id, c.nickname FROM known JOIN citizens c ON c.id = known.citizen_id
    ORDER BY known.provider = $3 DESC LIMIT 1
), made AS (
    INSERT INTO citizens (id, nickname) SELECT $5::uuid, $6 WHERE NOT EXISTS (SELECT FROM chosen)
    RETURNING id, nickname
), citizen AS (
    SELECT id, nickname FROM chosen UNION ALL SELECT id, nickname FROM made
), identity AS (
    INSERT INTO identities (provider, subject, citizen_id)
    SELECT each.provider, each.subject, citizen.id
    FROM citizen, (VALUES ($3, $4), ($1, $2)) AS each (provider, subject)
    WHERE NOT EXISTS (SELECT FROM known WHERE known.provider = each.provider)
), account AS (
    INSERT INTO accounts (id, kind) SELECT id, 'citizen' FROM made
), session AS (
    INSERT INTO sessions (id, principal_id, role, device) SELECT $7::uuid, id, 'citizen', $10::text FROM citizen
), token AS (
    INSERT INTO refresh_tokens (token_hash, session_id, expires_at) SELECT $8::bytea, $7::uuid, $9::timestamptz
    FROM citizen
)
SELECT
    citizen.id, citizen.nickname,
    (SELECT citizen_id FROM known WHERE provider = $1 AND citizen_id <> citizen.id) AS other_id
FROM citizen

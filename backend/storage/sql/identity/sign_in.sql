-- sign_in: [write] a session for a person as a provider knows them; makes the citizen and the points account at first.
-- One statement, one commit: a stadium signs in as suddenly as it scans. Raises identities_pkey (23505) when the same
-- person signs in twice at one moment for the first time; run again.
-- $1 provider text  $2 subject text  $3 citizen_id uuid (if new)  $4 nickname text  $5 session_id uuid
-- $6 token_hash bytea  $7 token_expires_at timestamptz  $8 sealed bytea  $9 sealed_with text (of an address, else null)
-- $10 device text
WITH known AS (
    SELECT c.id, c.nickname FROM identities i JOIN citizens c ON c.id = i.citizen_id
    WHERE i.provider = $1 AND i.subject = $2
), made AS (
    INSERT INTO citizens (id, nickname) SELECT $3::uuid, $4 WHERE NOT EXISTS (SELECT FROM known)
    RETURNING id, nickname
), identity AS (
    INSERT INTO identities (provider, subject, citizen_id, sealed, sealed_with)
    SELECT $1, $2, id, $8::bytea, $9::text FROM made
), account AS (
    INSERT INTO accounts (id, kind) SELECT id, 'citizen' FROM made
), citizen AS (
    SELECT id, nickname FROM known UNION ALL SELECT id, nickname FROM made
), session AS (
    INSERT INTO sessions (id, principal_id, role, device) SELECT $5::uuid, id, 'citizen', $10::text FROM citizen
), token AS (
    INSERT INTO refresh_tokens (token_hash, session_id, expires_at) SELECT $6::bytea, $5::uuid, $7::timestamptz
    FROM citizen
)
SELECT id, nickname FROM citizen

-- sign_in_guest: [write] a session for whoever holds a badge, as the guest of its event: a new one, or the same one on the
-- phone that held it before, or on the next phone after staff released the badge. One statement, as for citizens.
-- Says how the badge is; `id` is NULL where nobody was signed in. Raises guests_one_per_badge (23505) when two phones
-- bind one badge at one moment; run again.
-- $1 event_id uuid  $2 serial int  $3 device_hash bytea (null: the phone sent nothing)  $4 citizen_id uuid (if new)
-- $5 session_id uuid  $6 token_hash bytea  $7 token_expires_at timestamptz
WITH badge AS (
    -- One that replaced a badge with which its holder had joined is that badge.
    SELECT b.event_id, coalesce(b.holder_serial, b.serial) AS serial, b.revoked_at IS NOT NULL AS is_revoked,
           e.state = 'running' AS is_running
    FROM badges b JOIN events e ON e.id = b.event_id
    WHERE b.event_id = $1 AND b.serial = $2
), holder AS (
    SELECT g.event_id, g.citizen_id, g.bound_at, g.device_hash FROM badge
    JOIN guests g ON g.event_id = badge.event_id AND g.badge_serial = badge.serial AND g.ended_at IS NULL
), attended AS (
    SELECT a.citizen_id FROM badge
    JOIN attendances a ON a.event_id = badge.event_id AND a.badge_serial = badge.serial
    WHERE a.citizen_id NOT IN (SELECT citizen_id FROM holder)
), taken_over AS (
    UPDATE guests g SET bound_at = clock_timestamp(), device_hash = $3 FROM holder, badge
    WHERE g.event_id = holder.event_id AND g.citizen_id = holder.citizen_id AND g.bound_at IS NULL
      AND NOT badge.is_revoked AND NOT EXISTS (SELECT FROM attended)
    RETURNING g.citizen_id
), made AS (
    INSERT INTO citizens (id)
    SELECT $4::uuid FROM badge
    WHERE is_running AND NOT is_revoked AND NOT EXISTS (SELECT FROM holder) AND NOT EXISTS (SELECT FROM attended)
    RETURNING id
), account AS (
    INSERT INTO accounts (id, kind, guest_event_id, guest_badge)
    SELECT made.id, 'citizen', badge.event_id, badge.serial FROM made, badge
), bound AS (
    INSERT INTO guests (event_id, citizen_id, badge_serial, device_hash, bound_at)
    SELECT badge.event_id, made.id, badge.serial, $3, clock_timestamp() FROM made, badge
), guest AS (
    SELECT id FROM made
    UNION ALL SELECT citizen_id FROM taken_over
    UNION ALL SELECT citizen_id FROM holder WHERE bound_at IS NOT NULL AND device_hash = $3
), session AS (
    INSERT INTO sessions (id, principal_id, role) SELECT $5::uuid, id, 'guest' FROM guest
), token AS (
    INSERT INTO refresh_tokens (token_hash, session_id, expires_at) SELECT $6::bytea, $5::uuid, $7::timestamptz FROM guest
)
SELECT badge.is_revoked, badge.is_running, (SELECT id FROM guest) AS id, EXISTS (SELECT FROM holder) AS has_guest,
       EXISTS (SELECT FROM attended) AS is_attended
FROM badge

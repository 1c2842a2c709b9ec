-- 0045: guests, who attend one event with the badge that they hold and without an account of their own.
-- Works with the code that is running; may be run twice; waits 5 s for locks.

-- The badge that an account is of, on the row that the ledger locks anyway: a guest joins with that badge alone and
-- never holds a point. NULL for everybody else.
ALTER TABLE accounts ADD COLUMN IF NOT EXISTS guest_event_id uuid;
ALTER TABLE accounts ADD COLUMN IF NOT EXISTS guest_badge integer;
ALTER TABLE accounts DROP CONSTRAINT IF EXISTS accounts_guest_of_a_badge;
ALTER TABLE accounts ADD CONSTRAINT accounts_guest_of_a_badge
    CHECK ((guest_event_id IS NULL) = (guest_badge IS NULL)) NOT VALID;
ALTER TABLE accounts VALIDATE CONSTRAINT accounts_guest_of_a_badge;
ALTER TABLE accounts DROP CONSTRAINT IF EXISTS accounts_guest_holds_no_points;
ALTER TABLE accounts ADD CONSTRAINT accounts_guest_holds_no_points
    CHECK (guest_event_id IS NULL OR balance = 0) NOT VALID;
ALTER TABLE accounts VALIDATE CONSTRAINT accounts_guest_holds_no_points;

-- Which guest holds which badge. `device_hash` is of a text that the phone made, if it sent one: whoever sends it again
-- is that phone, so an answer that was lost on its way locks nobody out. `bound_at` is NULL once staff released the
-- badge: the next phone continues as the same guest, so what was joined with a badge is joined once.
CREATE TABLE IF NOT EXISTS guests (
    event_id      uuid NOT NULL,
    citizen_id    uuid NOT NULL,
    badge_serial  integer NOT NULL,
    device_hash   bytea,
    bound_at      timestamptz,
    ended_at      timestamptz,
    ended_why     text,
    CONSTRAINT guests_pkey PRIMARY KEY (event_id, citizen_id),
    CONSTRAINT guests_device_hash_length CHECK (octet_length(device_hash) = 32),
    CONSTRAINT guests_end_explained CHECK ((ended_at IS NULL) = (ended_why IS NULL)),
    CONSTRAINT guests_end_known CHECK (ended_why IN ('kept', 'erased')),
    CONSTRAINT guests_released_forgets_the_phone CHECK (bound_at IS NOT NULL OR device_hash IS NULL)
);
CREATE UNIQUE INDEX IF NOT EXISTS guests_one_per_badge ON guests (event_id, badge_serial) WHERE ended_at IS NULL;
CREATE INDEX IF NOT EXISTS guests_by_citizen ON guests (citizen_id);

-- Whoever has a certificate's holder's link may have it from somebody: a session that it opened keeps nothing in an
-- account, and ends with the link.
ALTER TABLE sessions ADD COLUMN IF NOT EXISTS is_by_link boolean NOT NULL DEFAULT false;
ALTER TABLE sessions DROP CONSTRAINT IF EXISTS sessions_role_known;
ALTER TABLE sessions ADD CONSTRAINT sessions_role_known
    CHECK (role IN ('citizen', 'guest', 'staff', 'organiser', 'operator', 'regulator')) NOT VALID;
ALTER TABLE sessions VALIDATE CONSTRAINT sessions_role_known;
ALTER TABLE sessions DROP CONSTRAINT IF EXISTS sessions_revoked_why_known;
ALTER TABLE sessions ADD CONSTRAINT sessions_revoked_why_known
    CHECK (revoked_why IN ('signed_out', 'refresh_reused', 'released', 'merged')) NOT VALID;
ALTER TABLE sessions VALIDATE CONSTRAINT sessions_revoked_why_known;

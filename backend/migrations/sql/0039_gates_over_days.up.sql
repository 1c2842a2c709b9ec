-- 0039: a badge and those that replaced it are one holder's; an event's gates over several days; staff let in a badge
-- that a gate refused.

-- The first badge of the chain that a replacement stands in; null: the badge replaces none. Who is inside, and who is
-- blocked, is kept by the first, so that nothing has to move when a badge is replaced.
ALTER TABLE badges ADD COLUMN IF NOT EXISTS first_serial integer;
-- The badge of the chain whose scan made its holder an attendee; null: none but, perhaps, the badge itself.
ALTER TABLE badges ADD COLUMN IF NOT EXISTS holder_serial integer;

-- Chains from before there were these columns.
WITH RECURSIVE chain (event_id, serial, first_serial) AS (
    SELECT b.event_id, b.reissued_as, b.serial FROM badges b
    WHERE b.reissued_as IS NOT NULL
      AND NOT EXISTS (SELECT FROM badges old WHERE old.event_id = b.event_id AND old.reissued_as = b.serial)
    UNION ALL
    SELECT b.event_id, b.reissued_as, chain.first_serial
    FROM chain JOIN badges b ON b.event_id = chain.event_id AND b.serial = chain.serial
    WHERE b.reissued_as IS NOT NULL
)
UPDATE badges b SET first_serial = chain.first_serial
FROM chain WHERE b.event_id = chain.event_id AND b.serial = chain.serial AND b.first_serial IS NULL;

-- Found from the first badge: all that replaced it, of which an event has thousands.
CREATE INDEX IF NOT EXISTS badges_by_first ON badges (event_id, first_serial, serial) WHERE first_serial IS NOT NULL;

-- The holder of a chain is whoever joined with its earliest badge.
UPDATE badges b SET holder_serial = (
    SELECT min(a.badge_serial) FROM badges other
    JOIN attendances a ON a.event_id = other.event_id AND a.badge_serial = other.serial
    WHERE other.event_id = b.event_id AND other.serial < b.serial
      AND (other.serial = b.first_serial OR other.first_serial = b.first_serial))
WHERE b.first_serial IS NOT NULL AND b.holder_serial IS NULL
  AND NOT EXISTS (SELECT FROM attendances own WHERE own.event_id = b.event_id AND own.badge_serial = b.serial);

ALTER TABLE badges DROP CONSTRAINT IF EXISTS badges_first_comes_first;
ALTER TABLE badges ADD CONSTRAINT badges_first_comes_first CHECK (first_serial < serial);
ALTER TABLE badges DROP CONSTRAINT IF EXISTS badges_holder_is_in_the_chain;
ALTER TABLE badges ADD CONSTRAINT badges_holder_is_in_the_chain
    CHECK (holder_serial IS NULL OR (first_serial IS NOT NULL AND holder_serial BETWEEN first_serial AND serial - 1));

-- Presence and blocks of chains from before, brought together at the first badge.
INSERT INTO badge_blocks (event_id, badge_serial, is_blocked, changed_at)
SELECT DISTINCT ON (b.event_id, b.first_serial) b.event_id, b.first_serial, k.is_blocked, k.changed_at
FROM badges b JOIN badge_blocks k ON k.event_id = b.event_id AND k.badge_serial = b.serial
WHERE b.first_serial IS NOT NULL AND k.is_blocked
ORDER BY b.event_id, b.first_serial, b.serial DESC
ON CONFLICT (event_id, badge_serial) DO UPDATE SET is_blocked = true, changed_at = excluded.changed_at;
INSERT INTO presence (event_id, badge_serial, is_inside, since, last_scan, changed_at)
SELECT DISTINCT ON (b.event_id, b.first_serial) b.event_id, b.first_serial, last.is_inside, last.since, last.last_scan,
       now()
FROM badges b
JOIN presence last ON last.event_id = b.event_id AND (last.badge_serial = b.serial OR last.badge_serial = b.first_serial)
WHERE b.first_serial IS NOT NULL
ORDER BY b.event_id, b.first_serial, last.last_scan IS NULL, last.since DESC, last.last_scan DESC
ON CONFLICT (event_id, badge_serial) DO UPDATE
SET is_inside = excluded.is_inside, since = excluded.since, last_scan = excluded.last_scan, changed_at = now();
DELETE FROM presence p USING badges b
WHERE b.event_id = p.event_id AND b.serial = p.badge_serial AND b.first_serial IS NOT NULL;

-- When an entry counts as a second one, and an event's daily hours; an event without a row: once, at any time.
CREATE TABLE IF NOT EXISTS entry_settings (
    event_id      uuid PRIMARY KEY REFERENCES events (id),
    entry_policy  text NOT NULL DEFAULT 'once_per_event',
    hours         jsonb NOT NULL DEFAULT '[]',
    changed_at    timestamptz NOT NULL DEFAULT now(),
    CONSTRAINT entry_settings_policy_known CHECK (entry_policy IN ('once_per_event', 'once_per_day', 'unlimited')),
    CONSTRAINT entry_settings_hours_list CHECK (jsonb_typeof(hours) = 'array' AND jsonb_array_length(hours) <= 100)
);
-- Hours of a gate's own, in place of the event's.
ALTER TABLE gate_settings ADD COLUMN IF NOT EXISTS hours jsonb NOT NULL DEFAULT '[]';
ALTER TABLE gate_settings DROP CONSTRAINT IF EXISTS gate_settings_hours_list;
ALTER TABLE gate_settings ADD CONSTRAINT gate_settings_hours_list
    CHECK (jsonb_typeof(hours) = 'array' AND jsonb_array_length(hours) <= 100);

ALTER TABLE gate_scans DROP CONSTRAINT IF EXISTS gate_scans_result_known;
ALTER TABLE gate_scans ADD CONSTRAINT gate_scans_result_known CHECK (result IN ('ok', 'malformed', 'forged', 'unknown',
    'not_joined', 'no_badge', 'expired', 'pass_offline', 'replaced', 'revoked', 'blocked', 'bound_to_another',
    'wrong_event', 'wrong_gate', 'wrong_category', 'outside_window', 'not_running', 'already_inside', 'not_inside',
    'device_revoked', 'overridden'));
ALTER TABLE gate_scans DROP CONSTRAINT IF EXISTS gate_scans_ok_is_admitted;
ALTER TABLE gate_scans ADD CONSTRAINT gate_scans_ok_is_admitted
    CHECK (result NOT IN ('ok', 'overridden') OR is_admitted);
ALTER TABLE gate_scans DROP CONSTRAINT IF EXISTS gate_scans_refused_online;
ALTER TABLE gate_scans ADD CONSTRAINT gate_scans_refused_online
    CHECK (is_offline OR result IN ('ok', 'overridden') OR NOT is_admitted);
ALTER TABLE gate_scans DROP CONSTRAINT IF EXISTS gate_scans_overridden_has_a_badge;
ALTER TABLE gate_scans ADD CONSTRAINT gate_scans_overridden_has_a_badge
    CHECK (result <> 'overridden' OR badge_serial IS NOT NULL);

-- Why staff let in, or out, a badge that a gate had refused. `scan_id` is the scan that let it pass.
CREATE TABLE IF NOT EXISTS gate_overrides (
    event_id      uuid NOT NULL,
    scan_id       uuid NOT NULL,
    refused_scan  uuid NOT NULL,
    refusal       text NOT NULL,
    reason        text NOT NULL,
    note          text,
    made_by       text NOT NULL,
    PRIMARY KEY (event_id, scan_id),
    CONSTRAINT gate_overrides_scan_known FOREIGN KEY (event_id, scan_id) REFERENCES gate_scans (event_id, id),
    CONSTRAINT gate_overrides_refusal_known CHECK (refusal IN ('wrong_gate', 'replaced', 'revoked', 'blocked',
        'wrong_category', 'outside_window', 'already_inside', 'not_inside')),
    CONSTRAINT gate_overrides_reason_known CHECK (reason IN ('known_person', 'document_checked', 'badge_faulty',
        'organiser_decided', 'emergency', 'other')),
    CONSTRAINT gate_overrides_note_short CHECK (char_length(note) BETWEEN 1 AND 200),
    CONSTRAINT gate_overrides_other_is_explained CHECK (reason <> 'other' OR note IS NOT NULL),
    CONSTRAINT gate_overrides_made_by_somebody CHECK (char_length(made_by) BETWEEN 1 AND 40)
);
CREATE INDEX IF NOT EXISTS gate_overrides_by_refusal ON gate_overrides (event_id, refused_scan);

-- 0027: what one person may take from an event's pool, who waits for staff because of it, and a pool that is paused.

ALTER TABLE events ADD COLUMN IF NOT EXISTS offset_ceiling_g bigint;
ALTER TABLE events ADD COLUMN IF NOT EXISTS companions_max smallint NOT NULL DEFAULT 5;
ALTER TABLE events ADD COLUMN IF NOT EXISTS pools_paused_at timestamptz;
ALTER TABLE events ADD COLUMN IF NOT EXISTS pools_paused_why text;
ALTER TABLE events DROP CONSTRAINT IF EXISTS events_offset_ceiling_positive;
ALTER TABLE events ADD CONSTRAINT events_offset_ceiling_positive CHECK (offset_ceiling_g > 0);
ALTER TABLE events DROP CONSTRAINT IF EXISTS events_companions_max_known;
ALTER TABLE events ADD CONSTRAINT events_companions_max_known CHECK (companions_max BETWEEN 0 AND 50);
ALTER TABLE events DROP CONSTRAINT IF EXISTS events_pools_paused_why_told;
ALTER TABLE events ADD CONSTRAINT events_pools_paused_why_told
    CHECK ((pools_paused_at IS NULL) = (pools_paused_why IS NULL));

-- The ceiling in force when the grams were taken; null: from before there were ceilings.
ALTER TABLE offsets ADD COLUMN IF NOT EXISTS ceiling_g bigint;
ALTER TABLE offset_changes ADD COLUMN IF NOT EXISTS ceiling_g bigint;

-- Why a person has to look before the grams are taken; null: the pool held too little, or was paused.
ALTER TABLE offset_waits ADD COLUMN IF NOT EXISTS held_for text;
ALTER TABLE offset_waits DROP CONSTRAINT IF EXISTS offset_waits_held_for_known;
ALTER TABLE offset_waits ADD CONSTRAINT offset_waits_held_for_known CHECK (held_for IN ('ceiling'));

-- Staff let all of it through, or no more than the ceiling, or none.
ALTER TABLE offset_wait_ends DROP CONSTRAINT IF EXISTS offset_wait_ends_why_known;
ALTER TABLE offset_wait_ends ADD CONSTRAINT offset_wait_ends_why_known
    CHECK (why IN ('settled', 'met', 'replaced', 'not_paid', 'erased', 'approved', 'limited', 'refused'));

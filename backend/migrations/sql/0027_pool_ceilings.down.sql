-- 0027, taken back. Ceilings that offsets were made under and what staff decided stay: the ledger forgets nothing.
ALTER TABLE events DROP COLUMN IF EXISTS offset_ceiling_g;
ALTER TABLE events DROP COLUMN IF EXISTS companions_max;
ALTER TABLE events DROP COLUMN IF EXISTS pools_paused_at;
ALTER TABLE events DROP COLUMN IF EXISTS pools_paused_why;
ALTER TABLE offset_waits DROP CONSTRAINT IF EXISTS offset_waits_held_for_known;
ALTER TABLE offset_wait_ends DROP CONSTRAINT IF EXISTS offset_wait_ends_why_known;
ALTER TABLE offset_wait_ends ADD CONSTRAINT offset_wait_ends_why_known
    CHECK (why IN ('settled', 'met', 'replaced', 'not_paid', 'erased')) NOT VALID;

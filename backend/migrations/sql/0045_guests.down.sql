-- Sessions of guests and what ended sessions stay as they are: nothing of the ledger may be forgotten.
DROP TABLE IF EXISTS guests;
ALTER TABLE sessions DROP COLUMN IF EXISTS is_by_link;
ALTER TABLE accounts DROP CONSTRAINT IF EXISTS accounts_guest_of_a_badge;
ALTER TABLE accounts DROP CONSTRAINT IF EXISTS accounts_guest_holds_no_points;
ALTER TABLE accounts DROP COLUMN IF EXISTS guest_event_id;
ALTER TABLE accounts DROP COLUMN IF EXISTS guest_badge;

-- 0050, taken back: organisations are entered by hand, one of them runs an event.
DROP INDEX IF EXISTS organisations_by_state;
ALTER TABLE causes DROP COLUMN IF EXISTS revision;
ALTER TABLE merchants DROP COLUMN IF EXISTS revision;
DROP TABLE IF EXISTS event_invitations;
DROP INDEX IF EXISTS organisations_receipt_unique;
ALTER TABLE organisations DROP CONSTRAINT IF EXISTS organisations_receipt_length;
ALTER TABLE organisations DROP CONSTRAINT IF EXISTS organisations_wanted_code_form;
ALTER TABLE organisations DROP CONSTRAINT IF EXISTS organisations_wanted_code_by_whom;
ALTER TABLE organisations DROP COLUMN IF EXISTS wanted_code_by, DROP COLUMN IF EXISTS wanted_code,
    DROP COLUMN IF EXISTS first_owner, DROP COLUMN IF EXISTS receipt_used_at, DROP COLUMN IF EXISTS receipt_hash,
    DROP COLUMN IF EXISTS wanted_username;

DROP VIEW IF EXISTS current_offsets, current_attendances;
DROP TABLE IF EXISTS offset_payments, offset_releases, offset_changes, offset_wait_ends, offset_waits, journey_revisions;
ALTER TABLE transfers DROP CONSTRAINT IF EXISTS transfers_reason_known;
ALTER TABLE transfers ADD CONSTRAINT transfers_reason_known CHECK (reason IN
    ('action', 'event_join', 'quiz', 'redemption', 'cancellation', 'reversal', 'expiry')) NOT VALID;

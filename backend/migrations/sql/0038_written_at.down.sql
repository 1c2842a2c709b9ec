ALTER TABLE log_entries DROP COLUMN IF EXISTS written_at;
ALTER TABLE consents DROP COLUMN IF EXISTS written_at;
ALTER TABLE offsets DROP COLUMN IF EXISTS written_at;
ALTER TABLE attendances DROP COLUMN IF EXISTS written_at;
ALTER TABLE actions DROP COLUMN IF EXISTS written_at;
DROP VIEW IF EXISTS system_accounts;
DROP TRIGGER IF EXISTS transfers_move_balances ON transfers;
DROP FUNCTION IF EXISTS move_balances();

-- 0032, taken back. Records, reports and signatures go; written_at stays, as the ledger forgets nothing.
DROP TRIGGER IF EXISTS staff_changes_recorded ON staff;
DROP TRIGGER IF EXISTS pools_serials_once ON pools;
DROP FUNCTION IF EXISTS record_staff_change();
DROP FUNCTION IF EXISTS refuse_serials_again();
DROP FUNCTION IF EXISTS remove_old_security_records(integer);
DROP TABLE IF EXISTS security_records, log_signatures, name_reports;
ALTER TABLE staff_actions ALTER COLUMN at SET DEFAULT now();
ALTER TABLE transfers ALTER COLUMN written_at DROP DEFAULT;

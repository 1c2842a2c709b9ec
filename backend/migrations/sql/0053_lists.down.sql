-- 0053, taken back: no organisation is on a list.
DROP VIEW IF EXISTS blacklisted_organisations;
ALTER TABLE credit_batches DROP COLUMN IF EXISTS developer_id;
DROP TABLE IF EXISTS serial_refusals, list_cases, list_appeals, list_entries;

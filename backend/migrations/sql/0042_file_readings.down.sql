-- 0042, taken back: how a file of badges was read.
-- What the up script made goes (IF EXISTS); what people wrote meanwhile and the ledger needs stays.
ALTER TABLE badge_imports DROP COLUMN IF EXISTS reading;

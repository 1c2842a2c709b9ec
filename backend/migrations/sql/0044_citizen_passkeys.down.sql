-- 0044, taken back: passkeys of citizens.
-- What the up script made goes (IF EXISTS); what people wrote meanwhile and the ledger needs stays.
DROP TABLE IF EXISTS citizen_passkeys;

-- What was moved stays moved, and the ledger needs to know it: tables, accounts and reasons stay.
DROP FUNCTION IF EXISTS move_account;

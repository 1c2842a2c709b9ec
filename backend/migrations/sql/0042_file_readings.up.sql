-- 0042: how a file of badges was read.
-- Works with the code that is running; may be run twice (IF NOT EXISTS, CREATE OR REPLACE); waits 5 s for locks.
-- Every constraint has a name, <table>_<rule>. Rights of the application's role stand in grants.sql.

-- Its format, encoding, separator or sheet, and what to look at again; null: from before this was kept.
ALTER TABLE badge_imports ADD COLUMN IF NOT EXISTS reading jsonb;
